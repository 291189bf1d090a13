// Keys and tenants over HTTP on a real database: two processes' worth of rooms share it.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { testDatabase } from '../../test/database.ts'
import { isConnectionError } from '../db/failures.ts'
import { type Listener, openListener } from '../db/listen.ts'
import { type Database, openDatabase, type Queryable } from '../db/pool.ts'
import { sql } from '../db/sql.ts'
import type { Route } from '../http/route.ts'
import { openServer, type Server } from '../http/server.ts'
import { type MovableClock, movableClock } from '../kit/clock.ts'
import { silentLog } from '../kit/log.ts'
import { ensureOwner } from './ensureOwner.ts'
import { type Keys, openKeys } from './openKeys.ts'
import { keyRoutes } from './routes.ts'
import { checksum } from './tokens.ts'

type Gateway = { keys: Keys; db: Database; listener: Listener; server: Server; url: string }

let database: { url: string; drop(): Promise<void> }
let clock: MovableClock
let one: Gateway
let two: Gateway
let ownerKey: string

before(async () => {
  database = await testDatabase()
  clock = movableClock()
  one = await openGateway()
  two = await openGateway()
  ownerKey = (await ensureOwner(house(), {})).generated_key ?? ''
})

after(async () => {
  for (const { server, keys, listener, db } of [one, two]) {
    await server.close()
    await keys.close()
    await listener.close()
    await db.close()
  }
  await database.drop()
})

async function openGateway(): Promise<Gateway> {
  const db = openDatabase({ url: database.url, max_connections: 4, application_name: 'test', log: silentLog })
  const listener = openListener({ url: database.url, log: silentLog })
  const keys = openKeys({ db, listener, clock, log: silentLog })
  const server = await openServer<Queryable>({
    host: '127.0.0.1',
    port: 0,
    routes: [...keyRoutes(keys), ping('whatsapp:read'), ping('owner')],
    authenticate: keys.authenticate,
    limiter: keys.limiter,
    idempotency: undefined as never,
    transaction: work => db.transaction(work),
    isDatabaseDown: isConnectionError,
    log: silentLog,
  })
  return { keys, db, listener, server, url: await server.listen() }
}

const house = () => ({ db: one.db, clock })

function ping(scope: 'whatsapp:read' | 'owner'): Route<Queryable> {
  const handle = async () => ({ status: 204 })
  const path = `/ping/${scope.replace(':', '-')}`
  return {
    method: 'GET',
    path,
    scope,
    tag: 'Test',
    summary: 'Ping',
    replies: { 204: null },
    errors: [],
    handle,
  }
}

// biome-ignore lint/suspicious/noExplicitAny: replies of many shapes, asserted field by field
type Answer = { status: number; body: any; headers: Headers }

async function call(
  gateway: Gateway,
  key: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<Answer> {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
  const init = body === undefined ? {} : { body: JSON.stringify(body) }
  const response = await fetch(`${gateway.url}/api/v1${path}`, { method, headers, ...init })
  const text = await response.text()
  return {
    status: response.status,
    body: text === '' ? undefined : JSON.parse(text),
    headers: response.headers,
  }
}

const make = async (body: object, key = ownerKey) => (await call(one, key, 'POST', '/keys', body)).body
const pings = async (gateway: Gateway, key: string) =>
  (await call(gateway, key, 'GET', '/ping/whatsapp-read')).status

test('a key is made, used, listed without its secret, and stored as a hash only', async () => {
  const created = await call(one, ownerKey, 'POST', '/keys', { name: 'Shop', scopes: ['whatsapp:read'] })
  assert.equal(created.status, 201)
  const { id, key, prefix } = created.body
  assert.match(key, /^cm_live_[A-Za-z0-9]{38}$/)
  assert.equal(key.slice(-6), checksum(key.slice(8, -6)))
  assert.equal(prefix, key.slice(0, 12))
  assert.equal(created.body.rate_limit_rpm, 600)
  const used = await call(two, key, 'GET', '/ping/whatsapp-read')
  assert.equal(used.status, 204)
  assert.equal(used.headers.get('x-ratelimit-limit'), '600')
  assert.equal(used.headers.get('x-ratelimit-remaining'), '599')
  const listed = await call(one, ownerKey, 'GET', '/keys?limit=1')
  assert.equal(listed.body.data[0].id, id)
  assert.equal('key' in listed.body.data[0], false)
  const stored = JSON.stringify(
    await one.db.query(sql`select * from api_keys k join api_key_secrets s on true`),
  )
  assert.equal(stored.includes(key), false)
})

test('lists go page by page', async () => {
  for (const name of ['a', 'b', 'c']) await make({ name, scopes: ['keys:read'] })
  const names: string[] = []
  let cursor = ''
  do {
    const { body } = await call(one, ownerKey, 'GET', `/keys?limit=2${cursor && `&cursor=${cursor}`}`)
    names.push(...body.data.map((key: { name: string }) => key.name))
    cursor = body.next_cursor
  } while (cursor)
  assert.deepEqual(names.slice(0, 3), ['c', 'b', 'a'])
  assert.equal(names.at(-1), 'Owner key')
  const wrong = await call(one, ownerKey, 'GET', '/keys?cursor=bm9wZQ')
  assert.deepEqual([wrong.status, wrong.body.error.param], [422, 'cursor'])
})

test('when a key was last used is stored once a minute', async () => {
  const { id, key } = await make({ scopes: ['whatsapp:read'] })
  await pings(one, key)
  await pings(one, key)
  await one.keys.close()
  const row = await one.db.one<{ last_used_at: Date }>(
    sql`select last_used_at from api_keys where id = ${id}`,
  )
  assert.ok(row && Math.abs(row.last_used_at.getTime() - Date.now()) < 60_000)
})

test('a deleted key stops at once here, and within a second elsewhere', async () => {
  const { id, key } = await make({ scopes: ['whatsapp:read'] })
  assert.deepEqual([await pings(one, key), await pings(two, key)], [204, 204])
  assert.equal((await call(one, ownerKey, 'DELETE', `/keys/${id}`)).status, 204)
  assert.equal(await pings(one, key), 401)
  await until(async () => (await pings(two, key)) === 401)
})

test('changed scopes and limits reach the other process within a second', async () => {
  const { id, key } = await make({ scopes: ['whatsapp:read'] })
  assert.equal(await pings(two, key), 204)
  const patch = { scopes: ['keys:read'], rate_limit_rpm: 70, name: 'Changed' }
  const { body } = await call(one, ownerKey, 'PATCH', `/keys/${id}`, patch)
  assert.deepEqual([body.name, body.rate_limit_rpm, body.scopes], ['Changed', 70, ['keys:read']])
  await until(async () => (await pings(two, key)) === 403)
  assert.equal((await call(two, key, 'GET', '/keys')).headers.get('x-ratelimit-limit'), '70')
})

test('a rotated key keeps its id; the old secret works for the overlap alone', async () => {
  const { id, key } = await make({ scopes: ['whatsapp:read'] })
  const rotated = await call(one, ownerKey, 'POST', `/keys/${id}/rotate`, { overlap_seconds: 3600 })
  assert.equal(rotated.status, 200)
  assert.equal(rotated.body.id, id)
  assert.match(rotated.body.previous_valid_until, /^\d{4}-.*\.\d{3}Z$/)
  assert.deepEqual([await pings(one, key), await pings(one, rotated.body.key)], [204, 204])
  clock.setOffset(3_600_001)
  const late = await call(one, key, 'GET', '/ping/whatsapp-read')
  clock.setOffset(0)
  assert.deepEqual([late.status, late.body.error.code], [401, 'expired_api_key'])
  const again = await call(one, ownerKey, 'POST', `/keys/${id}/rotate`, { overlap_seconds: 0 })
  assert.equal(again.body.previous_valid_until, null)
  for (const gone of [key, rotated.body.key]) assert.equal(await pings(one, gone), 401)
  assert.equal(await pings(one, again.body.key), 204)
})

test('an expired key is told so', async () => {
  const expires_at = new Date(Date.now() + 60_000).toISOString()
  const { key } = await make({ scopes: ['whatsapp:read'], expires_at })
  assert.equal(await pings(one, key), 204)
  clock.setOffset(60_001)
  const late = await call(one, key, 'GET', '/ping/whatsapp-read')
  clock.setOffset(0)
  assert.deepEqual([late.status, late.body.error.code], [401, 'expired_api_key'])
  const past = await call(one, ownerKey, 'POST', '/keys', {
    scopes: ['*'],
    expires_at: '2001-01-01T00:00:00Z',
  })
  assert.deepEqual([past.status, past.body.error.param], [422, 'expires_at'])
})

test('a key hands on no more than it has, and touches no key with more', async () => {
  const lesser = await make({ scopes: ['keys:write', 'whatsapp:read'], rate_limit_rpm: 50 })
  const refused = async (method: string, path: string, body: object | undefined, code: string) => {
    const answer = await call(one, lesser.key, method, path, body)
    assert.equal(answer.body?.error?.code, code, `${method} ${path}`)
    return answer.body.error
  }
  const scope = await refused('POST', '/keys', { scopes: ['whatsapp:send'] }, 'missing_scope')
  assert.deepEqual(scope.details.required, ['whatsapp:send'])
  await refused('POST', '/keys', { scopes: ['*'] }, 'missing_scope')
  await refused('POST', '/keys', { owner: true }, 'missing_scope')
  await refused('POST', '/keys', { scopes: ['whatsapp:read'], rate_limit_rpm: 51 }, 'invalid_parameter')
  await refused('PATCH', `/keys/${lesser.id}`, { rate_limit_rpm: 51 }, 'invalid_parameter')
  await refused('PATCH', `/keys/${lesser.id}`, { scopes: ['bots:read'] }, 'missing_scope')
  const owner = (await call(one, ownerKey, 'GET', '/keys?limit=100')).body.data.at(-1)
  assert.equal(owner.owner, true)
  await refused('POST', `/keys/${owner.id}/rotate`, {}, 'missing_scope')
  await refused('DELETE', `/keys/${owner.id}`, undefined, 'missing_scope')
  const child = await make({ scopes: ['whatsapp:read'] }, lesser.key)
  assert.equal(child.rate_limit_rpm, 50)
})

test('a sandbox key is a cm_test_ key and makes only such', async () => {
  const { key, sandbox } = await make({ scopes: ['keys:write'], sandbox: true })
  assert.match(key, /^cm_test_/)
  assert.equal(sandbox, true)
  assert.match((await make({ scopes: ['keys:write'] }, key)).key, /^cm_test_/)
  const live = await call(one, key, 'POST', '/keys', { scopes: ['keys:write'], sandbox: false })
  assert.deepEqual([live.status, live.body.error.code], [403, 'sandbox_key'])
})

test('the last owner key can be neither deleted nor made to expire', async () => {
  const tenant = (await call(one, ownerKey, 'POST', '/tenants', { name: 'Solo' })).body
  const [own] = (await call(one, tenant.owner_key, 'GET', '/keys')).body.data
  const expires_at = new Date(Date.now() + 1e6).toISOString()
  for (const attempt of [
    await call(one, tenant.owner_key, 'DELETE', `/keys/${own.id}`),
    await call(one, tenant.owner_key, 'PATCH', `/keys/${own.id}`, { expires_at }),
  ]) {
    assert.deepEqual([attempt.status, attempt.body.error.code], [409, 'invalid_state'])
  }
  const further = await make({ name: 'Second', owner: true }, tenant.owner_key)
  assert.equal(further.rate_limit_rpm, 60_000)
  const both = await Promise.all([
    call(one, tenant.owner_key, 'DELETE', `/keys/${own.id}`),
    call(two, tenant.owner_key, 'DELETE', `/keys/${further.id}`),
  ])
  // The slower one finds itself either the last, or deleted already.
  assert.equal(both.filter(answer => answer.status === 204).length, 1)
  const left = await one.db.query(sql`select 1 from api_keys where tenant_id = ${tenant.id} and owner`)
  assert.equal(left.length, 1)
})

test('tenants are made by the first owner alone, and see nothing of each other', async () => {
  const created = await call(one, ownerKey, 'POST', '/tenants', { name: 'Acme' })
  assert.equal(created.status, 201)
  const theirs = created.body.owner_key
  assert.equal((await call(one, theirs, 'GET', '/ping/owner')).status, 204)
  for (const method of ['GET', 'POST']) {
    const answer = await call(one, theirs, method, '/tenants', method === 'POST' ? { name: 'x' } : undefined)
    assert.deepEqual([answer.status, answer.body.error.code], [403, 'missing_scope'])
  }
  const plain = await make({ scopes: ['*'] })
  assert.equal((await call(one, plain.key, 'GET', '/tenants')).status, 403)
  for (const [method, path] of [
    ['GET', `/keys/${plain.id}`],
    ['PATCH', `/keys/${plain.id}`],
    ['DELETE', `/keys/${plain.id}`],
    ['POST', `/keys/${plain.id}/rotate`],
  ] as const) {
    const body = method === 'GET' || method === 'DELETE' ? undefined : {}
    assert.equal((await call(one, theirs, method, path, body)).status, 404, `${method} ${path}`)
  }
  assert.deepEqual((await call(one, ownerKey, 'GET', '/tenants?limit=1')).body.data[0].name, 'Acme')
})

test('two processes that start at once make one tenant with one key', async () => {
  const empty = await testDatabase()
  const open = () =>
    openDatabase({ url: empty.url, max_connections: 2, application_name: 't', log: silentLog })
  const dbs = [open(), open()] as const
  const made = await Promise.all(dbs.map(db => ensureOwner({ db, clock }, {})))
  assert.equal(made.filter(owner => owner.generated_key !== undefined).length, 1)
  assert.equal(made[0]?.tenant_id, made[1]?.tenant_id)
  const CAROM_OWNER_KEY = 'cm_live_anOperatorsOwnKey0123456789'
  await Promise.all(dbs.map(db => ensureOwner({ db, clock }, { CAROM_OWNER_KEY })))
  const rows = await dbs[0].query(sql`select name from api_keys where owner order by id`)
  assert.deepEqual(
    rows.map(row => row.name),
    ['Owner key', 'CAROM_OWNER_KEY'],
  )
  await Promise.all(dbs.map(db => db.close()))
  await empty.drop()
})

test("the operator's key is an owner key of the first tenant", async () => {
  const CAROM_OWNER_KEY = 'cm_live_setByTheOperator1'
  assert.equal((await ensureOwner(house(), { CAROM_OWNER_KEY })).generated_key, undefined)
  assert.equal((await call(one, CAROM_OWNER_KEY, 'GET', '/tenants')).status, 200)
  const { key } = await make({ scopes: ['whatsapp:read'] })
  await assert.rejects(ensureOwner(house(), { CAROM_OWNER_KEY: key }), /choose another/)
})

test('what is no key at all is refused', async () => {
  for (const wrong of ['nonsense', `cm_live_${'x'.repeat(38)}`, 'cm_live_short', 'x'.repeat(300)]) {
    const answer = await call(one, wrong, 'GET', '/keys')
    assert.deepEqual([answer.status, answer.body.error.code], [401, 'invalid_api_key'])
  }
})

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let waited_ms = 0; waited_ms < 1_000; waited_ms += 20) {
    if (await holds()) return
    await sleep(20)
  }
  assert.fail('It did not come true within a second.')
}
