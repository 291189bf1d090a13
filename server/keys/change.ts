// Changes, rotates and deletes API keys. A tenant always keeps an owner key that works.

import type { Queryable } from '../db/pool.ts'
import type { Principal } from '../http/route.ts'
import { fail } from '../kit/errors.ts'
import type { Keys } from './openKeys.ts'
import * as queries from './queries.ts'
import { checkGrant, checkLimit, checkReach, readExpiry } from './rights.ts'
import type { KeyPatchInput } from './schema.ts'
import { hashToken, newToken, prefixOf } from './tokens.ts'

const DEFAULT_OVERLAP_S = 86_400

export async function patchKey(
  keys: Keys,
  tx: Queryable,
  caller: Principal,
  id: string,
  patch: KeyPatchInput,
): Promise<queries.KeyRow> {
  const key = await reach(tx, caller, id)
  if (patch.scopes) {
    if (key.owner)
      fail('invalid_state', { message: 'An owner key always has the scope `*`.', param: 'scopes' })
    checkGrant(caller, patch.scopes)
  }
  if (patch.rate_limit_rpm !== undefined) checkLimit(caller, patch.rate_limit_rpm)
  const ends =
    patch.expires_at === undefined ? key.expires_at : readExpiry(patch.expires_at, keys.clock.now())
  if (key.owner && patch.expires_at) await checkNotLast(tx, key, null)
  const { name = key.name, scopes = key.scopes, rate_limit_rpm = key.rate_limit_rpm } = patch
  const changed = { ...key, name, scopes, rate_limit_rpm, expires_at: ends }
  await queries.updateKey(tx, id, changed)
  await keys.changed(tx, id)
  return changed
}

/** The key stays the same key, and gets a new secret. The old ones work on for the overlap. */
export async function rotateKey(
  keys: Keys,
  tx: Queryable,
  caller: Principal,
  id: string,
  overlap_seconds: number = DEFAULT_OVERLAP_S,
): Promise<queries.KeyRow & { key: string; previous_valid_until: Date | null }> {
  const row = await reach(tx, caller, id)
  const now = keys.clock.now()
  if (row.expires_at && row.expires_at <= now) {
    fail('invalid_state', {
      message: 'This key has expired; set a later `expires_at` (or null) first, then rotate it.',
    })
  }
  const until = new Date(now.getTime() + overlap_seconds * 1000)
  await queries.endSecrets(tx, id, now, until)
  const key = newToken(row.sandbox)
  const changed = { ...row, prefix: prefixOf(key) }
  await queries.insertSecret(tx, id, hashToken(key))
  await queries.updateKey(tx, id, changed)
  await keys.changed(tx, id)
  return { ...changed, key, previous_valid_until: overlap_seconds === 0 ? null : until }
}

export async function deleteKey(keys: Keys, tx: Queryable, caller: Principal, id: string): Promise<void> {
  const key = await reach(tx, caller, id)
  if (key.owner) await checkNotLast(tx, key, keys.clock.now())
  await queries.deleteKey(tx, id)
  await keys.changed(tx, id)
}

/** The key, locked with all others of its tenant; only if the caller may touch it. */
async function reach(tx: Queryable, caller: Principal, id: string): Promise<queries.KeyRow> {
  await queries.lockTenant(tx, caller.tenant_id)
  const key = await queries.find(tx, caller.tenant_id, id)
  if (!key) fail('not_found', { message: 'There is no such key in this account.' })
  checkReach(caller, key)
  return key
}

async function checkNotLast(tx: Queryable, key: queries.KeyRow, until: Date | null): Promise<void> {
  if ((await queries.countOtherOwners(tx, key, until)) > 0) return
  fail('invalid_state', {
    message:
      'This is the last owner key that works without end; make another (`owner: true`) first, or rotate it.',
  })
}
