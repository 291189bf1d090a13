// Which country a phone number is of, told by its digits. The library needs 40 µs for that; its answers are kept by the
// first digits, which decide it, so that a million numbers take a second.

import { parsePhoneNumberFromString } from 'libphonenumber-js/core'
import plans from 'libphonenumber-js/min/metadata'

const members = plans.country_calling_codes as Record<string, string[] | undefined>
const known = new Map<string, string>()

/** ISO 3166 alpha-2, or undefined where no country has the calling code. `digits` have it, and no plus. */
export function countryOf(digits: string): string | undefined {
  for (let length = 1; length <= 3; length++) {
    const code = digits.slice(0, length)
    const countries = members[code]
    if (!countries) continue
    const [main, ...others] = countries
    if (main === undefined || main === '001') return undefined
    return others.length === 0 ? main : remembered(code, digits, main)
  }
  return undefined
}

/** North America is told apart by area codes; elsewhere five digits are enough. */
function remembered(code: string, digits: string, main: string): string {
  const prefix = digits.slice(0, code.length + (code === '1' ? 3 : 5))
  const before = known.get(prefix)
  if (before !== undefined) return before
  // An area code is judged by a number that may exist, whatever the rest of this one is.
  const judged = code === '1' ? `${prefix}2345678` : digits
  const found = parsePhoneNumberFromString(`+${judged}`, plans)?.country ?? main
  known.set(prefix, found)
  return found
}
