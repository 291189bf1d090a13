// Consent: what a person told WhatsApp, or the business, to stop or to resume. Kept per number and category, with who said
// it and when; the newest word counts.

import type { Queryable } from '../db/pool.ts'
import { type ConsentRow, optedOut, upsertConsents } from './consentQueries.ts'

export type Consent = ConsentRow

export async function recordConsents(tx: Queryable, consents: Consent[]): Promise<void> {
  if (consents.length > 0) await upsertConsents(tx, consents)
}

/** Those of these contacts that do not want marketing messages from this number. */
export async function optedOutOf(
  db: Queryable,
  phoneNumberId: string,
  contactIds: string[],
): Promise<Set<string>> {
  return new Set(contactIds.length === 0 ? [] : await optedOut(db, phoneNumberId, contactIds))
}
