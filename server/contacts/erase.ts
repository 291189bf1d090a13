// A person is forgotten: first what they said about marketing is put away under a hash, last the contact itself goes.

import type { Queryable, Transaction } from '../db/pool.ts'
import type { Address } from '../kit/phone.ts'
import { aliasesOf, deleteContact, keepSuppressions, lockContact } from './eraseQueries.ts'

/** Every address under which the contact is known. */
export function addressesOf(db: Queryable, contact_id: string): Promise<Address[]> {
  return aliasesOf(db, contact_id)
}

/** Before anything goes. Doing it again changes nothing. */
export function rememberOptOut(db: Queryable, contact_id: string): Promise<void> {
  return keepSuppressions(db, contact_id)
}

/** Consents, windows, addresses and names. The contact is locked first: what comes in meanwhile waits, and makes a new one. */
export async function forgetContact(tx: Transaction, contact_id: string): Promise<void> {
  await lockContact(tx, contact_id)
  await keepSuppressions(tx, contact_id)
  await deleteContact(tx, contact_id)
}
