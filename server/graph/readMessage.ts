// Meta's body of POST /{phone_number_id}/messages, read as the send or the read receipt that it is. What Meta ignores is
// ignored; what would change the meaning and is not carried out here is refused.

import { type TSchema, Type } from 'typebox'
import { Clean } from 'typebox/value'
import { fail, type Issue } from '../kit/errors.ts'
import { checkContent, KINDS, type KindName } from '../messages/kinds/checkContent.ts'
import type { Kind } from '../messages/kinds/kind.ts'
import { at, textAt } from '../messages/kinds/look.ts'
import type { Draft } from '../messages/send.ts'
import type { TemplateChoice } from '../messages/template.ts'

export type Reading =
  | { kind: 'send'; draft: Draft; input: string }
  | { kind: 'read'; message_id: string; typing: boolean }

const MEDIA = ['image', 'video', 'audio', 'document', 'sticker']
const CALLBACK_CHARACTERS = 512
/** They decide who may get the message, or who pays: ignoring them would be wrong. */
const REFUSED = [
  'recipient_identity_key_hash',
  'category',
  'messaging_account_id',
  'paid_messaging_account_id',
]

export function readMessage(phone_number_id: string, body: object): Reading {
  if (at(body, 'messaging_product') !== 'whatsapp') {
    refuse([{ param: 'messaging_product', message: '`messaging_product` must be "whatsapp".' }])
  }
  if (at(body, 'status') !== undefined) return readReceipt(body)
  const issues = envelopeIssues(body)
  const type = textAt(body, 'type') ?? 'text'
  const content = contentOf(type, decoded(at(body, type)))
  if ('issues' in content) issues.push(...content.issues)
  if (issues.length > 0 || 'issues' in content) return refuse(issues)
  const input = textAt(body, 'to') ?? textAt(body, 'recipient') ?? ''
  const reply_to = textAt(body, 'context', 'message_id')
  const client_ref = textAt(body, 'biz_opaque_callback_data')
  const draft: Draft = {
    ...{ phone_number_id, to: input },
    ...content.draft,
    ...(reply_to === undefined ? {} : { reply_to }),
    ...(client_ref === undefined ? {} : { client_ref }),
  }
  return { kind: 'send', draft, input }
}

function readReceipt(body: object): Reading {
  const issues: Issue[] = []
  const message_id = textAt(body, 'message_id')
  if (at(body, 'status') !== 'read') issues.push({ param: 'status', message: '`status` must be "read".' })
  if (!message_id) issues.push({ param: 'message_id', message: '`message_id` must be the wamid to be read.' })
  const typing = at(body, 'typing_indicator')
  if (typing !== undefined && at(typing, 'type') !== 'text') {
    issues.push({ param: 'typing_indicator.type', message: '`typing_indicator.type` must be "text".' })
  }
  if (issues.length > 0) refuse(issues)
  return { kind: 'read', message_id: message_id as string, typing: typing !== undefined }
}

function envelopeIssues(body: object): Issue[] {
  const issues: Issue[] = []
  const add = (param: string, message: string) => issues.push({ param, message })
  const to = at(body, 'to') ?? at(body, 'recipient')
  if (typeof to !== 'string' || to === '')
    add('to', '`to` must be a phone number, or `recipient` a user id, as a text.')
  if (![undefined, 'individual'].includes(at(body, 'recipient_type') as string))
    add('recipient_type', '`recipient_type` must be "individual": groups are not sent to through Carom.')
  if (at(body, 'context') !== undefined && !textAt(body, 'context', 'message_id'))
    add('context.message_id', '`context.message_id` must be a wamid.')
  const callback = at(body, 'biz_opaque_callback_data')
  if (callback !== undefined && (typeof callback !== 'string' || callback.length > CALLBACK_CHARACTERS))
    add(
      'biz_opaque_callback_data',
      `\`biz_opaque_callback_data\` is a text of at most ${CALLBACK_CHARACTERS} characters.`,
    )
  for (const name of REFUSED)
    if (at(body, name) !== undefined) add(name, `\`${name}\` is not carried out by Carom; leave it out.`)
  return issues
}

/** Graph takes an object also as its JSON in a text, and a published client sends contacts so. */
function decoded(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}

type Content = { draft: Pick<Draft, 'type' | 'content' | 'media' | 'template'> } | { issues: Issue[] }

function contentOf(type: string, value: unknown): Content {
  if (type === 'template') return templateOf(value)
  const kind = MEDIA.includes(type) ? 'media' : type
  if (!Object.hasOwn(KINDS, kind)) {
    return {
      issues: [{ param: 'type', message: `\`type\` ${JSON.stringify(type)} is none that can be sent.` }],
    }
  }
  if (typeof value !== 'object' || value === null) {
    return { issues: [{ param: type, message: `\`${type}\` is required for a message of this type.` }] }
  }
  const own = known(kind as KindName, ownFields(kind as KindName, type, value))
  const issues = checkContent(kind as KindName, own).map(issue => asOnWire(issue, type))
  if (issues.length > 0) return { issues }
  const found: Kind = KINDS[kind as KindName]
  const media = found.media(own as never).map(use => ({ ...use, param: wireName(use.param, type) }))
  return { draft: { ...found.wire(own as never), media } }
}

/** The kind's own fields, as Carom's calls name them. */
function ownFields(kind: KindName, type: string, value: object): object {
  const { id, body, ...rest } = value as Record<string, unknown>
  switch (kind) {
    case 'text':
      return { text: body, ...rest }
    case 'media':
      return { ...rest, type, ...(id === undefined ? {} : { media_id: id }) }
    case 'reaction':
      return { emoji: '', ...rest }
    default:
      return { [kind]: value }
  }
}

/** Without the fields that nobody knows: Meta ignores them, and published clients send some. */
function known(kind: KindName, content: object): unknown {
  const found = schemas.get(kind) ?? Type.Object(KINDS[kind].fields, { additionalProperties: false })
  schemas.set(kind, found)
  return Clean(found, structuredClone(content))
}

const schemas = new Map<KindName, TSchema>()

function templateOf(value: unknown): Content {
  const issues: Issue[] = []
  const add = (param: string, message: string) => issues.push({ param, message })
  const [name, language] = [textAt(value, 'name'), textAt(value, 'language', 'code')]
  const components = at(value, 'components')
  if (!name) add('template.name', "`template.name` must be the template's name.")
  if (!language) add('template.language.code', '`template.language.code` must be a code such as "en_US".')
  if (components !== undefined && !Array.isArray(components))
    add('template.components', '`template.components` must be a list.')
  if (issues.length > 0) return { issues }
  const template: TemplateChoice = {
    ...{ template: name as string, language: language as string },
    ...(components === undefined ? {} : { components: components as object[] }),
  }
  return { draft: { type: 'template', template } }
}

function asOnWire({ param, message }: Issue, type: string): Issue {
  const name = wireName(param, type)
  return {
    param: name,
    message: message.replaceAll(/`([a-z_]+)`/g, (_, said) => `\`${wireName(said, type)}\``),
  }
}

/** `media_id` of Carom's call is `image.id` on Meta's wire. */
function wireName(param: string, type: string): string {
  if (type === 'text') return param === 'text' ? 'text.body' : `text.${param}`
  if (type === 'reaction') return `reaction.${param}`
  if (!MEDIA.includes(type)) return param
  return param === 'type' ? 'type' : `${type}.${param === 'media_id' ? 'id' : param}`
}

function refuse(issues: Issue[]): never {
  fail('invalid_parameter', { message: issues[0]?.message ?? '', details: { issues } })
}
