// Reads an account and its numbers from Meta again.

import type { Queryable } from '../db/pool.ts'
import { fail } from '../kit/errors.ts'
import type { Result } from '../meta/request.ts'
import { requireAccount, requireAccountRow } from './find.ts'
import { messagesPerSecond } from './pace.ts'
import * as queries from './queries.ts'
import { type Accounts, forgetAccount, markTokenInvalid, openToken } from './room.ts'
import { type Account, presentAccount } from './schema.ts'
import { failStep, must, type Step } from './steps.ts'
import { tellAccounts } from './tell.ts'

/** A token that Meta no longer accepts marks the account `token_invalid`; one that it accepts again heals it. */
export async function refresh(accounts: Accounts, tenant_id: string, id: string): Promise<Account> {
  const { meta, db } = accounts
  const account = await requireAccountRow(accounts, tenant_id, id)
  const token = openToken(accounts, account)
  if (!account.held || token === null) {
    fail('invalid_state', { message: 'This account is disconnected; connect it again through onboarding.' })
  }
  const [inspected, read, listed] = await Promise.all([
    meta.debugToken(token),
    meta.readWaba(token, account.waba_id),
    meta.listNumbers(token, account.waba_id),
  ])
  const info = await heed(accounts, id, 'inspect_token', inspected)
  if (!info.valid) {
    await markTokenInvalid(accounts, id)
    failStep('inspect_token', 'meta_token_invalid', {
      message: "Meta no longer accepts this account's token; connect it again through onboarding.",
      ...(info.problem ? { meta: info.problem } : {}),
    })
  }
  const waba = await heed(accounts, id, 'read_waba', read)
  const numbers = await heed(accounts, id, 'read_phone_number', listed)
  const now = accounts.clock.now()
  const paced = numbers.map(number => ({ ...number, messages_per_second: messagesPerSecond(number) }))
  await db.transaction(async tx => {
    const before = await findAsShown(accounts, tx, tenant_id, id)
    await queries.updateWaba(tx, id, waba, info, now)
    await queries.updateNumbers(tx, id, paced, now)
    if ((await findAsShown(accounts, tx, tenant_id, id)) !== before) await tellAccounts(accounts, tx, [id])
    await queries.announce(tx, id)
  })
  forgetAccount(accounts, id)
  return requireAccount(accounts, tenant_id, id)
}

/** To compare: all that the API shows but the times of change. */
async function findAsShown(
  accounts: Accounts,
  tx: Queryable,
  tenant_id: string,
  id: string,
): Promise<string> {
  const row = await queries.accountById(tx, tenant_id, id)
  const shown = row && presentAccount(row, await queries.numbersOf(tx, [id]), accounts.clock.now())
  return JSON.stringify(shown, (key, value) => (key === 'updated_at' ? undefined : value))
}

async function heed<T>(accounts: Accounts, id: string, step: Step, result: Result<T>): Promise<T> {
  if (!result.ok && result.token_invalid) await markTokenInvalid(accounts, id)
  return must(step, result)
}
