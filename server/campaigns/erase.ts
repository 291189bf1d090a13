// A person in the lists of campaigns becomes nobody: the row stays, so that every count does, and is not written to any more.

import type { Queryable } from '../db/pool.ts'
import type { Address } from '../kit/phone.ts'
import { emptyPortfolios, emptyRecipients, type RecipientRow, recipientsOf } from './eraseQueries.ts'

const REASON = { code: 'erased', message: 'The person was erased.' }

/** Answers how many. */
export async function eraseRecipients(db: Queryable, tenant_id: string, aliases: Address[]): Promise<number> {
  await emptyPortfolios(db, tenant_id, aliases)
  return emptyRecipients(db, tenant_id, aliases, REASON)
}

/** For an export: in which lists the person is, and with what. */
export function listsWith(db: Queryable, tenant_id: string, aliases: Address[]): Promise<RecipientRow[]> {
  return recipientsOf(db, tenant_id, aliases)
}
