// Registers a number with the Cloud API, where that is needed: each number may be registered ten times in 72 hours.

import { randomInt } from 'node:crypto'
import type { NumberInfo } from '../meta/numbers.ts'
import * as queries from './queries.ts'
import type { Accounts } from './room.ts'
import type { NumberRow } from './schema.ts'
import { stepFailure } from './steps.ts'

const PIN_MISMATCH = 133005

/**
 * With a `pin` it always registers; without one only a number that is not connected, with the PIN of an earlier try
 * or a new one. A number of the WhatsApp Business app (coexistence) is never registered.
 */
export async function register(
  accounts: Accounts,
  token: string,
  row: NumberRow,
  number: NumberInfo,
  given_pin: string | undefined,
): Promise<void> {
  if (number.coexistence) return
  if (given_pin === undefined && isRegistered(number)) return
  const context = pinContext(row.id)
  const stored = row.pin_sealed === null ? undefined : accounts.sealer.open(row.pin_sealed, context)
  const pin = given_pin ?? stored ?? newPin()
  const sealed = accounts.sealer.seal(pin, context)
  // Kept before Meta hears of it: a PIN that only Meta knows would lock the number away.
  if (given_pin === undefined && stored === undefined) await queries.storePin(accounts.db, row.id, sealed)
  const result = await accounts.meta.registerNumber(token, number.phone_number_id, pin)
  if (!result.ok) {
    const wrong = result.problem?.code === PIN_MISMATCH && given_pin === undefined
    if (wrong) await queries.storePin(accounts.db, row.id, null)
    throw stepFailure('register_number', result)
  }
  await queries.stampRegistered(accounts.db, row.id, sealed, accounts.clock.now())
}

export function pinContext(number_id: string): string {
  return `number_pin:${number_id}`
}

function isRegistered(number: NumberInfo): boolean {
  return number.status === 'CONNECTED' && (number.platform_type ?? 'CLOUD_API') === 'CLOUD_API'
}

function newPin(): string {
  return String(randomInt(0, 1_000_000)).padStart(6, '0')
}
