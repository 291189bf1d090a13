// Which number is meant where a request may leave it out: the only one that the caller has.

import type { Principal } from '../http/route.ts'
import { fail } from '../kit/errors.ts'
import { heldNumberIds } from './mediaQueries.ts'
import { type Accounts, findNumber, requireSendable, type SendableNumber } from './room.ts'

/** The number that was named (by our id or Meta's), or the only one. Fails where there are several, or none. */
export async function chooseSendable(
  accounts: Accounts,
  caller: Principal,
  phone_id: string | undefined,
): Promise<SendableNumber> {
  if (phone_id !== undefined) return requireSendable(accounts, caller, phone_id)
  const held = await heldNumberIds(accounts.db, caller.tenant_id, caller.sandbox_only, 2)
  const [only, second] = held
  if (only === undefined) {
    fail('invalid_state', { message: 'No number is connected yet; connect one through onboarding first.' })
  }
  if (second === undefined) return requireSendable(accounts, caller, only)
  const message =
    '`phone_number_id` is required, because this account has more than one number; GET /api/v1/whatsapp/phone_numbers lists them.'
  const issues = [{ param: 'phone_number_id', message }]
  return fail('invalid_parameter', { param: 'phone_number_id', message, details: { issues } })
}

/** Up to `most` of the caller's numbers that can be used now. */
export async function usableNumbers(
  accounts: Accounts,
  caller: Principal,
  most: number,
): Promise<SendableNumber[]> {
  const ids = await heldNumberIds(accounts.db, caller.tenant_id, caller.sandbox_only, most)
  const numbers = await Promise.all(ids.map(id => findNumber(accounts, caller.tenant_id, id)))
  return numbers.filter((number): number is SendableNumber => number?.held === true && number.token !== null)
}
