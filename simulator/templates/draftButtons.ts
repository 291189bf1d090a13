// The buttons of a submitted template: how many of which kind, and what each must carry.

import type { Json } from '../world.ts'
import { lengthOf } from './draftParts.ts'
import { isObject } from './parameters.ts'
import { refuseField, refuseTemplate } from './refuse.ts'
import { scan } from './scan.ts'

type Kind = { most: number; check(button: Json): void }

/** Label texts: [least, most] characters; those of fixed labels may be left out. */
const label = (button: Json, most: number, isFixed = false) => {
  const { text } = button
  if (isFixed && text === undefined) return
  if (typeof text !== 'string' || text.trim() === '') throw refuseField('A button needs a text.')
  if (lengthOf(text) > most)
    throw refuseTemplate(2388040, `The text of a button may have ${most} characters.`)
  if (/\{\{|\}\}/.test(text)) throw refuseField('The text of a button may not have variables.')
}

const KINDS: Record<string, Kind> = {
  QUICK_REPLY: { most: 10, check: button => label(button, 25) },
  URL: { most: 2, check: checkLink },
  PHONE_NUMBER: { most: 1, check: checkPhone },
  COPY_CODE: { most: 1, check: checkCoupon },
  FLOW: { most: 1, check: checkFlow },
  CATALOG: { most: 1, check: button => label(button, 25, true) },
  MPM: { most: 1, check: button => label(button, 25, true) },
  SPM: { most: 1, check: button => label(button, 25, true) },
  VOICE_CALL: { most: 1, check: button => label(button, 20) },
  REQUEST_CONTACT_INFO: { most: 1, check: button => label(button, 25, true) },
}

export function buttonsOf(component: Json): Json[] {
  const { buttons } = component
  if (Array.isArray(buttons) && buttons.length > 0 && buttons.every(isObject)) return buttons
  throw refuseField('Param buttons must be an array of JSON objects.')
}

/** The kinds of the buttons in their order. */
export function checkButtonList(component: Json, allowed = Object.keys(KINDS), most = 10): string[] {
  const buttons = buttonsOf(component)
  if (buttons.length > most) throw refuseField(`There may be ${most} buttons.`)
  const kinds = buttons.map(button => String(button.type ?? '').toUpperCase())
  for (const kind of kinds) {
    const known = allowed.includes(kind) ? KINDS[kind] : undefined
    if (!known) throw refuseField(`Buttons of type ${kind} cannot stand here.`)
    if (kinds.filter(one => one === kind).length > known.most)
      throw refuseField(`There are too many buttons of type ${kind}.`)
  }
  const isMixed = kinds.map(kind => (kind === 'QUICK_REPLY' ? 'q' : 'o')).join('')
  if (!/^(q*o*|o*q*)$/.test(isMixed)) throw refuseField('Quick replies must stand together.')
  buttons.forEach((button, at) => void KINDS[kinds[at] as string]?.check(button))
  return kinds
}

function checkLink(button: Json) {
  label(button, 25)
  const { url, example } = button
  if (typeof url !== 'string' || !URL.canParse(url) || !/^https?:\/\//i.test(url))
    throw refuseField('The url of a button must be a URL.')
  if (lengthOf(url) > 2000) throw refuseTemplate(2388040, 'The url of a button may have 2000 characters.')
  const scanned = scan(url)
  if (!scanned) throw refuseField('The braces of the variable do not pair up.')
  if (scanned.names.length === 0) return
  if (scanned.names.length > 1 || scanned.names[0] !== '1' || scanned.around[1] !== '')
    throw refuseField('The url of a button may have the variable {{1}} at its end.')
  const [sample] = Array.isArray(example) ? example : [example]
  if (typeof sample !== 'string' || sample.trim() === '' || (Array.isArray(example) && example.length > 1))
    throw refuseTemplate(2388043, 'A url with a variable needs one example.')
}

function checkPhone(button: Json) {
  label(button, 25)
  const number = button.phone_number
  if (typeof number !== 'string' || !/^\+?[0-9][0-9 ()-]*$/.test(number))
    throw refuseField('The phone_number of a button must be a phone number.')
  if (number.length > 20) throw refuseTemplate(2388040, 'The phone_number may have 20 characters.')
}

function checkCoupon({ example }: Json) {
  const sample = Array.isArray(example) && example.length === 1 ? example[0] : example
  if (typeof sample !== 'string' || sample === '')
    throw refuseTemplate(2388043, 'A coupon button needs an example of the code.')
  if (sample.length > 15) throw refuseTemplate(2388040, 'A coupon code may have 15 characters.')
  if (!/^[a-z0-9]+$/i.test(sample)) throw refuseField('A coupon code is letters and digits.')
}

function checkFlow(button: Json) {
  label(button, 25)
  const named = ['flow_id', 'flow_name', 'flow_json'].filter(field => button[field] !== undefined)
  const [field] = named
  const value = field === undefined ? undefined : button[field]
  if (named.length !== 1 || typeof value !== 'string' || value === '')
    throw refuseField('A flow button needs exactly one of flow_id, flow_name and flow_json, as a string.')
  if (field === 'flow_json' && !isJson(value)) throw refuseField('flow_json must be JSON in a string.')
  const action = button.flow_action
  if (action !== undefined && !['NAVIGATE', 'DATA_EXCHANGE'].includes(String(action).toUpperCase()))
    throw refuseField('flow_action must be navigate or data_exchange.')
  const screen = button.navigate_screen
  if (screen !== undefined && (typeof screen !== 'string' || screen === ''))
    throw refuseField('navigate_screen must be a string.')
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
