// The business and the people of the benchmarks: one account, several numbers, and as many contacts as are wanted.

import { SANDBOX_APP } from '../server/sandbox/app.ts'

export const WABA = SANDBOX_APP.waba_id
export const TOKEN = SANDBOX_APP.access_token
export const APP_SECRET = SANDBOX_APP.app_secret

/** Each may send 1,000 messages a second, so that they never are what holds the gateway back. */
export const NUMBERS = Array.from({ length: 16 }, (_, n) => String(500_100_200_300_401 + n))

/** People whom the gateway knows, each with an open window to the number that writes to them. */
export const PEOPLE = 20_000

/** Digits of person n; those beyond PEOPLE are strangers. */
export function phone(person: number): string {
  return `49151${String(person).padStart(8, '0')}`
}

/** Everybody hears from one and the same number. */
export function numberOf(person: number): string {
  return NUMBERS[person % NUMBERS.length] as string
}

/** The digits that a number shows. */
export function display(number: string): string {
  return `1555${number.slice(-7)}`
}

export const HELLO_WORLD = {
  id: '900100200300400',
  name: 'hello_world',
  language: 'en_US',
  status: 'APPROVED',
  category: 'UTILITY',
  parameter_format: 'POSITIONAL',
  components: [{ type: 'BODY', text: 'Welcome and congratulations!! This message is a test.' }],
}
