// A person presses a button of a message, chooses a row, or ends the sheet that a button opened, and so answers.

import type { Json, Message, RenderedButton, User, World } from '../world.ts'
import { partiesOf, type Writing, write } from './write.ts'

export type Tap = {
  /** Position, counted from 0, or `id`. */
  index?: number
  id?: string
  /** Which card of a carousel. */
  card?: number
  /** What was filled in. */
  values: Json
}
type Answer = (button: RenderedButton, press: Press) => Pick<Writing, 'type' | 'content' | 'beside'> | string
type Press = { message: Message; user: User; now: number; values: Json }

const SENDS: Record<string, Answer> = {
  reply: ({ id, text: title }) => interactive('button_reply', { id, title }),
  row: chooseRow,
  quick_reply: ({ id, text }) => ({ type: 'button', content: { payload: id ?? text, text } }),
  flow: submitFlow,
  address: submitAddress,
  location_request: sendPlace,
  call_permission: answerCall,
  call_permission_request: answerCall,
  contact_request: shareContact,
  request_contact_info: shareContact,
  product: order,
  product_list: order,
  catalog: order,
  mpm: order,
  spm: order,
}

/** A sentence when it sends nothing. */
export function tap(world: World, message: Message, { values, ...which }: Tap): Message | string {
  const button = findButton(message, which)
  if (typeof button === 'string') return button
  const send = SENDS[button.type]
  if (!send)
    return `A button of type ${button.type} opens something on the phone and sends nothing to the business.`
  const [number, user] = partiesOf(world, message)
  const answer = send(button, { message, user, now: world.clock.now(), values })
  if (typeof answer === 'string') return answer
  return write(world, number, user, { ...answer, quoted: message })
}

function findButton(message: Message, { card, id, index }: Omit<Tap, 'values'>): RenderedButton | string {
  const { buttons, cards = [] } = message.rendered
  if (card !== undefined && !cards[card])
    return `The message has ${cards.length} cards; there is none at ${card}.`
  const among = card === undefined ? buttons : (cards[card]?.buttons ?? [])
  if (id !== undefined) {
    const all = card === undefined ? [...buttons, ...cards.flatMap(one => one.buttons)] : among
    return all.find(one => one.id === id) ?? `The message has no button with the id ${id}.`
  }
  return among[index ?? -1] ?? `The message has ${among.length} buttons; there is none at ${index}.`
}

const interactive = (type: string, reply: Json) => ({
  type: 'interactive',
  content: { type, [type]: reply },
})

function chooseRow({ id, text: title }: RenderedButton, { message }: Press) {
  const rows = message.rendered.list?.sections.flatMap(section => section.rows) ?? []
  const description = rows.find(row => row.id === id)?.description
  return interactive('list_reply', { id, title, ...(description && { description }) })
}

function submitFlow(_button: RenderedButton, { message, values }: Press) {
  const flow_token = findKey(message.content, 'flow_token') ?? 'unused'
  const response_json = JSON.stringify({ flow_token, ...values })
  return interactive('nfm_reply', { response_json, body: 'Sent', name: 'flow' })
}

function submitAddress(_button: RenderedButton, { values }: Press) {
  const { saved_address_id, ...fields } = values
  const answer = saved_address_id === undefined ? { values: fields } : { saved_address_id, values: fields }
  const body = Object.values(fields).map(String).join(', ') || 'Saved address'
  return interactive('nfm_reply', { response_json: JSON.stringify(answer), body, name: 'address_message' })
}

function sendPlace(_button: RenderedButton, { values }: Press) {
  const { latitude = 52.5163, longitude = 13.3777, ...more } = values
  const isPlace = Math.abs(Number(latitude)) <= 90 && Math.abs(Number(longitude)) <= 180
  if (!isPlace) return 'latitude and longitude must be degrees.'
  return { type: 'location', content: { latitude: Number(latitude), longitude: Number(longitude), ...more } }
}

const WEEK_S = 7 * 24 * 3600

function answerCall(_button: RenderedButton, { now, values }: Press) {
  const { is_permanent = false, response = 'accept' } = values
  if (response !== 'accept' && response !== 'reject') return 'response must be accept or reject.'
  const ends = { expiration_timestamp: Math.floor(now / 1000) + WEEK_S }
  return interactive('call_permission_reply', {
    response,
    ...(response === 'accept' && { is_permanent, ...(is_permanent !== true && ends) }),
    response_source: 'user_action',
  })
}

function shareContact(_button: RenderedButton, { user, values }: Press) {
  const { name = user.name, phone = user.wa_id } = values
  if (typeof phone !== 'string') return 'This person has no phone number: send it in values.phone.'
  const [first_name = '', ...others] = String(name).split(' ')
  const contact = {
    name: {
      formatted_name: name,
      first_name,
      ...(others.length > 0 && { last_name: others.join(' ') }),
    },
    phones: [{ phone, wa_id: phone.replace(/\D/g, ''), type: 'MOBILE' }],
  }
  return { type: 'contacts', content: [contact], beside: { origin: 'contact_request' } }
}

function order(button: RenderedButton, { message, values }: Press) {
  const { catalog_id: known, sections = [] } = message.rendered.products ?? {}
  const shown = sections.flatMap(section => section.product_retailer_ids)
  const first = button.product ?? shown[0] ?? findKey(message.content, 'product_retailer_id') ?? 'sku-1'
  const { product_items = [{ product_retailer_id: first }], text } = values
  if (!Array.isArray(product_items) || product_items.length === 0) return 'product_items must be a list.'
  const usual = { quantity: 1, item_price: 9.9, currency: 'USD' }
  const catalog_id = known ?? findKey(message.content, 'catalog_id') ?? '400100200300400'
  const items = product_items.map(item => ({ ...usual, ...(item as Json) }))
  return { type: 'order', content: { catalog_id, ...(text !== undefined && { text }), product_items: items } }
}

/** The first text under this key, however deep it stands. */
function findKey(value: unknown, key: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const own = (value as Json)[key]
  if (typeof own === 'string') return own
  for (const inner of Object.values(value)) {
    const found = findKey(inner, key)
    if (found !== undefined) return found
  }
  return undefined
}
