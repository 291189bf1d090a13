// The mark before a button's text, by the kind of the button.

import { icon } from '../elements.js'

const MARKS = /** @type {Record<string, string>} */ ({
  url: 'open',
  phone_number: 'phone',
  copy_code: 'copy',
  flow: 'form',
  address: 'form',
  location_request: 'pin',
  contact_request: 'person',
  request_contact_info: 'person',
  call_permission: 'phone',
  call_permission_request: 'phone',
  voice_call: 'phone',
  list: 'list',
  options: 'list',
  product: 'bag',
  product_list: 'bag',
  catalog: 'bag',
  mpm: 'bag',
  spm: 'bag',
})

/** @param {string} kind @param {boolean} isChosen */
export const markOf = (kind, isChosen) => icon(isChosen ? 'tick' : (MARKS[kind] ?? 'reply'))
