// What happened beside Carom on a number that is also used in the WhatsApp Business app: messages typed there, and the
// history from before. Stored with their own times; they open no window and are nothing of ours to send.

import type { Transaction } from '../../db/pool.ts'
import type { Messages } from '../room.ts'
import type { OwnProblem } from '../settle.ts'
import { applyChanges, changeOf, recallChanges } from './changes.ts'
import { findTargets } from './findTargets.ts'
import { identify } from './identify.ts'
import { meet } from './meet.ts'
import { noteMedia } from './noteMedia.ts'
import { noteThreads } from './noteThreads.ts'
import { type Arrival, inOrder, rowOf } from './rows.ts'
import { metaId, moment, phone, record, text } from './shapes.ts'
import { insertSynced, type SyncedRow } from './syncedQueries.ts'

export type Synced = Arrival & {
  origin: 'app' | 'history'
  /** Whom the conversation is with, where the message stood inside one. */
  thread: string | undefined
  /** The business number's own digits. */
  business_phone: string | undefined
}

/** Answers a reason for each message that cannot be stored (in the order given), undefined where all went well. */
export async function receiveSynced(
  messages: Messages,
  tx: Transaction,
  synced: Synced[],
): Promise<(string | undefined)[]> {
  const contactIds = await meet(messages, tx, synced.map(otherParty))
  const changes = synced.map(one => changeOf(one, directionOf(one)))
  const now = messages.clock.now()
  const rows = new Map<string, SyncedRow>()
  const reasons = synced.map((one, ord) => {
    const change = changes[ord]
    if (change !== undefined) return typeof change === 'string' ? change : undefined
    const row = syncedRow(one, contactIds[ord])
    if (typeof row === 'string') return row
    const placed = { ...row, created_at: inOrder(one.origin === 'app' ? now : row.sent_at, ord) }
    const key = `${row.phone_number_id} ${row.direction} ${row.wamid}`
    const before = rows.get(key)
    rows.set(key, before ? together(before, placed) : placed)
    return undefined
  })
  await keep(messages, tx, [...rows.values()])
  await applyChanges(tx, changes)
  return reasons
}

async function keep(messages: Messages, tx: Transaction, rows: SyncedRow[]): Promise<void> {
  if (rows.length === 0) return
  await findTargets(tx, rows)
  const stored = new Set(await insertSynced(tx, rows))
  const news = rows.filter(row => stored.has(row.wamid))
  await recallChanges(tx, news)
  // A history tells of files that are up to two weeks old, with ids that are new.
  await noteMedia(messages, tx, news, messages.clock.now())
  await noteThreads(messages, tx, news)
}

function directionOf({ origin, message, business_phone }: Synced): 'inbound' | 'outbound' {
  if (origin === 'app') return 'outbound'
  const from = phone(message.from)
  const to = phone(message.to) ?? metaId(message.to_user_id)
  return to !== undefined || (from !== undefined && from === business_phone) ? 'outbound' : 'inbound'
}

function otherParty(one: Synced) {
  const { message, thread, contacts, tenant_id } = one
  const outbound = directionOf(one) === 'outbound'
  const user_id = metaId(outbound ? message.to_user_id : message.from_user_id)
  const direct = phone(outbound ? message.to : message.from)
  const inThread = direct === undefined && user_id === undefined ? thread : undefined
  const names = inThread === undefined ? { phone: direct, user_id } : namesOf(inThread)
  return identify(tenant_id, names, contacts, moment(message.timestamp))
}

function namesOf(thread: string) {
  const digits = phone(thread)
  return digits === undefined ? { user_id: metaId(thread) } : { phone: digits }
}

const STATUSES: Record<string, SyncedRow['status']> = {
  PENDING: 'accepted',
  SENT: 'sent',
  DELIVERED: 'delivered',
  READ: 'read',
  PLAYED: 'read',
  ERROR: 'failed',
}

function syncedRow(one: Synced, contactId: string | undefined): Omit<SyncedRow, 'created_at'> | string {
  const found = rowOf(one, contactId, { history: one.origin === 'history' })
  if (typeof found === 'string') return found
  const direction = directionOf(one)
  const said = text(record(one.message.history_context)?.status) ?? ''
  const told = Object.hasOwn(STATUSES, said) ? STATUSES[said] : undefined
  const status = direction === 'inbound' ? 'received' : (told ?? 'sent')
  const failed = status === 'failed'
  return {
    ...found,
    ...{ direction, status, origin: one.origin },
    recipient: direction === 'outbound' ? recipientOf(one) : null,
    error: found.error ?? (failed ? failedBefore : null),
    failed_at: failed ? found.sent_at : null,
  }
}

function recipientOf({ message, thread }: Synced): string | null {
  const digits = phone(message.to) ?? (metaId(message.to_user_id) === undefined ? phone(thread) : undefined)
  return digits === undefined ? (metaId(message.to_user_id) ?? metaId(thread) ?? null) : `+${digits}`
}

/** The same message twice in one batch: a placeholder gives way to what it stands for. */
function together(a: SyncedRow, b: SyncedRow): SyncedRow {
  const [kept, other] = a.type === 'media_placeholder' ? [b, a] : [a, b]
  const origin = kept.origin === 'app' || other.origin === 'app' ? 'app' : 'history'
  return { ...kept, origin, status: other.type === 'media_placeholder' ? other.status : kept.status }
}

const failedBefore: OwnProblem = {
  code: 'failed_before',
  title: 'Failed in the app',
  cause:
    'This message was sent from the WhatsApp Business app before the number was connected, and failed there.',
  fix_by: 'sender',
  retry: 'never',
  next_step: 'Nothing: it is part of the history.',
}
