// What the control API takes as the content of a person's message, per kind. Unknown properties pass: whoever tests a
// gateway may want to send what is not known yet.

import {
  anything,
  flag,
  list,
  number,
  object,
  oneOf,
  optional,
  type Shape,
  shape,
  text,
  wrongValue,
} from '../messages/shapes.ts'
import type { Json } from '../world.ts'

const words = optional(text(undefined, 0))
const medium = object({ id: optional(text()), caption: words, filename: words, voice: optional(flag) })
const amount = number(0, Number.MAX_SAFE_INTEGER)
const item = object({
  product_retailer_id: text(),
  quantity: amount,
  item_price: amount,
  currency: text(3, 3),
})

const REPLIES: Record<string, Shape> = {
  button_reply: object({ id: text(), title: text() }),
  list_reply: object({ id: text(), title: text(), description: words }),
  nfm_reply: object({ name: optional(oneOf('flow', 'address_message')), body: words }),
  call_permission_reply: object({ response: oneOf('accept', 'reject'), is_permanent: optional(flag) }),
}

const interactive = shape((where, value, scene) => {
  object({ type: oneOf(...Object.keys(REPLIES)) }).check(where, value, scene)
  const type = String((value as Json).type)
  object({ [type]: REPLIES[type] as Shape }).check(where, value, scene)
})

const system = shape((where, value, scene) => {
  object({ type: oneOf('user_changed_number', 'user_changed_user_id') }).check(where, value, scene)
  const isNumber = (value as Json).type === 'user_changed_number'
  const parts = isNumber ? { wa_id: text(), user_id: optional(text()) } : { user_id: text() }
  object(parts).check(where, value, scene)
})

const edited = shape((where, value, scene) => {
  object({ type: text() }).check(where, value, scene)
  const type = String((value as Json).type)
  if (type === 'edit' || type === 'revoke') throw wrongValue(`${where} must be of the kind that was written`)
  object({ [type]: anything }).check(where, value, scene)
})

export const inboundShapes: Record<string, Shape> = {
  image: medium,
  video: medium,
  audio: medium,
  document: medium,
  sticker: medium,
  location: object({ latitude: number(-90, 90), longitude: number(-180, 180) }),
  contacts: list(anything, 1, 257),
  button: object({ payload: text(), text: text() }),
  interactive,
  reaction: object({ message_id: text(), emoji: words }),
  order: object({ catalog_id: text(), text: words, product_items: list(item, 1, 1000) }),
  system,
  unsupported: object({ type: optional(text()), code: optional(number(131_051, 131_060, true)) }),
  edit: object({ original_message_id: text(), message: edited }),
  revoke: object({ original_message_id: text() }),
}
