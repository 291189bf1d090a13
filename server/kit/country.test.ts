// Countries of phone numbers.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { countryOf } from './country.ts'

const cases: [digits: string, country: string | undefined][] = [
  ['4915112345678', 'DE'],
  ['4366412345678', 'AT'],
  ['12125551234', 'US'],
  ['14165551234', 'CA'],
  ['18765551234', 'JM'],
  ['17875551234', 'PR'],
  // No such area code: the calling code's main country.
  ['15550101001', 'US'],
  ['79161234567', 'RU'],
  ['77011234567', 'KZ'],
  ['447400123456', 'GB'],
  ['447781123456', 'GG'],
  ['447797123456', 'JE'],
  ['393123456789', 'IT'],
  ['5511987654321', 'BR'],
  ['919876543210', 'IN'],
  // Satellite phones are of no country, and 999 is nobody's code.
  ['881612345678', undefined],
  ['999123456', undefined],
  ['', undefined],
]

for (const [digits, country] of cases) {
  test(`${digits || '(nothing)'} is of ${country ?? 'no country'}`, () => {
    assert.equal(countryOf(digits), country)
    assert.equal(countryOf(digits), country, 'and so when it is remembered')
  })
}
