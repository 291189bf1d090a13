// Many strangers at once: a contact for each address, by statement, in the caller's transaction.

import type { Queryable } from '../db/pool.ts'
import { newId } from '../kit/ids.ts'
import { createAll, findAliases } from './queries.ts'
import type { Contacts } from './resolve.ts'

/** In the order given. Somebody may have become known meanwhile; then it is that contact. */
export async function meetAll(
  contacts: Contacts,
  tx: Queryable,
  tenant_id: string,
  addresses: { kind: string; value: string }[],
): Promise<string[]> {
  const ids = new Map<string, string>()
  const keyOf = ({ kind, value }: { kind: string; value: string }) => `${kind} ${value}`
  for (let round = 0; round < 5; round++) {
    const missing = addresses.filter(address => !ids.has(keyOf(address)))
    if (missing.length === 0) return addresses.map(address => ids.get(keyOf(address)) as string)
    const made = await createAll(tx, tenant_id, missing.map(withId), contacts.clock.now())
    for (const { kind, value, contact_id } of made) ids.set(keyOf({ kind, value }), contact_id)
    const taken = missing.filter(address => !ids.has(keyOf(address)))
    if (taken.length === 0) continue
    const known = await findAliases(
      tx,
      taken.map((address, ord) => ({ ord, tenant_id, ...address })),
    )
    for (const { ord, contact_id } of known) ids.set(keyOf(taken[ord] as (typeof taken)[0]), contact_id)
  }
  throw new Error('A contact could not be made: another process keeps making and removing it.')
}

function withId(address: { kind: string; value: string }) {
  return { ...address, id: newId() }
}
