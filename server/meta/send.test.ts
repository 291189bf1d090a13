import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { afterEach, test } from 'node:test'
import { silentLog } from '../kit/log.ts'
import { type Meta, openMeta } from './client.ts'
import { type RawServer, rawServer, reply } from './rawServer.fixture.ts'
import type { Verdict } from './send.ts'
import { appsecretProof } from './signature.ts'

const TOKEN = 'EAAtesttoken00000001'
const GOOD = {
  messages: [{ id: 'wamid.1', message_status: 'accepted' }],
  contacts: [{ wa_id: '15550101001' }],
}

let server: RawServer | undefined
let meta: Meta | undefined

afterEach(async () => {
  await meta?.close(0)
  await server?.close()
  server = meta = undefined
})

function open(url: string, connections = 4): Meta {
  meta = openMeta({
    graph_url: url,
    version: 'v26.0',
    app_id: '1',
    app_secret: 's3',
    log: silentLog,
    connections,
  })
  return meta
}

function sendOnce(
  deadline_ms_left = 2000,
  extra: { attempt?: number; signal?: AbortSignal } = {},
): Promise<Verdict> {
  const body = { messaging_product: 'whatsapp', to: '+15550101001' }
  return (meta as Meta).send({ token: TOKEN, phone_number_id: '500', body, deadline_ms_left, ...extra })
}

async function verdictOf(
  status: number,
  body: unknown,
  headers: string[] = [],
  attempt = 1,
): Promise<Verdict> {
  server = await rawServer(({ socket }) => reply(socket, status, body, headers))
  open(server.url)
  return sendOnce(2000, { attempt })
}

test('an accepted send, its bearer header, and the proof of the token', async () => {
  assert.deepEqual(await verdictOf(200, GOOD), {
    kind: 'accepted',
    wamid: 'wamid.1',
    wa_id: '15550101001',
    message_status: 'accepted',
  })
  const head = server?.requests[0]?.head ?? ''
  assert.match(
    head,
    new RegExp(`^POST /v26.0/500/messages\\?appsecret_proof=${appsecretProof(TOKEN, 's3')} HTTP`),
  )
  assert.match(head, new RegExp(`authorization: Bearer ${TOKEN}`))
  assert.equal(head.split('\r\n')[0]?.includes(TOKEN), false)
  assert.deepEqual(JSON.parse(server?.requests[0]?.body ?? ''), {
    messaging_product: 'whatsapp',
    to: '+15550101001',
  })
})

test('nobody listens: unreachable', async () => {
  const closed = createServer()
  await new Promise<void>(resolve => closed.listen(0, '127.0.0.1', resolve))
  const { port } = closed.address() as { port: number }
  await new Promise(resolve => closed.close(resolve))
  open(`http://127.0.0.1:${port}`)
  const verdict = await sendOnce()
  assert.equal(verdict.kind, 'unreachable')
  assert.match(verdict.kind === 'unreachable' ? verdict.reason : '', /ECONNREFUSED/)
})

test('a reset after the request was read is unknown', async () => {
  server = await rawServer(({ socket }) => socket.resetAndDestroy())
  open(server.url)
  assert.equal((await sendOnce()).kind, 'unknown')
})

test('a reset of a kept-alive connection without an answer is unknown, and is not repeated', async () => {
  server = await rawServer(({ socket, number }) => {
    if (number === 1) reply(socket, 200, GOOD)
    else socket.resetAndDestroy()
  })
  open(server.url, 1)
  assert.equal((await sendOnce()).kind, 'accepted')
  assert.equal((await sendOnce()).kind, 'unknown')
  assert.equal(server.connections, 1)
  assert.equal(server.requests.length, 2)
})

test('a kept-alive connection that was closed before is replaced: nothing is lost', async () => {
  server = await rawServer(({ socket }) => {
    reply(socket, 200, GOOD)
    setTimeout(() => socket.end(), 10)
  })
  open(server.url, 1)
  assert.equal((await sendOnce()).kind, 'accepted')
  await new Promise(resolve => setTimeout(resolve, 50))
  assert.equal((await sendOnce()).kind, 'accepted')
  assert.equal(server.connections, 2)
})

test('an answer that never comes is unknown at the deadline', async () => {
  server = await rawServer(() => {})
  open(server.url)
  const began = performance.now()
  assert.equal((await sendOnce(150)).kind, 'unknown')
  assert.ok(performance.now() - began >= 140)
})

test('a send that still waits for a connection at its deadline was never written', async () => {
  server = await rawServer(() => {})
  open(server.url, 1)
  const first = sendOnce(400)
  assert.equal((await sendOnce(100)).kind, 'unreachable')
  assert.equal((await first).kind, 'unknown')
  assert.equal(server.requests.length, 1)
})

test('no time left, or called off: nothing is written; called off meanwhile: unknown', async () => {
  server = await rawServer(() => {})
  open(server.url)
  assert.equal((await sendOnce(0)).kind, 'unreachable')
  assert.equal((await sendOnce(1000, { signal: AbortSignal.abort() })).kind, 'unreachable')
  assert.equal(server.connections, 0)
  assert.equal((await sendOnce(1000, { signal: AbortSignal.timeout(80) })).kind, 'unknown')
})

test('garbage, half an answer, a proxy page, a 200 without an id: unknown', async () => {
  const cases: [number, unknown, string[]][] = [
    [200, '<html>', []],
    [500, '<html>Bad Gateway</html>', []],
    [502, { error: 'bad gateway' }, []],
    [200, { messages: [] }, []],
    [200, 'null', []],
  ]
  for (const [status, body, headers] of cases) {
    assert.equal((await verdictOf(status, body, headers)).kind, 'unknown', JSON.stringify(body))
    await meta?.close(0)
    await server?.close()
  }
  server = await rawServer(({ socket }) =>
    socket.end('HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{"messages":[{"id"'),
  )
  open(server.url)
  assert.equal((await sendOnce()).kind, 'unknown')
  await meta?.close(0)
  await server.close()
  server = await rawServer(({ socket }) => socket.end('rubbish\r\n\r\n'))
  open(server.url)
  assert.equal((await sendOnce()).kind, 'unknown')
})

test("Meta's error object decides, whatever the HTTP status", async () => {
  const expected: [number, number, string][] = [
    [401, 190, 'rejected'],
    [400, 130429, 'throttled'],
    [429, 4, 'throttled'],
    [500, 131000, 'transient'],
    [503, 2, 'transient'],
    [400, 131047, 'rejected'],
    [500, 131057, 'transient'],
    [400, 987654, 'rejected'],
  ]
  for (const [status, code, kind] of expected) {
    const error = { message: `(#${code}) Something`, code, fbtrace_id: 'AbC' }
    const verdict = await verdictOf(status, { error })
    assert.equal(verdict.kind, kind, `code ${code}`)
    if (verdict.kind === 'rejected') assert.equal(verdict.token_invalid, code === 190)
    if ('problem' in verdict) assert.equal(verdict.problem.fbtrace_id, 'AbC')
    await meta?.close(0)
    await server?.close()
  }
})

test('the wait grows as 4^X for a pair, and follows the usage header for a budget', async () => {
  const pair = await verdictOf(400, { error: { code: 131056 } }, [], 3)
  assert.ok(pair.kind === 'throttled' && pair.wait_ms === 16_000)
  await meta?.close(0)
  await server?.close()
  const usage = JSON.stringify({ 7: [{ type: 'whatsapp', estimated_time_to_regain_access: 9 }] })
  const budget = await verdictOf(400, { error: { code: 80007 } }, [`X-Business-Use-Case-Usage: ${usage}`])
  assert.ok(budget.kind === 'throttled' && budget.wait_ms === 540_000)
})

test('a token that Meta repeats in its error does not get out', async () => {
  const error = { message: `Malformed access token ${TOKEN}`, code: 190, error_data: `it was ${TOKEN}.` }
  const verdict = await verdictOf(401, { error })
  assert.equal(JSON.stringify(verdict).includes(TOKEN), false)
})
