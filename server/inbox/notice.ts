// Notices: what Meta wants the operator to know and Carom does not act on (alerts, security, flows, problems of a number,
// calls that the business made). Kept as told, each once.

import { findByWaba } from '../accounts/room.ts'
import type { Transaction } from '../db/pool.ts'
import { derivedId } from '../kit/ids.ts'
import { metaId, moment, record, type Shape, text } from '../messages/inbound/shapes.ts'
import type { Item } from './expand.ts'
import { insertNotices, type Notice } from './noticeQueries.ts'
import type { Inbox } from './room.ts'
import type { Known } from './rooms.ts'

/** About an account. Answers a reason where nobody here has it. For partners the account stands in `waba_info`. */
export async function noteAccount(inbox: Inbox, tx: Transaction, item: Item): Promise<string | undefined> {
  const waba_id = metaId(record(item.item.waba_info)?.waba_id) ?? item.entry_id
  const account = await findByWaba(inbox.accounts, waba_id)
  if (!account) return `The account ${item.entry_id || '(none)'} is not connected here.`
  await insertNotices(tx, [{ ...noticeOf(item, account.tenant_id), account_id: account.id }])
  return undefined
}

/** About numbers. */
export async function noteNumbers(_inbox: Inbox, tx: Transaction, known: Known[]): Promise<undefined[]> {
  const rows = known.map(({ item, number }) => ({
    ...noticeOf(item, number.tenant_id),
    account_id: number.account_id,
    phone_number_id: number.id,
  }))
  await insertNotices(tx, rows)
  return rows.map(() => undefined)
}

/** The same notice however often Meta sends it. What bears no time of its own is kept once a day. */
function noticeOf({ item, inbox_id, field, entry_time }: Item, tenant_id: string): Notice {
  const at = moment(entry_time) ?? moment(item.timestamp) ?? receivedOn(inbox_id)
  return {
    id: derivedId(at.getTime(), tenant_id, field, JSON.stringify(item)),
    ...{ tenant_id, account_id: null, phone_number_id: null, field, kind: kindOf(item), value: item, at },
  }
}

function kindOf(item: Shape): string | null {
  const words = [item.event, record(item.alert_info)?.alert_type, item.status, item.code]
  return words.map(word => (typeof word === 'number' ? String(word) : text(word, 128))).find(Boolean) ?? null
}

const DAY_MS = 24 * 3_600_000

/** Ids of stored webhooks carry the time at which they were made. */
function receivedOn(inboxId: string): Date {
  const ms = Number.parseInt(inboxId.replaceAll('-', '').slice(0, 12), 16)
  return new Date(ms - (ms % DAY_MS))
}
