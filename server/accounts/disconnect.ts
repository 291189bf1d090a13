// Lets go of an account: unsubscribes the app at Meta, forgets the token, keeps the history.

import { requireAccountRow } from './find.ts'
import * as queries from './queries.ts'
import { type Accounts, forgetAccount, openToken } from './room.ts'
import { stepFailure } from './steps.ts'
import { tellAccounts } from './tell.ts'

/** Doing it twice does no harm. Fails while Meta is down, because its webhooks would go on. */
export async function disconnect(accounts: Accounts, tenant_id: string, id: string): Promise<void> {
  const account = await requireAccountRow(accounts, tenant_id, id)
  if (!account.held) return
  const token = openToken(accounts, account)
  if (token !== null) {
    const result = await accounts.meta.unsubscribeApp(token, account.waba_id)
    // A token that may not (or no longer) unsubscribe must not keep the tenant from leaving.
    if (!result.ok && result.kind !== 'rejected') throw stepFailure('unsubscribe_app', result)
  }
  await accounts.db.transaction(async tx => {
    await queries.releaseAccount(tx, id, accounts.clock.now())
    await tellAccounts(accounts, tx, [id])
    await queries.announce(tx, id)
  })
  forgetAccount(accounts, id)
}
