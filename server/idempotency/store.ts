// Keeps the first answer to each Idempotency-Key for 24 hours, under leases, in PostgreSQL. When a key is claimed and
// what is kept is decided in http/idempotency.ts.

import { type Batch, batch } from '../db/batch.ts'
import type { Database, Queryable } from '../db/pool.ts'
import type { Answer, Claim, ClaimResult, IdempotencyStore } from '../http/door.ts'
import { newId } from '../kit/ids.ts'
import type { Sealer } from '../kit/seal.ts'
import * as queries from './queries.ts'
import { type Request, runClaims, sealContext } from './runClaims.ts'

export type Idempotency = IdempotencyStore<Queryable> & {
  /** Deletes what is older than 24 hours; answers how many. Run it every few minutes, in any process. */
  sweep(): Promise<number>
}

const SWEEP_ROWS = 5_000

export function openIdempotency(house: { db: Database; sealer: Sealer }): Idempotency {
  const { db, sealer } = house
  const claim: Batch<Request, ClaimResult> = batch({
    name: 'idempotency.claim',
    run: requests => runClaims(db, sealer, requests),
  })
  const settle: Batch<queries.SettleRow, boolean> = batch({
    name: 'idempotency.settle',
    run: async rows => {
      const settled = new Set(await queries.settle(db, rows))
      return rows.map(row => settled.has(row.id))
    },
  })
  return {
    claim: request => claim({ ...request, id: newId(), owner: newId() }),
    settle: (held, answer, { sealed }) => settle(rowOf(sealer, held, answer, sealed)),
    async settleIn(tx, held, answer, { sealed }) {
      const settled = await queries.settle(tx, [rowOf(sealer, held, answer, sealed)])
      return settled.length === 1
    },
    renew: (held, lease_ms) => queries.setLease(db, held, lease_ms),
    handBack: held => queries.setLease(db, held, 0),
    release: held => queries.release(db, held),
    async sweep() {
      let total = 0
      for (;;) {
        const deleted = await queries.deleteExpired(db, SWEEP_ROWS)
        total += deleted
        if (deleted < SWEEP_ROWS) return total
      }
    },
  }
}

function rowOf(sealer: Sealer, { id, owner }: Claim, answer: Answer, sealed: boolean): queries.SettleRow {
  const { status, headers, body } = answer
  const kept = sealed ? Buffer.from(sealer.seal(body.toString('utf8'), sealContext(id))) : body
  return { id, owner, status, headers, body: kept, sealed }
}
