// Prices a planned send for the API: recipients or counts by country.

import { Failure, fail, type Issue } from '../../kit/errors.ts'
import { parseAddress } from '../../kit/phone.ts'
import { countryByCode } from '../rates/countries.ts'
import type { Analytics } from '../room.ts'
import { type Forecast, forecastCost, type Plan } from './forecast.ts'
import type { EstimateBody } from './schema.ts'

/** Fails with `invalid_parameter` where there is nobody to send to, or some of `to` cannot be read. */
export function estimate(analytics: Analytics, tenant_id: string, body: EstimateBody): Promise<Forecast> {
  const { to, counts_by_country, at, in_window, phone_number_id, category } = body
  if (to === undefined && counts_by_country === undefined) {
    const message = 'Say to whom: `counts_by_country`, like {"DE": 1000}, or `to`, a list of recipients.'
    fail('invalid_parameter', {
      param: 'counts_by_country',
      message,
      details: { issues: [{ param: 'counts_by_country', message }] },
    })
  }
  const counts: Record<string, number> = {}
  const add = (country: string, n: number) => (counts[country] = (counts[country] ?? 0) + n)
  for (const [country, n] of Object.entries(counts_by_country ?? {})) add(country.toUpperCase(), n)
  for (const country of countriesOf(to ?? [])) add(country, 1)
  const plan: Plan = { tenant_id, phone_number_id, category, counts_by_country: counts }
  if (at !== undefined) plan.at = new Date(at)
  if (in_window !== undefined) plan.in_window = in_window
  return forecastCost(analytics, plan)
}

function countriesOf(to: string[]): string[] {
  const issues: Issue[] = []
  const countries = to.flatMap((one, n) => {
    try {
      const address = parseAddress(one, `to[${n}]`)
      return [countryByCode(address.kind === 'phone' ? `+${address.value}` : address.value)]
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      issues.push({ param: `to[${n}]`, message: error.message })
      return []
    }
  })
  const [first] = issues
  if (first) fail('invalid_parameter', { ...first, details: { issues } })
  return countries
}
