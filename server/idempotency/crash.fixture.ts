// A process for crash.test.ts to kill: serves one route, whose handler leaves its effect, says so, and never returns.

import { isConnectionError } from '../db/failures.ts'
import { openDatabase, type Queryable } from '../db/pool.ts'
import { sql } from '../db/sql.ts'
import { openServer } from '../http/server.ts'
import { silentLog } from '../kit/log.ts'
import { openSealer } from '../kit/seal.ts'
import { openIdempotency } from './store.ts'

const [, , url = '', tenant_id = '', secret_key = ''] = process.argv
const db = openDatabase({ url, max_connections: 3, application_name: 'crashing', log: silentLog })
const server = await openServer<Queryable>({
  host: '127.0.0.1',
  port: 0,
  routes: (['recover', 'transaction'] as const).map(idempotency => ({
    method: 'POST',
    path: `/${idempotency}`,
    scope: null,
    tag: 'Test',
    summary: 'Hang',
    replies: { 204: null },
    errors: [],
    idempotency,
    async handle({ db: tx, idempotency_id }) {
      await (tx ?? db).query(sql`insert into effects values (${idempotency_id})`)
      process.send?.('in the middle')
      return new Promise(() => {})
    },
  })),
  authenticate: () => ({
    key_id: 'k',
    tenant_id,
    scopes: ['*'],
    sandbox_only: false,
    owner: true,
    first_tenant: true,
    rate_limit_rpm: 600,
  }),
  limiter: { take: () => ({ allowed: true, remaining: 1, retry_after_s: 0 }) },
  idempotency: openIdempotency({ db, sealer: openSealer([secret_key]) }),
  transaction: work => db.transaction(work),
  isDatabaseDown: isConnectionError,
  log: silentLog,
  lease_ms: 700,
})
process.send?.(await server.listen())
