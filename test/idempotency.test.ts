// One Idempotency-Key, one effect: replays byte for byte, fifty at once, over two processes, and after failures.

import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { readConfig } from '../server/config.ts'
import { silentLog } from '../server/kit/log.ts'
import { type Carom, startCarom } from '../server/start.ts'
import {
  type Answered,
  type Api,
  apiOf,
  eventually,
  FAST_NUMBER,
  type Journey,
  startJourney,
} from './carom.ts'

let carom: Journey
let other: Carom
let there: Api
before(async () => {
  carom = await startJourney({ env: { CAROM_SEND_TIMEOUT_MS: '2000' }, settings: { latency_ms: 40 } })
  other = await startCarom(readConfig({ ...carom.env, CAROM_ROLE: 'api' }), silentLog)
  there = apiOf(other.url, carom.owner_key)
})
after(async () => {
  await other.close()
  await carom.close()
})

let people = 0
const somebody = () => `+4916${String(10_000_000 + people++)}0`
const hello = (to: string) => ({
  phone_number_id: FAST_NUMBER,
  to,
  template: 'hello_world',
  language: 'en_US',
})
const send = (api: Api, body: object, key: string) =>
  api('POST', '/whatsapp/messages/template', body, { 'idempotency-key': key })

const atMeta = async (to: string): Promise<number> =>
  (await carom.sim('GET', `/_sim/messages?user=${to.slice(1)}&direction=to_user`)).body.total

const codeOf = (answer: Answered) => `${answer.status} ${answer.body.error?.code ?? ''}`.trim()

test('a replay answers byte for byte what was answered first, in another process too', async () => {
  const body = hello(somebody())
  const key = randomUUID()
  const first = await send(carom.api, body, key)
  assert.equal(first.status, 201, first.text)
  assert.equal(first.headers.get('idempotent-replayed'), null)
  await eventually(async () => {
    assert.equal((await carom.api('GET', `/whatsapp/messages/${first.body.id}`)).body.status, 'read')
  })
  for (const api of [carom.api, there]) {
    const again = await send(api, body, key)
    assert.deepEqual([again.status, again.text], [201, first.text])
    assert.equal(again.headers.get('idempotent-replayed'), 'true')
    assert.equal(again.headers.get('content-type'), first.headers.get('content-type'))
    assert.notEqual(again.headers.get('x-request-id'), first.headers.get('x-request-id'))
  }
  assert.equal(await atMeta(body.to), 1)
})

test('a replay of a refusal answers the same refusal', async () => {
  const body = { phone_number_id: FAST_NUMBER, to: somebody(), text: 'Hello' }
  const key = randomUUID()
  const ask = () => carom.api('POST', '/whatsapp/messages', body, { 'idempotency-key': key })
  const first = await ask()
  const again = await ask()
  assert.deepEqual([codeOf(first), again.text], ['422 session_window_closed', first.text])
  assert.equal(again.headers.get('idempotent-replayed'), 'true')
})

test('fifty of the same at once, over two processes, are one message', async () => {
  const body = hello(somebody())
  const key = randomUUID()
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, n) => send(n % 2 === 0 ? carom.api : there, body, key)),
  )
  const codes = new Set(answers.map(codeOf))
  assert.ok(codes.has('201'), [...codes].join())
  for (const code of codes) assert.ok(['201', '409 idempotency_key_in_use'].includes(code), code)
  for (const answer of answers.filter(one => one.status === 409)) {
    assert.match(answer.headers.get('retry-after') ?? '', /^[1-9]\d*$/)
  }
  const final = await eventually(async () => {
    const answer = await send(there, body, key)
    assert.equal(answer.status, 201)
    return answer
  })
  assert.equal(new Set(answers.filter(one => one.status === 201).map(one => one.text)).size, 1)
  assert.equal(final.text, answers.find(one => one.status === 201)?.text)
  assert.equal(await atMeta(body.to), 1)
})

test('another body or another path with the same key is refused', async () => {
  const body = hello(somebody())
  const key = randomUUID()
  assert.equal((await send(carom.api, body, key)).status, 201)
  assert.equal(codeOf(await send(carom.api, { ...body, client_ref: 'x' }, key)), '409 idempotency_key_reused')
  const text = { phone_number_id: FAST_NUMBER, to: body.to, text: 'Hello' }
  const elsewhere = await there('POST', '/whatsapp/messages', text, { 'idempotency-key': key })
  assert.equal(codeOf(elsewhere), '409 idempotency_key_reused')
  assert.equal(await atMeta(body.to), 1)
})

test('after a 503 that sent nothing, the same key may be used again', async () => {
  const to = '+4916123459503'
  const key = randomUUID()
  assert.equal(codeOf(await send(carom.api, hello(to), key)), '503 meta_unavailable')
  const again = await send(carom.api, hello(to), key)
  assert.equal(codeOf(again), '503 meta_unavailable')
  assert.equal(again.headers.get('idempotent-replayed'), null)
  assert.equal(await atMeta(to), 0)
})

test('a key of another tenant is another key', async () => {
  const { body: tenant } = await carom.api('POST', '/tenants', { name: 'Another' })
  const stranger = apiOf(carom.url, tenant.owner_key)
  const key = randomUUID()
  const made = (api: Api) =>
    api('POST', '/keys', { name: 'k', scopes: ['whatsapp:read'] }, { 'idempotency-key': key })
  const [mine, theirs] = [await made(carom.api), await made(stranger)]
  assert.deepEqual([mine.status, theirs.status], [201, 201])
  assert.notEqual(mine.body.key, theirs.body.key)
  const replay = await made(stranger)
  assert.equal(replay.text, theirs.text, 'the secret of the first answer too')
})

test('a key must be 1 to 255 printable characters', async () => {
  const to = somebody()
  for (const key of ['k'.repeat(256), 'schlüssel']) {
    assert.equal(codeOf(await send(carom.api, hello(to), key)), '400 invalid_header')
  }
  assert.equal(codeOf(await send(carom.api, hello(to), 'k'.repeat(255))), '201')
  assert.equal(await atMeta(to), 1)
})

test('with Prefer: respond-async a replay is the stored 202, and one message is sent', async () => {
  const body = hello(somebody())
  const headers = { prefer: 'respond-async', 'idempotency-key': randomUUID() }
  const ask = () => carom.api('POST', '/whatsapp/messages/template', body, headers)
  const [first, again] = [await ask(), await ask()]
  assert.deepEqual([first.status, again.status, again.text], [202, 202, first.text])
  assert.equal(again.headers.get('preference-applied'), 'respond-async')
  await eventually(async () => assert.equal(await atMeta(body.to), 1))
})
