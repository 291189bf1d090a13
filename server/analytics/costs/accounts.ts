// What is billed together: an account's currency, the calendar by which its prices change, and the portfolio whose messages
// count for its volume steps.

import { type BilledAccount, readAccounts } from '../queries.ts'
import { metaTimezones } from '../rates/tables.ts'
import type { Analytics } from '../room.ts'

export type Payer = {
  account_id: string
  waba_id: string
  currency: string | null
  timezone: string
  /** Accounts of one portfolio, or an account alone. */
  portfolio: string
  sandbox: boolean
}

export async function payersOf(analytics: Analytics, tenant_id: string): Promise<Payer[]> {
  const accounts = await readAccounts(analytics.db, tenant_id)
  return accounts.map(account => payerOf(analytics, account))
}

export function payerOf(
  analytics: Analytics,
  account: Omit<BilledAccount, 'waba_id' | 'sandbox'> & Partial<BilledAccount>,
): Payer {
  return {
    account_id: account.id,
    waba_id: account.waba_id ?? '',
    currency: account.currency,
    timezone: billingTimezone(analytics, account.timezone_id),
    portfolio: account.business_id ?? account.id,
    sandbox: account.sandbox ?? false,
  }
}

/** Meta names time zones by numbers, of which not all are published. */
export function billingTimezone({ config }: Pick<Analytics, 'config'>, timezone_id: string | null): string {
  return metaTimezones().get(timezone_id ?? '') ?? config.CAROM_BILLING_TIMEZONE
}
