// Stores WABA, token and number as the tenant's, before anything is changed at Meta. The database refuses what another
// tenant holds, also when both ask at the same moment.

import { fail } from '../kit/errors.ts'
import { newId } from '../kit/ids.ts'
import type { NumberInfo } from '../meta/numbers.ts'
import type { TokenInfo } from '../meta/tokens.ts'
import type { WabaInfo } from '../meta/wabas.ts'
import { isUniqueViolation } from './conflicts.ts'
import { messagesPerSecond } from './pace.ts'
import * as queries from './queries.ts'
import { type Accounts, forgetAccount, tokenContext } from './room.ts'
import type { NumberRow } from './schema.ts'

export type Claimed = { account_id: string; number: NumberRow }

type Found = { token: string; info: TokenInfo; waba: WabaInfo; number: NumberInfo }

export async function claim(accounts: Accounts, tenant_id: string, found: Found): Promise<Claimed> {
  try {
    const claimed = await store(accounts, tenant_id, found)
    forgetAccount(accounts, claimed.account_id)
    return claimed
  } catch (error) {
    if (isUniqueViolation(error, 'accounts_held')) {
      fail('already_connected', {
        message: `The WABA ${found.waba.waba_id} is connected to another tenant; disconnect it there first.`,
        param: 'waba_id',
      })
    }
    if (isUniqueViolation(error, 'phone_numbers_held')) {
      fail('already_connected', {
        message: `The phone number ${found.number.phone_number_id} is connected to another tenant; disconnect it there first.`,
        param: 'phone_number_id',
      })
    }
    throw error
  }
}

function store(accounts: Accounts, tenant_id: string, found: Found): Promise<Claimed> {
  const now = accounts.clock.now()
  const { sandbox } = accounts.config
  const { waba, token, info } = found
  return accounts.db.transaction(async tx => {
    const key = { id: newId(), tenant_id, waba_id: waba.waba_id, sandbox }
    const { id } = await queries.lockAccount(tx, key, now)
    const token_sealed = accounts.sealer.seal(token, tokenContext(id))
    await queries.holdAccount(tx, { id, sandbox, token_sealed, token: info, waba }, now)
    const account = { id, tenant_id, waba_id: waba.waba_id, sandbox }
    const messages_per_second = messagesPerSecond(found.number)
    const number = await queries.holdNumber(
      tx,
      account,
      { ...found.number, id: newId(), messages_per_second },
      now,
    )
    await queries.announce(tx, id)
    return { account_id: id, number }
  })
}
