// Checks what every message has in common: the product, the recipient, the type, the callback data, the quoted message.

import { GraphError, wrongParameter } from '../graph/errors.ts'
import { userIdPattern } from '../people/findUser.ts'
import type { Settings } from '../settings.ts'
import { isObject } from '../templates/parameters.ts'
import { digitsOf, type Json } from '../world.ts'

export type Envelope = {
  /** As it was written, for the answer. */
  input: string
  by_phone: boolean
  /** Digits or a user id. */
  recipient: string
  type: string
  callback_data: string | null
  quoted: string | null
}

export const messageTypes = [
  'audio',
  'contacts',
  'document',
  'image',
  'interactive',
  'location',
  'reaction',
  'sticker',
  'template',
  'text',
  'video',
]
const CALLBACK_LIMIT = 512
/** Besides the object of the message's own type. */
const KNOWN_FIELDS = new Set([
  'messaging_product',
  'recipient_type',
  'to',
  'recipient',
  'type',
  'context',
  'biz_opaque_callback_data',
  'recipient_identity_key_hash',
  'category',
  'messaging_account_id',
  'paid_messaging_account_id',
  'status',
  'message_id',
  'typing_indicator',
  'access_token',
  'appsecret_proof',
])

export function checkEnvelope(body: Json, settings: Settings): Envelope {
  checkProduct(body)
  const type = body.type === undefined ? 'text' : String(body.type).toLowerCase()
  if (!messageTypes.includes(type)) {
    const allowed = messageTypes.map(one => one.toUpperCase()).join(', ')
    throw wrongParameter(`Param type must be one of {${allowed}} - got "${String(body.type)}".`)
  }
  if (settings.strict_fields) {
    const isKnown = (key: string) => key === type || KNOWN_FIELDS.has(key)
    const unknown = Object.keys(body).find(key => !isKnown(key))
    if (unknown !== undefined) throw wrongParameter(`Unexpected key "${unknown}" on param "$".`)
  }
  const group = String(body.recipient_type ?? 'individual').toLowerCase()
  if (group === 'group') throw new GraphError(131041, { details: 'The group does not exist.' })
  if (group !== 'individual') {
    throw wrongParameter(
      `Param recipient_type must be one of {INDIVIDUAL, GROUP} - got "${body.recipient_type}".`,
    )
  }
  return { ...recipientOf(body), type, callback_data: callbackDataOf(body), quoted: quotedOf(body) }
}

export function checkProduct(body: Json) {
  const product = body.messaging_product
  if (product === undefined) throw wrongParameter('The parameter messaging_product is required.')
  if (String(product).toLowerCase() !== 'whatsapp') {
    throw wrongParameter(`Param messaging_product must be one of {WHATSAPP} - got "${String(product)}".`)
  }
}

function recipientOf({ to, recipient }: Json): Pick<Envelope, 'input' | 'by_phone' | 'recipient'> {
  if (isFilled(to)) {
    const input = String(to)
    const digits = digitsOf(input)
    if (/^[+\d\s().-]+$/.test(input) && /^[1-9]\d{6,14}$/.test(digits)) {
      return { input, by_phone: true, recipient: digits }
    }
    throw new GraphError(131009, { details: "Parameter 'to' is not a valid phone number." })
  }
  if (!isFilled(recipient)) throw wrongParameter('The parameter to is required.')
  const input = String(recipient)
  if (userIdPattern.test(input)) return { input, by_phone: false, recipient: input }
  throw new GraphError(131009, { details: "Parameter 'recipient' is not a valid business-scoped user id." })
}

const isFilled = (value: unknown) => value !== undefined && value !== null && value !== ''

function callbackDataOf({ biz_opaque_callback_data: data }: Json): string | null {
  if (data === undefined || data === null) return null
  if (typeof data !== 'string') throw wrongParameter('Param biz_opaque_callback_data must be a string.')
  if (data.length > CALLBACK_LIMIT && [...data].length > CALLBACK_LIMIT) {
    throw wrongParameter(`Param biz_opaque_callback_data must be at most ${CALLBACK_LIMIT} characters long.`)
  }
  return data
}

function quotedOf({ context }: Json): string | null {
  if (context === undefined || context === null) return null
  if (!isObject(context)) throw wrongParameter('Param context must be a JSON object.')
  const { message_id } = context
  if (message_id === undefined) return null
  if (typeof message_id === 'string') return message_id
  throw wrongParameter("Param context['message_id'] must be a string.")
}
