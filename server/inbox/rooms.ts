// Which room an item of a webhook belongs to. Each room's verb takes many at once and answers a reason for each that it
// could not apply; what no room knows is parked, to be looked at and applied again once one does.

import { findByMetaId } from '../accounts/room.ts'
import type { Transaction } from '../db/pool.ts'
import { applyStatuses } from '../messages/inbound/applyStatuses.ts'
import { receive } from '../messages/inbound/receive.ts'
import { applyChange } from './changes.ts'
import type { Item } from './expand.ts'
import type { Inbox } from './room.ts'

export type Problem = { item: Item; reason: string }

/** Messages before statuses: a status may speak of somebody whom a message introduces. */
export async function applyItems(inbox: Inbox, tx: Transaction, items: Item[]): Promise<Problem[]> {
  const problems: Problem[] = []
  const known: Known[] = []
  for (const item of items) {
    if (item.kind === 'change') continue
    const number = item.phone_number_id && (await findByMetaId(inbox.accounts, item.phone_number_id))
    if (number) known.push({ item, tenant_id: number.tenant_id, number_id: number.id })
    else
      problems.push({ item, reason: `The number ${item.phone_number_id ?? '(none)'} is not connected here.` })
  }
  const of = (kind: Item['kind']) => known.filter(one => one.item.kind === kind)
  problems.push(...(await applyMessages(inbox, tx, of('message'))))
  problems.push(...(await applyStatusItems(tx, of('status'))))
  for (const { item } of known) if (item.kind === 'error') problems.push({ item, reason: numberError(item) })
  for (const item of items) {
    if (item.kind !== 'change') continue
    const reason = await applyChange(inbox, tx, item)
    if (reason !== undefined) problems.push({ item, reason })
  }
  return problems
}

type Known = { item: Item; tenant_id: string; number_id: string }

async function applyMessages(inbox: Inbox, tx: Transaction, known: Known[]): Promise<Problem[]> {
  if (known.length === 0) return []
  const reasons = await receive(
    inbox.messages,
    tx,
    known.map(({ item, tenant_id, number_id }) => ({
      tenant_id,
      phone_number_id: number_id,
      message: item.item,
      contacts: item.contacts,
    })),
  )
  return withReasons(known, reasons)
}

async function applyStatusItems(tx: Transaction, known: Known[]): Promise<Problem[]> {
  if (known.length === 0) return []
  const reasons = await applyStatuses(
    tx,
    known.map(({ item, number_id }) => ({ phone_number_id: number_id, status: item.item })),
  )
  return withReasons(known, reasons)
}

function withReasons(known: Known[], reasons: (string | undefined)[]): Problem[] {
  return known.flatMap(({ item }, ord) => {
    const reason = reasons[ord]
    return reason === undefined ? [] : [{ item, reason }]
  })
}

function numberError(item: Item): string {
  const { code, title, message } = item.item
  return `Meta reported a problem of the number: ${String(code)} ${String(title ?? message ?? '')}`.trim()
}
