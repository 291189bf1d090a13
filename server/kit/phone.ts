// Who a message goes to: a phone number in any usual spelling, or a business-scoped user id (BSUID).

import { type CountryCode, Metadata } from 'libphonenumber-js/core'
import plans from 'libphonenumber-js/min/metadata'
import { fail } from './errors.ts'

/** `phone` is digits with the country code and no plus (WhatsApp's wa_id form). */
export type Address = { kind: 'phone'; value: string } | { kind: 'user_id'; value: string }

const BSUID = /^[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}$/
const PHONE = /^\+?[0-9][0-9 ().\-/]*$/
const TYPICAL = /^\+?[1-9][0-9]{6,14}$/

/** Reads `to`. Fails with `invalid_phone_number`; a number is checked for being possible, not for being assigned. */
export function parseAddress(to: string, param = 'to'): Address {
  return readAddress(to) ?? fail('invalid_phone_number', { param })
}

/** The same, where a million of them are read: undefined instead of a failure. */
export function readAddress(to: string): Address | undefined {
  const text = to.trim()
  if (BSUID.test(text)) return { kind: 'user_id', value: text }
  const digits = text.replace(/[^0-9]/g, '')
  const possible = PHONE.test(text) && TYPICAL.test(digits) && isPossible(digits)
  return possible ? { kind: 'phone', value: digits } : undefined
}

/**
 * Whether the calling code exists and takes numbers of this length. The library's own parser also finds the country,
 * which takes 40 µs for a +1 number; this asks its data directly and takes less than one.
 */
function isPossible(digits: string): boolean {
  for (let length = 1; length <= 3; length++) {
    const code = digits.slice(0, length)
    const lengths = lengthsOf(code)
    if (lengths) return lengths.has(digits.length - length)
  }
  return false
}

const countries = plans.country_calling_codes as Record<string, string[] | undefined>
const known = new Map<string, Set<number>>()

/** The possible lengths of national numbers under a calling code, of all its countries; undefined: no such code. */
function lengthsOf(callingCode: string): Set<number> | undefined {
  const found = known.get(callingCode)
  const members = countries[callingCode]
  if (found || !members) return found
  const metadata = new Metadata(plans)
  const lengths = new Set<number>()
  for (const country of members) {
    metadata.selectNumberingPlan(country as CountryCode)
    for (const length of metadata.numberingPlan?.possibleLengths() ?? []) lengths.add(length)
  }
  known.set(callingCode, lengths)
  return lengths
}
