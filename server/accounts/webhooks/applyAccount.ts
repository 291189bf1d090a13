// Webhooks about the account itself: review, restrictions, bans, removal. They may come twice, late and in any order;
// events and values that are not known change nothing. They answer what changed, and announce it with the caller's
// transaction.

import type { Queryable } from '../../db/pool.ts'
import { announce, releaseAccount } from '../queries.ts'
import type { Accounts } from '../room.ts'
import type { AccountRow, NumberRow } from '../schema.ts'
import { tellAccounts } from '../tell.ts'
import { change } from './applyNumbers.ts'
import { type AccountEvent, digitsOf, word } from './event.ts'
import { type AccountPatch, patchAccount } from './queries.ts'

export type Changed = { accounts: AccountRow[]; numbers: NumberRow[] }

const NOTHING: Changed = { accounts: [], numbers: [] }
const USABLE = ['connected', 'restricted']

/** account_review_update. */
export async function applyReviewUpdate(
  accounts: Accounts,
  tx: Queryable,
  event: AccountEvent,
): Promise<Changed> {
  const decision = word(event.value.decision)
  if (decision === undefined) return NOTHING
  return told(accounts, tx, await patch(accounts, tx, event, 'review', { review_status: decision }, []))
}

/** account_update. For PARTNER_* events entry.id is the partner's portfolio, and the WABA stands in waba_info. */
export async function applyAccountUpdate(
  accounts: Accounts,
  tx: Queryable,
  event: AccountEvent,
): Promise<Changed> {
  return told(accounts, tx, await apply(accounts, tx, event))
}

/** Once all of it is written. Numbers tell for themselves. */
async function told(accounts: Accounts, tx: Queryable, changed: Changed): Promise<Changed> {
  await tellAccounts(
    accounts,
    tx,
    changed.accounts.map(row => row.id),
  )
  return changed
}

async function apply(accounts: Accounts, tx: Queryable, event: AccountEvent): Promise<Changed> {
  const { value } = event
  switch (value.event) {
    case 'ACCOUNT_DELETED':
      return deleted(accounts, tx, event)
    case 'ACCOUNT_VIOLATION':
      return patch(
        accounts,
        tx,
        event,
        'violation',
        { restriction: { violation: value.violation_info ?? {} } },
        [],
      )
    case 'ACCOUNT_RESTRICTION':
      return restricted(accounts, tx, event)
    case 'DISABLED_UPDATE':
      return banned(accounts, tx, event)
    case 'PARTNER_REMOVED':
    case 'PARTNER_APP_UNINSTALLED':
      return removed(accounts, tx, atWaba(event))
    case 'ACCOUNT_OFFBOARDED':
      return coexistence(accounts, tx, event, 'DISCONNECTED')
    case 'ACCOUNT_RECONNECTED':
      return coexistence(accounts, tx, event, 'CONNECTED')
    default:
      return NOTHING
  }
}

async function deleted(accounts: Accounts, tx: Queryable, event: AccountEvent): Promise<Changed> {
  const from = [...USABLE, 'token_invalid']
  const changed = await patch(accounts, tx, event, 'account', { status: 'disconnected' }, from)
  for (const { id } of changed.accounts) await releaseAccount(tx, id, accounts.clock.now())
  return changed
}

async function restricted(accounts: Accounts, tx: Queryable, event: AccountEvent): Promise<Changed> {
  const info = event.value.restriction_info
  const list = Array.isArray(info) ? (info as { expiration?: unknown }[]) : []
  const ends = list.map(entry => Number(entry?.expiration))
  const known = ends.length > 0 && ends.every(end => Number.isFinite(end) && end > 0)
  const restricted_until = known ? new Date(Math.max(...ends) * 1000).toISOString() : null
  const told = { status: 'restricted', restriction: { restrictions: list }, restricted_until }
  return patch(accounts, tx, event, 'account', told, USABLE)
}

async function banned(accounts: Accounts, tx: Queryable, event: AccountEvent): Promise<Changed> {
  const ban = (event.value.ban_info ?? {}) as { waba_ban_state?: unknown }
  if (ban.waba_ban_state === 'DISABLE') {
    return patch(accounts, tx, event, 'account', { status: 'restricted', restriction: { ban } }, USABLE)
  }
  if (ban.waba_ban_state === 'REINSTATE') {
    return patch(accounts, tx, event, 'account', { status: 'connected', restriction: null }, ['restricted'])
  }
  return patch(accounts, tx, event, 'violation', { restriction: { ban } }, [])
}

/** With a number it is that number's end of coexistence; without one, the app has lost its access to the WABA. */
async function removed(accounts: Accounts, tx: Queryable, event: AccountEvent): Promise<Changed> {
  const digits = digitsOf(event.value.phone_number)
  if (digits === undefined) return patch(accounts, tx, event, 'account', { status: 'token_invalid' }, USABLE)
  const which = { waba_id: event.waba_id, digits }
  return {
    accounts: [],
    numbers: await change(accounts, tx, which, 'coexistence', event, { status: 'DISCONNECTED' }),
  }
}

async function coexistence(
  accounts: Accounts,
  tx: Queryable,
  event: AccountEvent,
  status: string,
): Promise<Changed> {
  const which = { waba_id: event.waba_id, digits: null, coexistence_only: true }
  return { accounts: [], numbers: await change(accounts, tx, which, 'coexistence', event, { status }) }
}

function atWaba(event: AccountEvent): AccountEvent {
  const info = event.value.waba_info as { waba_id?: unknown } | undefined
  return { ...event, waba_id: digitsOf(info?.waba_id) ?? event.waba_id }
}

async function patch(
  accounts: Accounts,
  tx: Queryable,
  event: AccountEvent,
  kind: string,
  told: AccountPatch,
  from: string[],
): Promise<Changed> {
  const seen = { kind, at_s: event.at_s }
  const rows = await patchAccount(tx, event.waba_id, seen, told, from, accounts.clock.now())
  for (const row of rows) await announce(tx, row.id)
  return { accounts: rows, numbers: [] }
}
