// What pressing a button of the business does: some answer at once, some open a sheet whose end is the answer, and some
// only do something on the phone.

import { sendEvent } from '../api.js'
import { h, icon } from '../elements.js'
import { nameOf, phone } from '../format.js'
import { currentNumber, currentUser, state } from '../state.js'
import { attempt, copy } from '../toast.js'
import { openCart } from './cart.js'
import { openAddress, openFlow } from './flow.js'
import { openPlace } from './place.js'
import { askSheet, chooseSheet, closeSheet, fieldOf, filled, openSheet, optionOf, typed } from './sheet.js'

/**
 * @typedef {import('../api.js').Message} Message
 * @typedef {import('../api.js').Button} Button
 * @typedef {{ message: Message, button: Button, tap: (more?: import('../api.js').Tap) => Promise<boolean>,
 *   ask: (content: object) => Promise<boolean> }} Press `tap` presses the button for the business, `ask` writes to it
 */

/** By the kind of the button. @type {Record<string, (press: Press) => unknown>} */
const PRESSES = {
  flow: ({ button, message, tap }) => openFlow(message, button, values => tap({ values })),
  address: ({ button, message, tap }) => openAddress(message, button, values => tap({ values })),
  location_request: ({ tap }) => openPlace(values => tap({ values })),
  contact_request: shareContact,
  request_contact_info: shareContact,
  call_permission: askPermission,
  call_permission_request: askPermission,
  voice_call: ring,
  copy_code: ({ button }) => copy(button.id ?? button.text, 'Code copied'),
  list: openRows,
  options: openOptions,
  product: shop,
  product_list: shop,
  catalog: shop,
  mpm: shop,
  spm: shop,
}

/** @param {Press} press */
export function pressButton(press) {
  const run = PRESSES[kindOf(press.button)]
  if (run) run(press)
  else press.tap()
}

/** @param {Button} button */
export const kindOf = button => String(button.type).toLowerCase()

/** The list of a list message. @param {Message} message @returns {{ button: string, sections: any[] }} */
export const listOf = ({ content, rendered }) =>
  rendered?.list ?? { button: content?.action?.button ?? 'Choose', sections: content?.action?.sections ?? [] }

/** @param {Press} press */
function openRows({ message, tap }) {
  const { button, sections } = listOf(message)
  const nodes = sections.map(({ rows = [], title }) =>
    h(
      'section',
      {},
      title ? h('h3', {}, title) : null,
      rows.map((/** @type {any} */ row) =>
        optionOf({ title: row.title, detail: row.description, choose: () => tap({ id: row.id }) }),
      ),
    ),
  )
  openSheet(button, ...nodes)
}

/** All buttons of a message that has more than its bubble shows. @param {Press} press */
function openOptions({ button }) {
  const rows = h('div', { class: 'all-options' }, button.rows)
  rows.addEventListener('click', closeSheet, true)
  openSheet('All options', rows)
}

/** @param {Press} press */
function askPermission({ tap }) {
  const business = currentNumber()?.verified_name ?? 'The business'
  const reply = (/** @type {string} */ response, /** @type {boolean} */ is_permanent) => () =>
    tap({ values: { response, is_permanent } })
  chooseSheet('May the business call you?', `${business} asks for permission to call this phone.`, [
    { title: 'Allow for 7 days', choose: reply('accept', false) },
    { title: 'Always allow', choose: reply('accept', true) },
    { title: 'Do not allow', choose: reply('reject', false) },
  ])
}

/** Rings at the business until somebody hangs up. */
export async function ring() {
  const call = { field: 'calls', phone_number_id: state.phoneNumberId, user: state.userKey }
  if (!(await attempt(sendEvent({ ...call, event: 'connect' })))) return
  const startedMs = Date.now()
  const hangUp = () => {
    closeSheet()
    const duration = Math.max(1, Math.round((Date.now() - startedMs) / 1000))
    attempt(sendEvent({ ...call, event: 'terminate', status: 'COMPLETED', duration }))
  }
  const business = currentNumber()?.verified_name ?? 'the business'
  const button = h(
    'button',
    { type: 'button', class: 'button danger', on: { click: hangUp } },
    icon('phone'),
    'Hang up',
  )
  openSheet(
    `Calling ${business}…`,
    h(
      'div',
      { class: 'ask' },
      h('p', { class: 'quiet' }, 'The business hears of the call; nobody speaks.'),
      button,
    ),
  )
}

/** @param {Press} press */
function shareContact({ tap }) {
  const user = currentUser()
  askSheet({
    title: 'Share your contact info?',
    note: `${currentNumber()?.verified_name ?? 'The business'} will see this name and phone number.`,
    nodes: [
      fieldOf({ name: 'name', label: 'Name', value: user ? nameOf(user) : '', required: true }),
      fieldOf({
        name: 'phone',
        label: 'Phone number',
        type: 'tel',
        value: user?.wa_id ? phone(user.wa_id) : '',
        placeholder: '+1 555 010 1004',
        required: true,
      }),
    ],
    action: 'Share',
    run: data => tap({ values: filled({ name: typed(data, 'name'), phone: typed(data, 'phone') }) }),
  })
}

/** @param {Press} press */
function shop({ ask, button, message, tap }) {
  const { catalog_id, sections } = productsOf(message, button)
  openCart({
    title: button.text,
    sections,
    send: order => tap({ values: order }),
    ask: (text, product_retailer_id) =>
      ask({ text, referred_product: { catalog_id: catalog_id ?? '0', product_retailer_id } }),
  })
}

/** The products that a message offers, or those of one card of it. @param {Message} message @param {Button} [button] */
export function productsOf({ content, rendered }, button) {
  const { catalog_id = content?.action?.catalog_id, sections = [] } = rendered?.products ?? {}
  if (button?.product) return { catalog_id, sections: [{ product_retailer_ids: [button.product] }] }
  const shown = rendered?.header?.product?.product_retailer_id ?? rendered?.product
  if (sections.length > 0 || !shown) return { catalog_id, sections }
  return { catalog_id, sections: [{ product_retailer_ids: [shown] }] }
}
