// Traces and lines: with a collector set, spans of requests, sends, webhooks and deliveries go there, joined to the caller's
// own; and each of them is one line in the log, that names ids and nobody.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { type Receiver, startReceiver } from '../server/events/receiver.fixture.ts'
import {
  ADA,
  type Api,
  apiOf,
  eventually,
  type Gateway,
  NUMBER,
  spawnGateway,
  startWorld,
  type World,
} from './carom.ts'

// biome-ignore lint/suspicious/noExplicitAny: tests look into spans freely
type Told = any

let world: World
let receiver: Receiver
let collector: Awaited<ReturnType<typeof startCollector>>
let gateway: Gateway
let api: Api
before(async () => {
  world = await startWorld()
  receiver = await startReceiver()
  collector = await startCollector()
  gateway = spawnGateway({
    ...world.env,
    LOG_LEVEL: 'info',
    CAROM_ALLOW_PRIVATE_WEBHOOKS: 'true',
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_HEADERS: 'x-collector-key=abc%3D',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment=test',
    OTEL_BSP_SCHEDULE_DELAY: '200',
  })
  api = apiOf(await gateway.ready(), world.owner_key)
})
after(async () => {
  await gateway.kill('SIGKILL')
  await receiver.close()
  await collector.close()
  await world.close()
})

/** Takes OTLP over HTTP with JSON. */
async function startCollector() {
  const spans: Told[] = []
  const resources: Told[] = []
  const keys = new Set<unknown>()
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    keys.add(`${request.url} ${request.headers['x-collector-key']}`)
    for (const { resource, scopeSpans } of JSON.parse(Buffer.concat(chunks).toString()).resourceSpans) {
      resources.push(valuesOf(resource.attributes))
      for (const scope of scopeSpans)
        for (const span of scope.spans) spans.push({ ...span, facts: valuesOf(span.attributes) })
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    ...{ spans, resources, keys, url: `http://127.0.0.1:${port}` },
    async close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

function valuesOf(attributes: Told[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]))
}

const spanOf = (name: string, where: (span: Told) => boolean = () => true): Promise<Told> =>
  eventually(() => {
    const found = collector.spans.find(span => span.name === name && where(span))
    assert.ok(found, `${name}: ${collector.spans.map(span => span.name).join(', ')}`)
    return found
  })

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const CALLER = '00f067aa0ba902b7'
const send = { phone_number_id: NUMBER, to: ADA, template: 'hello_world', language: 'en_US' }
let sent: Told

test("a send is part of its caller's trace, and Meta's part of it", async () => {
  await api('POST', '/webhooks', { url: `${receiver.url}/told` })
  const headers = { traceparent: `00-${TRACE}-${CALLER}-01`, 'x-request-id': 'traced-1' }
  sent = await api('POST', '/whatsapp/messages/template', send, headers)
  assert.equal(sent.status, 201, sent.text)
  const request = await spanOf('POST /api/v1/whatsapp/messages/template')
  assert.deepEqual([request.traceId, request.parentSpanId, request.kind], [TRACE, CALLER, 2])
  assert.equal(request.facts['carom.request_id'], 'traced-1')
  assert.equal(request.facts['http.response.status_code'], 201)
  const meta = await spanOf('send to Meta')
  assert.deepEqual([meta.traceId, meta.parentSpanId, meta.kind], [TRACE, request.spanId, 3])
  assert.deepEqual([meta.facts['carom.message_id'], meta.facts['carom.outcome']], [sent.body.id, 'accepted'])
  assert.ok(collector.resources.every(one => one['service.name'] === 'carom'))
  assert.ok(collector.resources.every(one => one['deployment.environment'] === 'test'))
  assert.deepEqual([...collector.keys], ['/v1/traces abc='])
})

test('webhooks and deliveries are traces of their own; an endpoint is told which', async () => {
  const applied = await spanOf('apply webhooks', span => span.facts['carom.items'] > 0)
  assert.equal(applied.kind, 5)
  const delivered = await spanOf('deliver event')
  const got = await eventually(() => {
    const found = receiver.got.find(one => one.headers.traceparent?.includes(delivered.traceId))
    assert.ok(found)
    return found
  })
  assert.equal(got.headers.traceparent, `00-${delivered.traceId}-${delivered.spanId}-01`)
  assert.equal(delivered.facts['http.response.status_code'], 200)
})

test('what is no traceparent, or comes without a key, begins a trace of its own', async () => {
  await api('GET', '/whatsapp/accounts', undefined, { traceparent: 'nonsense' })
  await api('GET', '//openapi.json', undefined, { traceparent: `00-${TRACE}-${CALLER}-01` })
  for (const name of ['GET /api/v1/whatsapp/accounts', 'GET /openapi.json']) {
    const span = await spanOf(name)
    assert.ok(span.traceId !== TRACE && !span.parentSpanId, name)
  }
})

function lines(): Told[] {
  return gateway
    .stderr()
    .split('\n')
    .filter(line => line.startsWith('{'))
    .map(line => JSON.parse(line))
}

const lineOf = (msg: string, where: (line: Told) => boolean): Promise<Told> =>
  eventually(() => {
    const found = lines().filter(line => line.msg === msg && where(line))
    assert.equal(found.length, 1, JSON.stringify(found))
    return found[0]
  })

test('each request, send and delivery is one line with its ids, and names nobody', async () => {
  const { id } = sent.body
  const request = await lineOf('answered', line => line.request_id === 'traced-1')
  assert.deepEqual([request.message_id, request.status, request.trace_id], [id, 201, TRACE])
  const { tenant_id } = request
  assert.ok(tenant_id && request.key_id)
  const taken = await lineOf('sent', line => line.message_id === id)
  assert.deepEqual([taken.outcome, taken.tenant_id, taken.phone_number_id], ['accepted', tenant_id, NUMBER])
  assert.ok(taken.ms > 0 && !('to' in taken))
  const told = await lineOf(
    'delivered',
    line => line.message_id === id && line.event_type === 'message.accepted',
  )
  assert.deepEqual([told.ok, told.status, told.attempt, told.tenant_id], [true, 200, 1, tenant_id])

  const wrong = await api('POST', '/whatsapp/messages/template', { ...send, to: '+15550109042' })
  assert.equal(wrong.status, 422, wrong.text)
  const refused = await lineOf('sent', line => line.outcome === 'rejected')
  assert.equal(refused.meta_code, wrong.body.error.meta.code)
  const answered = await lineOf('answered', line => line.message_id === refused.message_id)
  assert.equal(answered.status, 422)

  await world.sim('POST', '/_sim/messages', { phone_number_id: NUMBER, user: ADA.slice(1), text: 'Words-88' })
  await lineOf('delivered', line => line.event_type === 'message.received')
  const { wamid } = sent.body
  for (const word of [ADA.slice(1), '15550109042', 'Words-88', 'Ada', wamid, world.owner_key])
    assert.ok(!gateway.stderr().includes(word), word)
})

test('recipients are named where that was asked for', async () => {
  await gateway.stop()
  const closed = collector.spans.length
  gateway = spawnGateway({ ...world.env, LOG_LEVEL: 'info', LOG_RECIPIENTS: 'true' })
  api = apiOf(await gateway.ready(), world.owner_key)
  const { body } = await api('POST', '/whatsapp/messages/template', send)
  const line = await lineOf('sent', one => one.message_id === body.id)
  assert.equal(line.to, ADA)
  assert.equal(line.trace_id, undefined)
  assert.equal(collector.spans.length, closed, 'no collector, no traces')
})
