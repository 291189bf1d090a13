// Which WABA was the token granted for? Told by its granular scopes, and cross-checked: the WABA must list the number.

import type { NumberInfo } from '../meta/numbers.ts'
import type { TokenInfo } from '../meta/tokens.ts'
import type { Accounts } from './room.ts'
import { failStep, must } from './steps.ts'

const MAX_CANDIDATES = 25

/** The newest granted WABA that lists the number. */
export async function findWaba(
  accounts: Accounts,
  token: string,
  info: TokenInfo,
  phone_number_id: string,
): Promise<string> {
  if (info.waba_ids === undefined) {
    failStep('find_waba', 'invalid_parameter', {
      message:
        'The token was granted for every WABA of its holder, so it does not tell which one is meant; give waba_id as well.',
      param: 'waba_id',
    })
  }
  for (const waba_id of info.waba_ids.slice(0, MAX_CANDIDATES)) {
    const numbers = await accounts.meta.listNumbers(token, waba_id)
    // A WABA that the token may not read is not the one; that Meta is down is another matter.
    if (!numbers.ok && numbers.kind === 'rejected' && !numbers.token_invalid) continue
    if (lists(must('find_waba', numbers), phone_number_id)) return waba_id
  }
  failStep('find_waba', 'invalid_parameter', {
    message: `None of the WABAs that the token was granted for has the phone number ${phone_number_id}; check phone_number_id.`,
    param: 'phone_number_id',
    details: { granted_waba_ids: info.waba_ids },
  })
}

/** A WABA that the caller named: the token must be granted for it, and it must list the number. */
export function checkGranted(info: TokenInfo, waba_id: string): void {
  if (info.waba_ids === undefined || info.waba_ids.includes(waba_id)) return
  failStep('find_waba', 'invalid_parameter', {
    message: `The token was not granted for the WABA ${waba_id}; check waba_id, or grant access to it.`,
    param: 'waba_id',
    details: { granted_waba_ids: info.waba_ids },
  })
}

export function lists(numbers: NumberInfo[], phone_number_id: string): boolean {
  return numbers.some(number => number.phone_number_id === phone_number_id)
}
