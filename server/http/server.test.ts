// The door over real HTTP: keys, scopes, limits, headers, strays, streams, closing. Idempotency is tested beside its
// store, sentences in check.test.ts.

import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import Type from 'typebox'
import { fail } from '../kit/errors.ts'
import type { Log } from '../kit/log.ts'
import type { Grant } from './door.ts'
import type { Principal, Route } from './route.ts'
import { openServer, type Server, type ServerOptions } from './server.ts'

const ID = '019ab0f2-7d3e-7c41-9a55-3f0c2b8e6d17'
const SECRET = 'select * from secrets'

const lines: { level: string; fields: Record<string, unknown>; message: string }[] = []
const write = (level: string) => (fields: object, message: string) => {
  lines.push({ level, fields: { ...fields }, message })
}
const log: Log = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }

const principal = (scopes: string[], more: Partial<Principal> = {}): Principal => ({
  key_id: 'key-1',
  tenant_id: 'tenant-1',
  scopes,
  sandbox_only: false,
  owner: false,
  first_tenant: false,
  rate_limit_rpm: 600,
  ...more,
})

const callers: Record<string, Principal | 'expired_api_key'> = {
  reader: principal(['whatsapp:read']),
  sender: principal(['whatsapp:send']),
  all: principal(['*']),
  owner: principal(['*'], { owner: true }),
  first: principal(['*'], { owner: true, first_tenant: true }),
  busy: principal(['*'], { key_id: 'busy' }),
  old: 'expired_api_key',
}

function get(path: string, scope: Route['scope'], handle: Route['handle'], more: Partial<Route> = {}): Route {
  return {
    method: 'GET',
    path,
    scope,
    tag: 'Test',
    summary: path,
    replies: { 200: Type.Any() },
    errors: [],
    handle,
    ...more,
  }
}

const yes = async () => ({ status: 200, body: { ok: true } })
let release: () => void = () => {}
let events: Readable

const routes: Route[] = [
  get('/any', null, yes),
  get('/read', 'whatsapp:read', yes),
  get('/either', ['whatsapp:read', 'bots:read'], yes),
  get('/owner', 'owner', yes),
  get('/first', 'first_owner', yes),
  get('/healthz', 'public', yes, { root: true }),
  get('/bug', 'public', async () => Promise.reject(new Error(SECRET)), { root: true }),
  get('/down', null, async () => Promise.reject(Object.assign(new Error(SECRET), { code: 'ECONNREFUSED' }))),
  get('/full', null, async () => fail('meta_unavailable', { retry_after_s: 2.1, meta: META, param: 'to' })),
  get('/things/:id', null, async ({ params }) => ({ status: 200, body: params }), {
    params: Type.Object({ id: Type.String({ format: 'uuid' }) }),
  }),
  get('/shown', null, async () => ({ status: 200, body: shown }), {
    replies: {
      200: Type.Object({
        at: Type.String({ format: 'date-time' }),
        maybe: Type.Union([Type.String({ format: 'date-time' }), Type.Null()]),
        list: Type.Array(Type.Object({ id: Type.String() })),
        open: Type.Record(Type.String(), Type.Unknown()),
        kind: Type.Union([Type.Literal('a'), Type.Literal('b'), Type.Null()]),
      }),
    },
  }),
  get('/csv', null, async () => ({
    status: 200,
    body: Readable.from(['a,b\n', '1,2\n']),
    content_type: 'text/csv',
  })),
  get('/events', null, async () => ({ status: 200, body: events, content_type: 'text/event-stream' })),
  get('/slow', null, async () => {
    await new Promise<void>(resolve => {
      release = resolve
    })
    return yes()
  }),
  { ...get('/things', null, async ({ body }) => ({ status: 200, body })), method: 'POST', body: Type.Any() },
  {
    ...get('/raw', 'public', async ({ raw }) => ({ status: 200, body: raw, content_type: 'text/plain' })),
    ...RAW(),
  },
  {
    ...get('/upload', null, async ({ stream }) => ({ status: 200, body: (await text(stream)).length })),
    method: 'POST',
    stream: true,
  },
]

function RAW() {
  return { method: 'POST' as const, raw: true, body_limit_bytes: 100 }
}

const META = {
  code: 131026,
  title: 'Undeliverable',
  cause: 'x',
  fix_by: 'recipient' as const,
  retry: 'never' as const,
  next_step: 'y',
}
const shown = {
  at: new Date(0),
  maybe: null,
  list: [{ id: '1', hidden: 1 }],
  open: { any: { thing: 1 } },
  kind: null,
  token: 'EAAsecret',
}

let server: Server
let url: string

before(async () => {
  server = await open()
  url = await server.listen()
})

after(() => server.close())

function open(more: Partial<ServerOptions<unknown>> = {}): Promise<Server> {
  return openServer<unknown>({
    host: '127.0.0.1',
    port: 0,
    routes,
    authenticate: token => callers[token] ?? 'invalid_api_key',
    limiter: { take: grant },
    idempotency: undefined as never,
    transaction: work => work(undefined),
    isDatabaseDown: error => (error as { code?: string }).code === 'ECONNREFUSED',
    log,
    ...more,
  })
}

function grant(key_id: string): Grant {
  if (key_id === 'busy') return { allowed: false, remaining: 0, retry_after_s: 17 }
  return { allowed: true, remaining: 599, retry_after_s: 0 }
}

// biome-ignore lint/suspicious/noExplicitAny: replies of many shapes, asserted field by field
type Answer = { status: number; body: any; text: string; headers: Headers }

async function call(path: string, key?: string, init: RequestInit = {}, at = url): Promise<Answer> {
  const auth: Record<string, string> = key === undefined ? {} : { authorization: `Bearer ${key}` }
  const headers = { ...auth, ...(init.headers as Record<string, string>) }
  const response = await fetch(`${at}${path}`, { ...init, headers })
  const body = await response.text()
  const json = response.headers.get('content-type')?.includes('json') && body !== ''
  return {
    status: response.status,
    body: json ? JSON.parse(body) : undefined,
    text: body,
    headers: response.headers,
  }
}

const outcome = ({ status, body }: Answer) => [status, body?.error?.type, body?.error?.code]

test('every way to have no valid key', async () => {
  const path = '/api/v1/any'
  const auth = 'authentication_error'
  assert.deepEqual(outcome(await call(path)), [401, auth, 'missing_api_key'])
  assert.deepEqual(outcome(await call(path, '')), [401, auth, 'missing_api_key'])
  assert.deepEqual(outcome(await call(path, 'wrong')), [401, auth, 'invalid_api_key'])
  assert.deepEqual(outcome(await call(path, 'x'.repeat(5000))), [401, auth, 'invalid_api_key'])
  assert.deepEqual(outcome(await call(path, 'old')), [401, auth, 'expired_api_key'])
  const basic = await call(path, undefined, { headers: { authorization: 'Basic abc' } })
  assert.deepEqual(outcome(basic), [401, auth, 'invalid_api_key'])
  assert.equal(basic.headers.get('www-authenticate'), 'Bearer')
  assert.equal((await call(path, undefined, { headers: { 'x-api-key': 'reader' } })).status, 200)
  const both = { 'x-api-key': 'wrong', authorization: 'bearer reader' }
  assert.equal((await call(path, undefined, { headers: both })).status, 200)
})

test('scopes', async () => {
  const required = async (path: string, key: string) => {
    const { status, body } = await call(`/api/v1${path}`, key)
    return status === 200 ? 'ok' : body.error.details.required
  }
  assert.equal(await required('/any', 'sender'), 'ok')
  assert.equal(await required('/read', 'reader'), 'ok')
  assert.equal(await required('/read', 'all'), 'ok')
  assert.deepEqual(await required('/read', 'sender'), ['whatsapp:read'])
  assert.deepEqual(await required('/either', 'sender'), ['whatsapp:read', 'bots:read'])
  assert.equal(await required('/either', 'reader'), 'ok')
  assert.deepEqual(await required('/owner', 'all'), ['owner'])
  assert.equal(await required('/owner', 'owner'), 'ok')
  assert.deepEqual(await required('/first', 'owner'), ['first_owner'])
  assert.equal(await required('/first', 'first'), 'ok')
})

test('limits are told with every keyed answer, and refused with Retry-After', async () => {
  for (const answer of [await call('/api/v1/any', 'all'), await call('/api/v1/read', 'sender')]) {
    assert.equal(answer.headers.get('x-ratelimit-limit'), '600')
    assert.equal(answer.headers.get('x-ratelimit-remaining'), '599')
  }
  const refused = await call('/api/v1/any', 'busy')
  assert.deepEqual(outcome(refused), [429, 'rate_limit_error', 'rate_limited'])
  assert.equal(refused.headers.get('retry-after'), '17')
  assert.equal((await call('/healthz')).headers.get('x-ratelimit-limit'), null)
})

test('a request id is on every answer: the given one if it is well-formed', async () => {
  const sent = (id: string, path = '/healthz') => call(path, undefined, { headers: { 'x-request-id': id } })
  assert.equal((await sent('my-Id_1.2')).headers.get('x-request-id'), 'my-Id_1.2')
  for (const wrong of ['with space', 'x'.repeat(129), 'a"b']) {
    assert.match((await sent(wrong)).headers.get('x-request-id') ?? '', /^[0-9a-f-]{36}$/)
  }
  const lost = await sent('lost-1', '/nowhere')
  assert.equal(lost.headers.get('x-request-id'), 'lost-1')
  assert.equal(lost.body.error.request_id, 'lost-1')
})

test('nothing of a bug leaves, and it is logged under the request id', async () => {
  const answer = await call('/bug')
  assert.deepEqual(outcome(answer), [500, 'internal_error', 'internal_error'])
  assert.equal(answer.text.includes('select'), false)
  const line = lines.find(({ level }) => level === 'error')
  assert.equal(line?.fields.request_id, answer.body.error.request_id)
  const down = await call('/api/v1/down', 'all')
  assert.deepEqual(
    [down.status, down.headers.get('retry-after'), down.text.includes('select')],
    [500, '5', false],
  )
})

test('a failure shows all that it has', async () => {
  const { body, headers } = await call('/api/v1/full', 'all')
  assert.equal(headers.get('retry-after'), '3')
  const { type, code, message, request_id, ...rest } = body.error
  assert.deepEqual([type, code, typeof request_id], ['meta_error', 'meta_unavailable', 'string'])
  assert.match(message, /\.$/)
  assert.deepEqual(rest, { param: 'to', meta: META })
})

test('a reply holds what its schema declares, no more', async () => {
  const answer = await call('/api/v1/shown', 'all')
  assert.deepEqual(answer.body, {
    at: '1970-01-01T00:00:00.000Z',
    maybe: null,
    list: [{ id: '1' }],
    open: { any: { thing: 1 } },
    kind: null,
  })
  assert.equal(answer.headers.get('content-type'), 'application/json; charset=utf-8')
  assert.equal(answer.headers.get('x-content-type-options'), 'nosniff')
  assert.equal(answer.headers.get('cache-control'), 'no-store')
})

test('paths and methods that do not exist', async () => {
  assert.deepEqual(outcome(await call('/api/v1/nope')), [404, 'not_found_error', 'route_not_found'])
  assert.deepEqual(outcome(await call('/api/v1/%zz')), [404, 'not_found_error', 'route_not_found'])
  assert.deepEqual(outcome(await call('/api/v1/things/no-uuid', 'all')), [
    404,
    'not_found_error',
    'not_found',
  ])
  assert.deepEqual(outcome(await call(`/api/v1/things/${'x'.repeat(600)}`, 'all'))[0], 404)
  const wrong = await call(`/api/v1/things/${ID}`, 'all', { method: 'PUT' })
  assert.deepEqual(outcome(wrong), [404, 'not_found_error', 'route_not_found'])
  assert.deepEqual(wrong.body.error.details.allowed, ['GET', 'HEAD', 'OPTIONS'])
  const options = await call('/api/v1/things', undefined, { method: 'OPTIONS' })
  assert.deepEqual([options.status, options.headers.get('allow')], [204, 'POST, OPTIONS'])
  const head = await call('/api/v1/any', 'all', { method: 'HEAD' })
  assert.deepEqual([head.status, head.headers.get('content-length'), head.text], [200, '11', ''])
  assert.equal((await call('/api/v1/any/', 'all')).status, 200)
})

test('what is not HTTP is told so in the envelope', async () => {
  const say = (bytes: string) =>
    new Promise<string>((resolve, reject) => {
      let heard = ''
      const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(bytes))
      socket.on('data', chunk => {
        heard += chunk
      })
      socket.on('end', () => resolve(heard))
      socket.on('error', reject)
    })
  const heads = [
    'NONSENSE\r\n\r\n',
    `GET / HTTP/1.1\r\nHost: a\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`,
    'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
  ]
  for (const head of heads) {
    const heard = await say(head)
    assert.match(heard, /^HTTP\/1\.1 400 /)
    assert.match(heard, /X-Request-Id: [0-9a-f-]{36}/)
    assert.equal(JSON.parse(heard.split('\r\n\r\n')[1] ?? '').error.code, 'invalid_header')
  }
})

test('raw and streamed bodies, and replies that are streams', async () => {
  const post = (path: string, body: string, key?: string) =>
    call(path, key, { method: 'POST', body, headers: { 'content-type': 'application/x-odd' } })
  assert.equal((await post('/api/v1/raw', '{"a" :1}')).text, '{"a" :1}')
  assert.deepEqual(outcome(await post('/api/v1/raw', 'x'.repeat(101)))[2], 'payload_too_large')
  assert.equal((await post('/api/v1/upload', 'x'.repeat(3_000_000), 'all')).text, '3000000')
  const csv = await call('/api/v1/csv', 'all')
  assert.deepEqual([csv.text, csv.headers.get('content-type')], ['a,b\n1,2\n', 'text/csv'])
})

test('one line for every request, with nothing private in it', async () => {
  lines.length = 0
  await call(`/api/v1/things/${ID}?secret=1`, 'reader', { headers: { 'x-request-id': 'logged' } })
  assert.equal(lines.length, 1)
  const { ms, ...fields } = lines[0]?.fields ?? {}
  assert.equal(typeof ms, 'number')
  assert.deepEqual(fields, {
    method: 'GET',
    route: '/api/v1/things/:id',
    status: 200,
    request_id: 'logged',
    tenant_id: 'tenant-1',
    key_id: 'key-1',
  })
})

test('browsers of other origins are let in only where that is set', async () => {
  const origin = 'https://console.example'
  const ask = { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } }
  assert.equal((await call('/api/v1/any', undefined, ask)).headers.get('access-control-allow-origin'), null)
  const open_to = await open({ cors_origins: [origin] })
  const at = await open_to.listen()
  const preflight = await call('/api/v1/any', undefined, ask, at)
  assert.deepEqual([preflight.status, preflight.headers.get('access-control-allow-origin')], [204, origin])
  const answer = await call('/api/v1/any', 'all', { headers: { origin } }, at)
  assert.equal(answer.headers.get('access-control-allow-origin'), origin)
  assert.match(answer.headers.get('access-control-expose-headers') ?? '', /X-Request-Id/)
  await open_to.close()
})

test('closing finishes what is in flight, ends event streams, and accepts no more', async () => {
  const closing = await open()
  const at = await closing.listen()
  events = new Readable({ read() {} })
  events.push('data: 1\n\n')
  const stream = await fetch(`${at}/api/v1/events`, { headers: { authorization: 'Bearer all' } })
  const slow = call('/api/v1/slow', 'all', {}, at)
  await new Promise(resolve => setTimeout(resolve, 50))
  const closed = closing.close()
  await stream.text().catch(() => {})
  release()
  assert.equal((await slow).status, 200)
  await closed
  await assert.rejects(fetch(`${at}/healthz`))
})
