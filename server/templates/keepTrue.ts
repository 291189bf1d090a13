// Keeps the templates of every connected account as Meta has them: each account is compared every six hours, and soon
// after a webhook spoke of a template that is not known. One process at a time does an account.

import { markTokenInvalid, openToken } from '../accounts/room.ts'
import { type Loop, startLoop } from '../db/lease.ts'
import { pullTemplates } from './pull.ts'
import type { Templates } from './room.ts'
import { claimDue, type DueAccount, retrySync, SYNC_CHANNEL } from './syncQueries.ts'

const LEASE_S = 900
const RETRY_S = 600

export function startKeepingTrue(templates: Templates): Loop {
  const { db, clock, listener, log } = templates
  return startLoop<DueAccount>({
    name: 'templates',
    claim: limit => claimDue(db, limit, LEASE_S, clock.now()),
    work: due => compareAll(templates, due),
    limit: 5,
    concurrency: 1,
    poll_ms: 15_000,
    listen: { listener, channel: SYNC_CHANNEL },
    log,
  })
}

/** One account that fails does not hold up the others. */
export async function compareAll(templates: Templates, due: DueAccount[]): Promise<void> {
  for (const account of due) {
    const problem = await compare(templates, account)
    if (problem === undefined) continue
    templates.log.warn({ waba_id: account.waba_id, problem }, 'Templates could not be compared with Meta')
    await retrySync(templates.db, account.id, RETRY_S * (0.75 + Math.random() / 2))
  }
}

async function compare(templates: Templates, account: DueAccount): Promise<string | undefined> {
  const { id, tenant_id, waba_id, lease } = account
  const token = openToken(templates.accounts, account)
  if (token === null) return 'The account has no token.'
  const result = await pullTemplates(templates, { id, tenant_id, waba_id, token }, lease)
  if (result.ok) return undefined
  if (result.token_invalid) await markTokenInvalid(templates.accounts, id)
  return result.reason
}
