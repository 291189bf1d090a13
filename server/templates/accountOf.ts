// Which of a tenant's accounts a change is for, with the token to make it.

import { heldAccounts } from '../accounts/find.ts'
import {
  type ConnectedAccount,
  markTokenInvalid,
  openToken,
  requireSandboxAllowed,
} from '../accounts/room.ts'
import type { Principal } from '../http/route.ts'
import { fail } from '../kit/errors.ts'
import { refusalFailure } from '../meta/refuse.ts'
import type { Refusal } from '../meta/request.ts'
import type { Templates } from './room.ts'

/** Without a waba_id the tenant's only account. */
export async function requireAccount(
  templates: Templates,
  caller: Principal,
  waba_id: string | undefined,
): Promise<ConnectedAccount> {
  const held = await heldAccounts(templates.accounts, caller.tenant_id, waba_id)
  const [account, ...more] = held
  if (!account) {
    const message = 'No such account is connected; GET /api/v1/whatsapp/accounts lists yours.'
    return fail(waba_id === undefined ? 'invalid_state' : 'not_found', {
      message,
      ...(waba_id === undefined ? {} : { param: 'waba_id' }),
    })
  }
  if (more.length > 0) {
    const message = `There are several accounts; say in waba_id for which one: ${held.map(one => one.waba_id).join(', ')}.`
    fail('invalid_parameter', {
      param: 'waba_id',
      message,
      details: { issues: [{ param: 'waba_id', message }] },
    })
  }
  requireSandboxAllowed(caller, account)
  const token = openToken(templates.accounts, account)
  if (token === null || account.status === 'token_invalid') return fail('meta_token_invalid')
  return { id: account.id, tenant_id: caller.tenant_id, waba_id: account.waba_id, token }
}

/** Meta did not do it: what the caller is told, and a token that ended is noted. */
export async function failAtMeta(
  templates: Templates,
  account_id: string,
  refusal: Refusal,
  doing: string,
): Promise<never> {
  if (refusal.token_invalid) await markTokenInvalid(templates.accounts, account_id)
  const { problem, reason } = refusal
  const why = problem
    ? `${problem.details ?? problem.cause} ${problem.next_step}`
    : `${reason} Try again in a moment.`
  throw refusalFailure(refusal, { message: `${doing} failed: ${why}` })
}
