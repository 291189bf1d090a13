// Pulls the templates of one of a tenant's accounts, or of all of them, when asked to.

import { heldAccounts } from '../accounts/find.ts'
import { markTokenInvalid, openToken, requireSandboxAllowed } from '../accounts/room.ts'
import { stepFailure } from '../accounts/steps.ts'
import type { Principal } from '../http/route.ts'
import { fail } from '../kit/errors.ts'
import { type Pulled, pullTemplates } from './pull.ts'
import type { Templates } from './room.ts'

/** The sums over the accounts. Stops at the first account that fails; what came before it is stored. */
export async function syncTemplates(
  templates: Templates,
  caller: Principal,
  waba_id: string | undefined,
): Promise<Pulled> {
  const { tenant_id } = caller
  const held = await heldAccounts(templates.accounts, tenant_id, waba_id)
  if (waba_id !== undefined && held[0]) requireSandboxAllowed(caller, held[0])
  const accounts = held.filter(account => account.sandbox || !caller.sandbox_only)
  if (accounts.length === 0) {
    const message = 'No such account is connected; GET /api/v1/whatsapp/accounts lists yours.'
    fail(waba_id === undefined ? 'invalid_state' : 'not_found', {
      message,
      ...(waba_id ? { param: 'waba_id' } : {}),
    })
  }
  const sum: Pulled = { created: 0, updated: 0, unchanged: 0, removed: 0, templates: 0 }
  for (const account of accounts) {
    const token = openToken(templates.accounts, account)
    if (token === null) continue
    const { id, waba_id } = account
    const result = await pullTemplates(templates, { id, tenant_id, waba_id, token })
    if (!result.ok) {
      if (result.token_invalid) await markTokenInvalid(templates.accounts, id)
      throw stepFailure('pull_templates', result)
    }
    for (const key of Object.keys(sum) as (keyof Pulled)[]) sum[key] += result.value[key]
  }
  return sum
}
