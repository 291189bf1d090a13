// Idempotency-Key over HTTP on a real database, with two servers that share it.

import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import Type from 'typebox'
import { testDatabase } from '../../test/database.ts'
import { isConnectionError } from '../db/failures.ts'
import { type Database, openDatabase, type Queryable } from '../db/pool.ts'
import { sql } from '../db/sql.ts'
import type { Recovered, Reply, Route } from '../http/route.ts'
import { openServer, type Server } from '../http/server.ts'
import { Failure, fail } from '../kit/errors.ts'
import { newId } from '../kit/ids.ts'
import { silentLog } from '../kit/log.ts'
import { newSecretKey, openSealer } from '../kit/seal.ts'
import { type Idempotency, openIdempotency } from './store.ts'

let database: { url: string; drop(): Promise<void> }
let db: Database
let store: Idempotency
let servers: Server[]
let urls: string[]

/** What the routes below do next, and how often they did it. */
let act: (call: { db: Queryable; idempotency_id: string | undefined }) => Promise<Reply>
let recover: (id: string) => Promise<Recovered>
let runs: number

before(async () => {
  database = await testDatabase()
  db = openDatabase({ url: database.url, max_connections: 8, application_name: 'test', log: silentLog })
  await db.query(sql`create table effects (id uuid primary key)`)
  store = openIdempotency({ db, sealer: openSealer([newSecretKey()]) })
  servers = [await open(), await open()]
  urls = await Promise.all(servers.map(server => server.listen()))
})

after(async () => {
  for (const server of servers) await server.close()
  await db.close()
  await database.drop()
})

beforeEach(() => {
  runs = 0
  act = async () => ({ status: 201, body: { id: newId() }, headers: { location: '/somewhere' } })
  recover = async () => ({ state: 'absent' })
})

function open(): Promise<Server> {
  const me = { tenant_id: newId(), scopes: ['*'], sandbox_only: false, owner: true, first_tenant: true }
  const tenants = new Map(
    ['one', 'two'].map(name => [name, { ...me, key_id: name, tenant_id: tenantIds[name] }]),
  )
  return openServer<Queryable>({
    host: '127.0.0.1',
    port: 0,
    routes: [
      made('recover', { recover: (_call, id) => recover(id) }),
      made('rerun'),
      made('transaction'),
      made('secret', { idempotency: 'transaction', secret_reply: true }),
    ],
    authenticate: token => {
      const found = tenants.get(token)
      return found?.tenant_id
        ? { ...found, tenant_id: found.tenant_id, rate_limit_rpm: 600 }
        : 'invalid_api_key'
    },
    limiter: { take: () => ({ allowed: true, remaining: 1, retry_after_s: 0 }) },
    idempotency: store,
    transaction: work => db.transaction(work),
    isDatabaseDown: isConnectionError,
    log: silentLog,
    lease_ms: 600,
  })
}

const tenantIds: Record<string, string> = { one: newId(), two: newId() }

function made(kind: string, more: Partial<Route<Queryable>> = {}): Route<Queryable> {
  return {
    method: 'POST',
    path: `/${kind}`,
    scope: null,
    tag: 'Test',
    summary: kind,
    body: Type.Object({ text: Type.Optional(Type.String()) }),
    replies: { 201: Type.Object({ id: Type.String() }), 429: null, 204: null },
    errors: [],
    idempotency: kind as 'rerun',
    async handle(call) {
      runs++
      return act(call)
    },
    ...more,
  }
}

async function post(
  kind: string,
  key: string,
  body: object = {},
  options: { at?: number; tenant?: string } = {},
) {
  const { at = 0, tenant = 'one' } = options
  const response = await fetch(`${urls[at]}/api/v1/${kind}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${tenant}`,
      'idempotency-key': key,
      'content-type': 'application/json',
    },
    body: JSON.stringify(body),
  })
  const text = await response.text()
  const replayed = response.headers.get('idempotent-replayed')
  const code = response.ok || text === '' ? undefined : JSON.parse(text).error.code
  return { status: response.status, text, replayed, code, headers: response.headers }
}

const KINDS = ['recover', 'rerun', 'transaction', 'secret']

test('a replay answers the first response byte for byte, here and on another server', async () => {
  for (const kind of KINDS) {
    const key = newId()
    runs = 0
    const first = await post(kind, key, { text: 'a' })
    assert.deepEqual([first.status, first.replayed], [201, null])
    for (const at of [0, 1]) {
      const again = await post(kind, key, { text: 'a' }, { at })
      assert.deepEqual([again.status, again.text, again.replayed], [201, first.text, 'true'])
      assert.equal(again.headers.get('content-type'), first.headers.get('content-type'))
      assert.equal(again.headers.get('location'), '/somewhere')
    }
    assert.equal(runs, 1, kind)
  }
})

test('another body or path is refused, another tenant is another key', async () => {
  const key = newId()
  await post('rerun', key, { text: 'a' })
  for (const other of [await post('rerun', key, { text: 'b' }), await post('recover', key, { text: 'a' })]) {
    assert.deepEqual([other.status, other.code], [409, 'idempotency_key_reused'])
  }
  const theirs = await post('rerun', key, { text: 'b' }, { tenant: 'two' })
  assert.deepEqual([theirs.status, theirs.replayed, runs], [201, null, 2])
})

test('of 50 at once on two servers exactly one runs', async () => {
  for (const kind of KINDS) {
    const key = newId()
    runs = 0
    act = async () => {
      await new Promise(resolve => setTimeout(resolve, 30))
      return { status: 201, body: { id: 'x' } }
    }
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, at) => post(kind, key, {}, { at: at % 2 })),
    )
    assert.equal(runs, 1, kind)
    assert.equal(answers.filter(answer => answer.status === 201 && answer.replayed === null).length, 1)
    for (const { status, code, replayed, headers } of answers) {
      assert.ok(status === 201 || code === 'idempotency_key_in_use', code)
      if (status === 409) assert.equal(headers.get('retry-after'), '1')
      else assert.ok(replayed === null || replayed === 'true')
    }
  }
})

test('a refusal by the handler is kept, one by the schema or the key itself is not', async () => {
  const key = newId()
  const invalid = await post('rerun', key, { text: 5 })
  assert.equal(invalid.status, 422)
  act = async () => fail('recipient_opted_out', { details: { since: 'ever' } })
  const first = await post('rerun', key)
  assert.deepEqual([first.status, first.code], [422, 'recipient_opted_out'])
  const again = await post('rerun', key)
  assert.deepEqual([again.status, again.text, again.replayed, runs], [422, first.text, 'true', 1])
  const long = await post('rerun', 'x'.repeat(256))
  assert.deepEqual([long.status, long.code, runs], [400, 'invalid_header', 1])
})

test('after 5xx, 429 and bugs the same key may be used again', async () => {
  for (const kind of ['rerun', 'transaction']) {
    for (const wrong of [
      async () => fail('meta_unavailable'),
      async () => fail('meta_rate_limited', { retry_after_s: 3 }),
      async () => Promise.reject(new Error('a bug')),
      async () => ({ status: 429 }),
    ]) {
      const key = newId()
      const good = act
      act = wrong
      assert.ok((await post(kind, key)).status >= 429)
      act = good
      const again = await post(kind, key)
      assert.deepEqual([again.status, again.replayed], [201, null])
    }
  }
})

test('effect and answer commit together, or neither', async () => {
  const key = newId()
  const effect = newId()
  act = async ({ db: tx }) => {
    await tx.query(sql`insert into effects values (${effect})`)
    fail('invalid_state')
  }
  assert.equal((await post('transaction', key)).status, 409)
  assert.equal((await db.query(sql`select 1 from effects where id = ${effect}`)).length, 0)
  assert.equal((await post('transaction', key)).replayed, 'true')
  act = async ({ db: tx, idempotency_id }) => {
    await tx.query(sql`insert into effects values (${effect})`)
    const rows = await db.query(sql`select state from idempotency_keys where id = ${idempotency_id}`)
    return { status: 201, body: { id: rows[0]?.state } }
  }
  const done = await post('transaction', newId())
  assert.deepEqual([done.status, done.text], [201, '{"id":"running"}'])
  assert.equal((await db.query(sql`select 1 from effects where id = ${effect}`)).length, 1)
})

test('a secret in an answer is not kept in the clear', async () => {
  const secret = `cm_live_${newId()}`
  act = async () => ({ status: 201, body: { id: secret } })
  const key = newId()
  const first = await post('secret', key)
  const kept = await db.one<{ body: Buffer }>(sql`select body from idempotency_keys where key = ${key}`)
  assert.equal(kept?.body.includes(secret), false)
  assert.equal((await post('secret', key)).text, first.text)
})

test('an open outcome is asked about, never run again', async () => {
  const key = newId()
  act = async () => {
    throw new Failure('meta_unavailable', { unsettled: true })
  }
  assert.equal((await post('recover', key)).status, 503)
  recover = async () => ({ state: 'pending', retry_after_s: 7 })
  const pending = await post('recover', key)
  assert.deepEqual([pending.code, pending.headers.get('retry-after')], ['idempotency_key_in_use', '7'])
  recover = async id => ({ state: 'done', reply: { status: 201, body: { id } } })
  const settled = await post('recover', key, {}, { at: 1 })
  assert.deepEqual([settled.status, settled.replayed, runs], [201, 'true', 1])
  recover = async () => assert.fail('asked again')
  assert.equal((await post('recover', key)).text, settled.text)
})

test('recovery may find that it was refused, and that is kept', async () => {
  const key = newId()
  act = async () => Promise.reject(new Error('the database went away'))
  assert.equal((await post('recover', key)).status, 500)
  recover = async () => fail('not_confirmed')
  const first = await post('recover', key)
  assert.deepEqual([first.status, first.code], [409, 'not_confirmed'])
  recover = async () => assert.fail('asked again')
  assert.equal((await post('recover', key)).text, first.text)
  assert.equal(runs, 1)
})

test('of many who find a lease run out exactly one takes over', async () => {
  for (const kind of KINDS) {
    const key = newId()
    act = async () => ({ status: 201, body: { id: 'x' } })
    await post(kind, key)
    await db.query(sql`
      update idempotency_keys set state = 'running', status = null, lease_until = now() where key = ${key}`)
    runs = 0
    let asked = 0
    recover = async () => {
      asked++
      return { state: 'absent' }
    }
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, at) => post(kind, key, {}, { at: at % 2 })),
    )
    assert.deepEqual([runs, asked], [1, kind === 'recover' ? 1 : 0], kind)
    assert.equal(answers.filter(answer => answer.status === 201 && answer.replayed === null).length, 1)
  }
})

test('who lost the lease overwrites nothing, and rolls back', async () => {
  for (const kind of ['rerun', 'transaction']) {
    const key = newId()
    const effect = newId()
    act = async ({ db: tx, idempotency_id }) => {
      if (kind === 'transaction') await tx.query(sql`insert into effects values (${effect})`)
      await db.query(sql`update idempotency_keys set owner = ${newId()} where id = ${idempotency_id}`)
      return { status: 201, body: { id: 'late' } }
    }
    const late = await post(kind, key)
    assert.deepEqual([late.status, late.code], [409, 'idempotency_key_in_use'])
    const row = await db.one<{ state: string }>(sql`select state from idempotency_keys where key = ${key}`)
    assert.equal(row?.state, 'running')
    assert.equal((await db.query(sql`select 1 from effects where id = ${effect}`)).length, 0)
  }
})

test('a run that takes longer than the lease keeps it', async () => {
  const key = newId()
  act = async () => {
    await new Promise(resolve => setTimeout(resolve, 1_500))
    return { status: 201, body: { id: 'slow' } }
  }
  const slow = post('rerun', key)
  await new Promise(resolve => setTimeout(resolve, 1_100))
  assert.equal((await post('rerun', key)).code, 'idempotency_key_in_use')
  assert.equal((await slow).status, 201)
  assert.equal(runs, 1)
})

test('after 24 hours a key is new again, and swept', async () => {
  const [used, left] = [newId(), newId()]
  for (const key of [used, left]) await post('rerun', key, { text: 'a' })
  await db.query(sql`update idempotency_keys set expires_at = now() where key = any(${[used, left]}::text[])`)
  const fresh = await post('rerun', used, { text: 'b' })
  assert.deepEqual([fresh.status, fresh.replayed], [201, null])
  assert.equal((await post('rerun', used, { text: 'b' })).text, fresh.text)
  assert.equal(await store.sweep(), 1)
  assert.equal(await store.sweep(), 0)
})
