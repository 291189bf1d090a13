// Webhooks about numbers: quality, limits, display names. They may come twice, late and in any order. All of them
// answer the numbers that changed, and announce them with the caller's transaction.

import type { Queryable } from '../../db/pool.ts'
import { messagesPerSecond } from '../pace.ts'
import { announce } from '../queries.ts'
import type { Accounts } from '../room.ts'
import type { NumberRow } from '../schema.ts'
import { tellNumbers } from '../tell.ts'
import { type AccountEvent, digitsOf, tierOf, word } from './event.ts'
import { type NumberPatch, patchNumbers } from './queries.ts'

/** phone_number_quality_update. FLAGGED means that the quality fell to red; what it rose to, UNFLAGGED does not tell. */
export async function applyQuality(
  accounts: Accounts,
  tx: Queryable,
  event: AccountEvent,
): Promise<NumberRow[]> {
  const { value } = event
  const digits = digitsOf(value.display_phone_number)
  if (digits === undefined) return []
  const limit = tierOf(value.max_daily_conversations_per_business) ?? tierOf(value.current_limit)
  const patch: NumberPatch = limit === undefined ? {} : { messaging_limit: limit }
  if (value.event === 'THROUGHPUT_UPGRADE') {
    patch.throughput_level = 'HIGH'
    patch.messages_per_second = messagesPerSecond({ throughput_level: 'HIGH', coexistence: false })
  }
  if (value.event === 'FLAGGED') Object.assign(patch, { quality_rating: 'RED', status: 'FLAGGED' })
  if (value.event === 'UNFLAGGED') Object.assign(patch, { quality_rating: 'UNKNOWN', status: 'CONNECTED' })
  return change(accounts, tx, { waba_id: event.waba_id, digits }, 'quality', event, patch)
}

/** phone_number_name_update. */
export async function applyNameUpdate(
  accounts: Accounts,
  tx: Queryable,
  event: AccountEvent,
): Promise<NumberRow[]> {
  const { value } = event
  const digits = digitsOf(value.display_phone_number)
  const decision = word(value.decision)
  if (digits === undefined || decision === undefined) return []
  const name = decision === 'APPROVED' ? word(value.requested_verified_name) : undefined
  const patch = { name_status: decision, ...(name === undefined ? {} : { verified_name: name }) }
  return change(accounts, tx, { waba_id: event.waba_id, digits }, 'name', event, patch)
}

/** business_capability_update: the limit is the portfolio's, and holds for every number of the WABA. */
export async function applyCapability(
  accounts: Accounts,
  tx: Queryable,
  event: AccountEvent,
): Promise<NumberRow[]> {
  const { value } = event
  const limit =
    tierOf(value.max_daily_conversations_per_business) ?? tierOf(value.max_daily_conversation_per_phone)
  if (limit === undefined) return []
  const patch = { messaging_limit: limit }
  return change(accounts, tx, { waba_id: event.waba_id, digits: null }, 'quality', event, patch)
}

export type Which = { waba_id: string; digits: string | null; coexistence_only?: boolean }

export async function change(
  accounts: Accounts,
  tx: Queryable,
  which: Which,
  kind: string,
  event: AccountEvent,
  patch: NumberPatch,
): Promise<NumberRow[]> {
  const rows = await patchNumbers(tx, which, { kind, at_s: event.at_s }, patch, accounts.clock.now())
  await tellNumbers(accounts, tx, rows)
  for (const account_id of new Set(rows.map(row => row.account_id))) await announce(tx, account_id)
  return rows
}
