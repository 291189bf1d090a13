// Messages from people: stored once per wamid, under the contact who wrote them, renewing that contact's window.

import type { Transaction } from '../../db/pool.ts'
import type { Messages } from '../room.ts'
import { applyChanges, changeOf, recallChanges } from './changes.ts'
import { findTargets } from './findTargets.ts'
import { identifySender } from './identify.ts'
import { meet } from './meet.ts'
import { noteMedia } from './noteMedia.ts'
import { noteThreads } from './noteThreads.ts'
import { type InboundRow, insertInbound, openWindows } from './queries.ts'
import { type Arrival, inOrder, rowOf } from './rows.ts'
import { metaId } from './shapes.ts'

/** Answers a reason for each message that cannot be stored (in the order given), undefined where all went well. */
export async function receive(
  messages: Messages,
  tx: Transaction,
  arrivals: Arrival[],
): Promise<(string | undefined)[]> {
  const identities = arrivals.map(one => identifySender(one.tenant_id, one.message, one.contacts))
  const contactIds = await meet(messages, tx, identities)
  const now = messages.clock.now()
  const changes = arrivals.map(one => changeOf(one, 'inbound'))
  const rows = new Map<string, InboundRow>()
  const opening: InboundRow[] = []
  const reasons = arrivals.map((one, ord) => {
    const change = changes[ord]
    if (change !== undefined) return typeof change === 'string' ? change : undefined
    const found = rowOf(one, contactIds[ord])
    if (typeof found === 'string') return found
    const row = { ...found, created_at: inOrder(now, ord) }
    if (!rows.has(row.id)) rows.set(row.id, row)
    if (opensWindow(one)) opening.push(row)
    return undefined
  })
  await keep(messages, tx, [...rows.values()], opening)
  await applyChanges(tx, changes)
  return reasons
}

/** `opening`: those of the rows that renew their contact's window, which threads are told with. */
async function keep(
  messages: Messages,
  tx: Transaction,
  rows: InboundRow[],
  opening: InboundRow[],
): Promise<void> {
  if (rows.length === 0) return
  await findTargets(tx, rows)
  const stored = new Set(await insertInbound(tx, rows))
  const news = rows.filter(row => stored.has(row.id))
  await recallChanges(tx, news)
  await noteMedia(messages, tx, news)
  if (opening.length > 0)
    await openWindows(
      tx,
      opening.map(row => ({ ...row, at: row.sent_at })),
    )
  if (news.length > 0) await messages.hooks.received?.(tx, news)
  await noteThreads(messages, tx, news)
}

/** Every message of a person does; what WhatsApp itself says (a changed number) and what is written in a group does not. */
function opensWindow({ message }: Arrival): boolean {
  return message.type !== 'system' && metaId(message.group_id) === undefined
}
