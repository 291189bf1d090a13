// Many addresses at once, and the contact behind each: made on first sight, by statement, in the caller's transaction.

import type { Queryable } from '../db/pool.ts'
import { newId } from '../kit/ids.ts'
import { findOrCreate } from './queries.ts'
import type { Contacts } from './resolve.ts'

/** In the order given. Another process may make the same contact meanwhile; then it is asked for again. */
export async function meetAll(
  contacts: Contacts,
  tx: Queryable,
  tenant_id: string,
  addresses: { kind: string; value: string }[],
): Promise<string[]> {
  const ids = new Array<string | undefined>(addresses.length)
  for (let round = 0; round < 5; round++) {
    const missing = addresses.flatMap((address, ord) =>
      ids[ord] === undefined ? [{ ord, tenant_id, ...address, id: newId() }] : [],
    )
    if (missing.length === 0) return ids as string[]
    for (const row of await findOrCreate(tx, missing, contacts.clock.now())) ids[row.ord] = row.id
  }
  throw new Error('A contact could not be made: another process keeps making and removing it.')
}
