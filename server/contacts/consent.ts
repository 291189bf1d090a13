// Consent: what a person told WhatsApp, or the business, to stop or to resume. Every word is kept in a ledger that is only
// added to; beside it stands the newest word of each number, and of all numbers together.

import type { Queryable } from '../db/pool.ts'
import { derivedId } from '../kit/ids.ts'
import * as queries from './consentQueries.ts'

export type Consent = queries.ConsentRow & {
  /** The message that said it. */
  message_id?: string | null
}

export const MARKETING = 'marketing_messages'

/** In place of a number: every number of the tenant. */
export const ALL_NUMBERS = '00000000-0000-0000-0000-000000000000'

/** In the transaction of what told it. Order and repeats do not matter: the newest word counts. */
export async function recordConsents(tx: Queryable, consents: Consent[]): Promise<void> {
  if (consents.length === 0) return
  await queries.addEntries(
    tx,
    consents.map(consent => ({ message_id: null, ...consent, id: entryId(consent) })),
  )
  await queries.upsertConsents(
    tx,
    consents.map(({ message_id: _, ...row }) => row),
  )
}

/** Those of these contacts that do not want marketing messages from this number. */
export async function optedOutOf(
  db: Queryable,
  phoneNumberId: string,
  contactIds: string[],
): Promise<Set<string>> {
  return new Set(contactIds.length === 0 ? [] : await queries.optedOut(db, phoneNumberId, contactIds))
}

export type Word = queries.WordRow

/**
 * The newest word that counts for each pair of contact and number, with the people locked until the transaction ends:
 * two words of one person are judged one after the other.
 */
export async function judgeWords(
  tx: Queryable,
  pairs: { contact_id: string; phone_number_id: string }[],
): Promise<{ words: Word[]; people: Person[] }> {
  const people = await queries.lockContacts(
    tx,
    pairs.map(pair => pair.contact_id),
  )
  return { people, words: await queries.newestWords(tx, pairs) }
}

export type Person = { id: string; phone: string | null; user_id: string | null }

const MAX_ENTRIES = 100

/**
 * What counts now, and what was said, newest first. Numbers by Meta's id; null: all of them. `opted_out`: there is a number
 * from which the person wants no marketing.
 */
export async function readConsents(
  db: Queryable,
  contact_id: string,
): Promise<{ opted_out: boolean; current: queries.ShownWord[]; history: queries.ShownEntry[] }> {
  return {
    opted_out: await queries.isOptedOut(db, contact_id),
    current: await queries.currentWords(db, contact_id),
    history: await queries.ledgerOf(db, contact_id, MAX_ENTRIES),
  }
}

function entryId({ tenant_id, contact_id, phone_number_id, category, source, value, at }: Consent): string {
  return derivedId(at.getTime(), tenant_id, contact_id, phone_number_id, category, source, value)
}
