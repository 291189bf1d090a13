// The walk of a send: number, contact and window are resolved and the row stored under a lease in one statement;
// Meta is called with no transaction open; what became of it is settled in one more.

import { requireSendable, type SendableNumber } from '../accounts/room.ts'
import type { Principal } from '../http/route.ts'
import { fail } from '../kit/errors.ts'
import { isUuid } from '../kit/ids.ts'
import { type Address, parseAddress } from '../kit/phone.ts'
import { attempt } from './attempt.ts'
import { checkMedia } from './kinds/checkMedia.ts'
import type { MediaUse } from './kinds/kind.ts'
import { resolveReaction } from './kinds/resolveReaction.ts'
import { findMessage } from './list/find.ts'
import { presentSent } from './present.ts'
import { type Messages, wakeDispatch } from './room.ts'
import type { Message } from './schema.ts'
import { learnFromAnswer, refuse, settleVerdict } from './settle.ts'
import { type Chosen, type StoredMessage, storeMessage } from './store.ts'
import { type BoundTemplate, bindTemplate, type TemplateChoice } from './template.ts'
import { requireWanted } from './wanted.ts'

export type Draft = {
  phone_number_id: string
  to: string
  type: string
  /** The wire's object of that type; for a template, its choice is bound instead. */
  content?: object
  template?: TemplateChoice
  /** Uploaded files in it. */
  media?: MediaUse[]
  reply_to?: string
  client_ref?: string
  fallback?: TemplateChoice
  ignore_window?: boolean
}

export type SendOptions = {
  caller: Principal
  /** Monotonic milliseconds at which the request began: the deadline counts from there. */
  began_ms: number
  idempotency_id: string | undefined
  /** Store and answer at once; the dispatcher sends. */
  later: boolean
}

export async function send(messages: Messages, draft: Draft, options: SendOptions): Promise<Message> {
  const number = await requireSendable(messages.accounts, options.caller, draft.phone_number_id)
  const address = parseAddress(draft.to)
  if (address.kind === 'phone' && address.value === number.display_phone_number.replace(/\D/g, '')) {
    fail('invalid_parameter', {
      param: 'to',
      message: '`to` is the business number itself; a number cannot write to itself.',
    })
  }
  const content = await contentOf(messages, number, address, draft)
  await requireWanted(messages, number, address, content)
  const fallback =
    draft.fallback && (await bindTemplate(messages, { number, address }, draft.fallback, 'fallback.'))
  const reply_to = await quoted(messages, options.caller.tenant_id, draft.reply_to)
  const chosen = { address, reply_to, client_ref: draft.client_ref ?? null }
  const first = {
    type: draft.type,
    ...content,
    needs_window: draft.type !== 'template' && draft.ignore_window !== true,
  }
  const row =
    (await storeMessage(messages, number, { ...chosen, ...first }, options, fallback === undefined)) ??
    (await storeFallback(messages, number, { ...chosen, ...(fallback as BoundTemplate) }, options))
  if (!row) throw new Error('A template was refused for its window.')
  if (!options.later) return sendNow(messages, number, row, options)
  wakeDispatch(messages)
  return presentSent(number, row.contact, row)
}

async function storeFallback(
  messages: Messages,
  number: SendableNumber,
  chosen: Omit<Chosen, 'type' | 'needs_window'>,
  options: SendOptions,
): Promise<StoredMessage | undefined> {
  await requireWanted(messages, number, chosen.address, chosen)
  return storeMessage(messages, number, { ...chosen, type: 'template', needs_window: false }, options, true)
}

async function sendNow(
  messages: Messages,
  number: SendableNumber,
  row: StoredMessage,
  options: SendOptions,
): Promise<Message> {
  const deadline = options.began_ms + messages.config.CAROM_SEND_TIMEOUT_MS
  const verdict = await attempt(messages, number, row, deadline)
  const settled = await settleVerdict(messages, number, row.id, verdict, { requeue: false })
  await learnFromAnswer(messages, { ...row.contact, tenant_id: row.tenant_id }, verdict)
  if (verdict.kind !== 'accepted') refuse(messages, row.id, verdict)
  return presentSent(number, row.contact, { ...row, ...settled })
}

async function contentOf(
  messages: Messages,
  number: SendableNumber,
  address: Address,
  { type, template, content = {}, media = [] }: Draft,
): Promise<BoundTemplate> {
  if (template) return bindTemplate(messages, { number, address }, template, '')
  await checkMedia(messages.checkMedia, number, media)
  if (type !== 'reaction') return { content, template: null }
  const reaction = content as Parameters<typeof resolveReaction>[3]
  return { content: await resolveReaction(messages, number, address, reaction), template: null }
}

/** `reply_to` may be our id or a wamid; Meta takes wamids. A wamid that Carom does not know is passed on. */
async function quoted(
  messages: Messages,
  tenantId: string,
  replyTo: string | undefined,
): Promise<string | null> {
  if (replyTo === undefined) return null
  if (!isUuid(replyTo)) return replyTo
  const row = await findMessage(messages, tenantId, replyTo)
  if (row?.wamid) return row.wamid
  fail('invalid_parameter', {
    param: 'reply_to',
    message: row
      ? '`reply_to` names a message that Meta has not taken yet; quote it once it is accepted.'
      : '`reply_to` names no message of this account; give our message id or a wamid.',
  })
}
