// Who answers what comes in on a number: the bot that is linked to it, and whether it may.

import type { Queryable } from '../db/pool.ts'
import { fail } from '../kit/errors.ts'
import * as queries from './queries.ts'
import type { Accounts } from './room.ts'
import { type NumberRow, type PhoneNumber, presentNumber } from './schema.ts'
import { tellNumbers } from './tell.ts'

/** Unlinking also ends the automatic answers. */
export async function linkBot(
  accounts: Accounts,
  tx: Queryable,
  tenant_id: string,
  phone_id: string,
  bot_id: string | null,
): Promise<PhoneNumber> {
  const number = await requireNumber(tx, tenant_id, phone_id)
  if (bot_id !== null && !(await accounts.hooks.findBot(tx, tenant_id, bot_id))) {
    const message = 'There is no bot with this id; GET /api/v1/bots lists yours.'
    const issues = [{ param: 'bot_id', message }]
    fail('invalid_parameter', { param: 'bot_id', message, details: { issues } })
  }
  return changed(accounts, tx, await queries.setBot(tx, number.id, bot_id, accounts.clock.now()))
}

export async function setAutoreply(
  accounts: Accounts,
  tx: Queryable,
  tenant_id: string,
  phone_id: string,
  enabled: boolean,
): Promise<PhoneNumber> {
  const number = await requireNumber(tx, tenant_id, phone_id)
  if (enabled) await requireActiveBot(accounts, tx, number)
  return changed(accounts, tx, await queries.setAutoreply(tx, number.id, enabled, accounts.clock.now()))
}

async function requireActiveBot(accounts: Accounts, tx: Queryable, number: NumberRow): Promise<void> {
  const bot = number.bot_id && (await accounts.hooks.findBot(tx, number.tenant_id, number.bot_id))
  if (!bot)
    fail('invalid_state', { message: 'No bot is linked to this number; link one with …/link-bot first.' })
  if (!bot.is_active) {
    fail('invalid_state', {
      message: 'The linked bot is not active; activate it with /api/v1/bots/:id/toggle first.',
    })
  }
}

async function requireNumber(tx: Queryable, tenant_id: string, phone_id: string): Promise<NumberRow> {
  return (await queries.numberByEither(tx, tenant_id, phone_id)) ?? fail('not_found')
}

async function changed(accounts: Accounts, tx: Queryable, row: NumberRow | undefined): Promise<PhoneNumber> {
  if (!row) return fail('not_found')
  await tellNumbers(accounts, tx, [row])
  await queries.announce(tx, row.account_id)
  return presentNumber(row)
}
