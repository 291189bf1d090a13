// Makes API keys. The secret is answered once; what is stored is its hash.

import type { Queryable } from '../db/pool.ts'
import type { Principal } from '../http/route.ts'
import { fail } from '../kit/errors.ts'
import { newId } from '../kit/ids.ts'
import * as queries from './queries.ts'
import { checkGrant, checkLimit, checkReach, readExpiry } from './rights.ts'
import type { NewKeyInput } from './schema.ts'
import { hashToken, newToken, prefixOf } from './tokens.ts'

export const DEFAULT_RPM = 600
export const OWNER_RPM = 60_000

export type CreatedKey = queries.KeyRow & { key: string }

/** A key of the caller's tenant. Fails with `missing_scope`, `sandbox_key`, `invalid_parameter`. */
export async function createKey(
  tx: Queryable,
  caller: Principal,
  input: NewKeyInput,
  now: Date,
): Promise<CreatedKey> {
  const { owner = false, sandbox = caller.sandbox_only } = input
  const scopes = owner ? ['*'] : (input.scopes ?? needScopes())
  if (owner && (sandbox || (input.scopes && !input.scopes.includes('*')))) refuseHalfOwner()
  checkReach(caller, { owner, sandbox, scopes })
  checkGrant(caller, scopes)
  const usual = owner ? OWNER_RPM : DEFAULT_RPM
  const rate_limit_rpm =
    input.rate_limit_rpm ?? (caller.owner ? usual : Math.min(usual, caller.rate_limit_rpm))
  checkLimit(caller, rate_limit_rpm)
  return storeKey(tx, newToken(sandbox), {
    tenant_id: caller.tenant_id,
    name: input.name ?? 'Unnamed key',
    scopes,
    owner,
    sandbox,
    rate_limit_rpm,
    expires_at: readExpiry(input.expires_at, now),
    created_at: now,
  })
}

/** An owner key from nobody: at first start, and for a new tenant. */
export function createOwnerKey(
  tx: Queryable,
  owner: { tenant_id: string; name: string; token?: string | undefined; now: Date },
): Promise<CreatedKey> {
  return storeKey(tx, owner.token ?? newToken(false), {
    tenant_id: owner.tenant_id,
    name: owner.name,
    scopes: ['*'],
    owner: true,
    sandbox: false,
    rate_limit_rpm: OWNER_RPM,
    expires_at: null,
    created_at: owner.now,
  })
}

type Settled = Omit<queries.KeyRow, 'id' | 'prefix' | 'last_used_at'>

async function storeKey(tx: Queryable, token: string, settled: Settled): Promise<CreatedKey> {
  const row = { ...settled, id: newId(), prefix: prefixOf(token) }
  await queries.insertKey(tx, row)
  await queries.insertSecret(tx, row.id, hashToken(token))
  return { ...row, last_used_at: null, key: token }
}

function needScopes(): never {
  const message = '`scopes` is required (or `owner: true`, for a further owner key).'
  fail('invalid_parameter', { message, param: 'scopes', details: { issues: [{ param: 'scopes', message }] } })
}

function refuseHalfOwner(): never {
  const message = '`owner` goes neither with `sandbox` nor with fewer scopes than `*`.'
  fail('invalid_parameter', { message, param: 'owner', details: { issues: [{ param: 'owner', message }] } })
}
