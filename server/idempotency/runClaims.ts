// One statement for many claims. Duplicates within it never reach the database: the first of them claims, the others
// are answered from what it found.

import type { Queryable } from '../db/pool.ts'
import type { ClaimResult } from '../http/door.ts'
import type { Sealer } from '../kit/seal.ts'
import * as queries from './queries.ts'

export type Request = queries.ClaimRow

export async function runClaims(
  db: Queryable,
  sealer: Sealer,
  requests: readonly Request[],
): Promise<(ClaimResult | Error)[]> {
  const firsts = new Map<string, Request>()
  for (const request of requests) {
    const name = nameOf(request)
    if (!firsts.has(name)) firsts.set(name, request)
  }
  const sent = [...firsts.values()]
  const rows = await queries.claim(db, sent)
  const found = new Map(sent.map((request, at) => [nameOf(request), rows[at] as queries.ClaimedRow]))
  return requests.map(request => {
    const name = nameOf(request)
    const row = found.get(name) as queries.ClaimedRow
    const first = firsts.get(name) as Request
    return row.mine && request !== first ? behind(first, request) : resultOf(sealer, request, row)
  })
}

const nameOf = ({ tenant_id, key }: Request) => `${tenant_id} ${key}`

/** Came in the same moment as the one that got the lease. */
function behind(first: Request, request: Request): ClaimResult {
  return first.request_hash.equals(request.request_hash)
    ? { state: 'in_use', retry_after_s: 1 }
    : { state: 'reused' }
}

/** An answer that cannot be opened fails alone: the other claims of the statement are done and stand. */
function resultOf(sealer: Sealer, request: Request, row: queries.ClaimedRow): ClaimResult | Error {
  const { id } = row
  if (row.mine) return { state: row.fresh ? 'claimed' : 'taken_over', id, owner: request.owner }
  if (row.state === null) return { state: 'in_use', retry_after_s: 1 }
  if (!row.request_hash?.equals(request.request_hash)) return { state: 'reused' }
  if (row.state === 'running') return { state: 'in_use', retry_after_s: 1 }
  const { status, headers, body } = row
  if (status === null || headers === null || body === null)
    return new Error(`The answer ${id} is incomplete.`)
  if (!row.sealed) return { state: 'done', answer: { status, headers, body } }
  try {
    const plain = Buffer.from(sealer.open(body.toString('utf8'), sealContext(id)))
    return { state: 'done', answer: { status, headers, body: plain } }
  } catch (error) {
    return error as Error
  }
}

export function sealContext(id: string): string {
  return `idempotency_key:${id}`
}
