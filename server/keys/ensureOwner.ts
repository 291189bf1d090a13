// The first start: a first tenant and its owner key. Every later start finds them, and sees to it that the operator's
// CAROM_OWNER_KEY is one of its owner keys. Any number of processes may start at once.

import type { Database, Queryable } from '../db/pool.ts'
import type { Clock } from '../kit/clock.ts'
import { newId } from '../kit/ids.ts'
import { createOwnerKey } from './create.ts'
import * as queries from './queries.ts'
import { hashToken } from './tokens.ts'

/** `generated_key` is there once: when nobody gave a key and this call made one. Show it; it cannot be had again. */
export type Owner = { tenant_id: string; generated_key?: string }

export function ensureOwner(
  house: { db: Database; clock: Clock },
  config: { CAROM_OWNER_KEY?: string | undefined },
): Promise<Owner> {
  const now = house.clock.now()
  const given = config.CAROM_OWNER_KEY
  return house.db.transaction(async tx => {
    await queries.lockSetup(tx)
    const first = (await queries.findFirstTenant(tx)) ?? (await createFirst(tx, now))
    if (given !== undefined) {
      await admitGiven(tx, first.id, given, now)
      return { tenant_id: first.id }
    }
    if (first.has_owner) return { tenant_id: first.id }
    const made = await createOwnerKey(tx, { tenant_id: first.id, name: 'Owner key', now })
    return { tenant_id: first.id, generated_key: made.key }
  })
}

async function createFirst(tx: Queryable, now: Date): Promise<{ id: string; has_owner: boolean }> {
  const id = newId()
  await queries.insertTenant(tx, { id, name: 'default', is_first: true, created_at: now })
  return { id, has_owner: false }
}

/** A key that was used before stays; taking it away is for DELETE /keys. */
async function admitGiven(tx: Queryable, tenant_id: string, token: string, now: Date): Promise<void> {
  const hash = hashToken(token)
  const [known] = await queries.findByHash(tx, [hash])
  if (!known) {
    await createOwnerKey(tx, { tenant_id, name: 'CAROM_OWNER_KEY', token, now })
    return
  }
  if (known.tenant_id !== tenant_id || !known.owner) {
    throw new Error(
      'CAROM_OWNER_KEY is in use already, as a key that is not an owner key of the first tenant; choose another.',
    )
  }
  await queries.reviveSecret(tx, known.id, hash)
}
