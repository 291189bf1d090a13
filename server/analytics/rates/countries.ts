// Which country a recipient is in, by the calling code, and to which of Meta's markets that country belongs on a day.

import { type CountryCode, getCountryCallingCode, isSupportedCountry } from 'libphonenumber-js'
import { callingCodes, type MarketEntry, markets } from './tables.ts'

export const UNKNOWN_COUNTRY = 'ZZ'
const OTHER = 'Other'

/** Of `+49151…`, or of a business-scoped user id. The same as recipient_country in the database. */
export function countryByCode(recipient: string): string {
  if (/^[A-Z]{2}\./.test(recipient)) return recipient.slice(0, 2)
  const codes = callingCodes()
  for (let length = 4; length > 0; length--) {
    const country = codes.get(recipient.slice(1, 1 + length))
    if (country !== undefined) return country
  }
  return UNKNOWN_COUNTRY
}

const known = new Map<string, string>()

/** Countries that share a calling code with a larger one are priced as that one: GG as GB. */
export function pricedCountry(country: string): string {
  const found = known.get(country)
  if (found !== undefined) return found
  const own = new Set(callingCodes().values())
  const code = isSupportedCountry(country) ? getCountryCallingCode(country as CountryCode) : undefined
  const priced = own.has(country) || code === undefined ? country : countryByCode(`+${code}`)
  known.set(country, priced)
  return priced
}

let byCountry: Map<string, MarketEntry[]> | undefined

/** `day` as YYYY-MM-DD. A country that is in no list of Meta's is in `Other`; of an unknown one nothing can be said. */
export function marketOf(country: string, day: string): string | undefined {
  if (country === UNKNOWN_COUNTRY) return undefined
  byCountry ??= Map.groupBy(markets(), entry => entry.country)
  const entry = byCountry.get(pricedCountry(country))?.find(one => one.from <= day && day < one.until)
  return entry?.market ?? OTHER
}
