// A process that is killed in the middle of a handler: another takes its Idempotency-Key over when the lease ran out.

import assert from 'node:assert/strict'
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { testDatabase } from '../../test/database.ts'
import { isConnectionError } from '../db/failures.ts'
import { type Database, openDatabase, type Queryable } from '../db/pool.ts'
import { sql } from '../db/sql.ts'
import { openServer } from '../http/server.ts'
import { newId } from '../kit/ids.ts'
import { silentLog } from '../kit/log.ts'
import { newSecretKey, openSealer } from '../kit/seal.ts'
import { openIdempotency } from './store.ts'

const CRASHING = fileURLToPath(new URL('./crash.fixture.ts', import.meta.url))

test('a killed run is recovered or undone, and answered once', async () => {
  const database = await testDatabase()
  const db = openDatabase({ url: database.url, max_connections: 4, application_name: 'test', log: silentLog })
  await db.query(sql`create table effects (id uuid primary key)`)
  const tenant_id = newId()
  const secret_key = newSecretKey()
  const child = fork(CRASHING, [database.url, tenant_id, secret_key])
  const [their_url] = (await once(child, 'message')) as [string]
  const survivor = await openSurvivor(db, tenant_id, secret_key)
  const our_url = await survivor.listen()
  try {
    for (const path of ['recover', 'transaction']) {
      const hung = post(their_url, path)
      await once(child, 'message')
      const early = await post(our_url, path)
      assert.equal(early.status, 409)
      hung.catch(() => {}) // its process dies below
    }
    await kill(child)
    assert.deepEqual(await settled(our_url, 'recover'), { status: 201, body: { found: true } })
    assert.deepEqual(await settled(our_url, 'transaction'), { status: 201, body: { found: false } })
  } finally {
    await kill(child)
    await survivor.close()
    await db.close()
    await database.drop()
  }
})

function openSurvivor(db: Database, tenant_id: string, secret_key: string) {
  const isThere = async (q: Queryable, id: string) =>
    (await q.query(sql`select 1 from effects where id = ${id}`)).length > 0
  return openServer<Queryable>({
    host: '127.0.0.1',
    port: 0,
    routes: (['recover', 'transaction'] as const).map(idempotency => ({
      method: 'POST',
      path: `/${idempotency}`,
      scope: null,
      tag: 'Test',
      summary: 'Say whether the effect is there',
      replies: { 201: { type: 'object', properties: { found: { type: 'boolean' } } } },
      errors: [],
      idempotency,
      async recover(_call, id) {
        return { state: 'done', reply: { status: 201, body: { found: await isThere(db, id) } } }
      },
      async handle({ db: tx, idempotency_id = '' }) {
        return { status: 201, body: { found: await isThere(tx, idempotency_id) } }
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
  })
}

function post(url: string, path: string): Promise<Response> {
  const headers = { authorization: 'Bearer any', 'idempotency-key': `crash-${path}` }
  return fetch(`${url}/api/v1/${path}`, { method: 'POST', headers })
}

async function settled(url: string, path: string): Promise<{ status: number; body: unknown }> {
  for (let tries = 0; tries < 100; tries++) {
    const response = await post(url, path)
    const body = await response.json()
    if (response.status !== 409) return { status: response.status, body }
    await sleep(50)
  }
  return assert.fail('The key stayed in use.')
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}
