// Every error a caller can provoke from the outside: its status, its type, one sentence that helps, and the request's id.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { describe, type ErrorCode } from '../server/kit/errors.ts'
import { type Answered, apiOf, eventually, type Journey, NUMBER, startJourney } from './carom.ts'

let carom: Journey
before(async () => {
  carom = await startJourney({ env: { CAROM_SEND_TIMEOUT_MS: '1000' } })
})
after(() => carom.close())

const hello = { phone_number_id: NUMBER, to: '+15550101001', template: 'hello_world', language: 'en_US' }
const text = { phone_number_id: NUMBER, to: '+15550101001', text: 'Hello', ignore_window: true }
const shipped = { ...hello, template: 'order_shipped' }
const template = (body: unknown, headers = {}) =>
  carom.api('POST', '/whatsapp/messages/template', body, headers)
const plain = (body: unknown, headers = {}) => carom.api('POST', '/whatsapp/messages', body, headers)
const nobody = (key: string | undefined, headers = {}) =>
  apiOf(carom.url, key)('GET', '/whatsapp/messages', undefined, headers)

async function newKey(body: object): Promise<{ id: string; key: string }> {
  const made = await carom.api('POST', '/keys', body)
  assert.equal(made.status, 201, made.text)
  return made.body
}

/** What holds for every error, whatever it is. */
function assertError(answer: Answered, code: ErrorCode, param?: string): void {
  const { status, type } = describe(code)
  assert.equal(answer.status, status, answer.text)
  assert.deepEqual(Object.keys(answer.body), ['error'])
  const { error } = answer.body
  assert.deepEqual([error.code, error.type], [code, type], answer.text)
  assert.match(error.message, /^\S.{10,400}[.?)]$/s)
  assert.ok(!/\n| at \/|node_modules|select |undefined|\[object/.test(error.message), error.message)
  assert.equal(error.request_id, answer.headers.get('x-request-id'))
  if (param !== undefined) assert.equal(error.param, param, answer.text)
  const known = ['type', 'code', 'message', 'param', 'details', 'meta', 'request_id']
  for (const name of Object.keys(error)) assert.ok(known.includes(name), name)
  if (status === 429) assert.match(answer.headers.get('retry-after') ?? '', /^[1-9]\d*$/)
}

const cases: [name: string, code: ErrorCode, ask: () => Promise<Answered>, param?: string][] = [
  ['half a body', 'malformed_json', () => plain('{"to":')],
  ['an empty body', 'invalid_parameter', () => plain('')],
  ['a broken key', 'invalid_header', () => plain(text, { 'idempotency-key': 'k'.repeat(256) })],
  ['no key', 'missing_api_key', () => nobody(undefined)],
  ['an unknown key', 'invalid_api_key', () => nobody('cm_live_0123456789abcdefghij')],
  ['no key of ours', 'invalid_api_key', () => nobody('EAAsomething')],
  ['no such message', 'not_found', () => carom.api('GET', '/whatsapp/messages/wamid.unknown')],
  ['no such number', 'not_found', () => plain({ ...text, phone_number_id: '999' }), 'phone_number_id'],
  ['no such path', 'route_not_found', () => carom.api('GET', '/whatsapp/telegrams')],
  ['no such method', 'route_not_found', () => carom.api('PATCH', '/whatsapp/messages')],
  ['too large', 'payload_too_large', () => plain({ ...text, text: 'x'.repeat(1_100_000) })],
  [
    'not JSON',
    'unsupported_media_type',
    () => plain('a=b', { 'content-type': 'application/x-www-form-urlencoded' }),
  ],
  ['an unknown field', 'invalid_parameter', () => plain({ ...text, txt: 'x' }), 'txt'],
  ['a number where text belongs', 'invalid_parameter', () => plain({ ...text, to: 15550101001 }), 'to'],
  ['text too long', 'invalid_parameter', () => plain({ ...text, text: 'x'.repeat(4097) }), 'text'],
  [
    'a client_ref too long',
    'invalid_parameter',
    () => plain({ ...text, client_ref: 'x'.repeat(129) }),
    'client_ref',
  ],
  [
    'nonsense in a query',
    'invalid_parameter',
    () => carom.api('GET', '/whatsapp/messages?limit=abc'),
    'limit',
  ],
  [
    'too much of a page',
    'invalid_parameter',
    () => carom.api('GET', '/whatsapp/messages?limit=101'),
    'limit',
  ],
  [
    'a foreign cursor',
    'invalid_parameter',
    () => carom.api('GET', '/whatsapp/messages?cursor=abc'),
    'cursor',
  ],
  ['an unknown filter', 'invalid_parameter', () => carom.api('GET', '/whatsapp/messages?stat=read'), 'stat'],
  ['to the business itself', 'invalid_parameter', () => plain({ ...text, to: '+15550100001' }), 'to'],
  [
    'quoting nothing',
    'invalid_parameter',
    () => plain({ ...text, reply_to: crypto.randomUUID() }),
    'reply_to',
  ],
  ['no number', 'invalid_phone_number', () => plain({ ...text, to: 'Ada' }), 'to'],
  ['no country', 'invalid_phone_number', () => template({ ...hello, to: '+0151 234' }), 'to'],
  ['no window', 'session_window_closed', () => plain({ ...text, ignore_window: false })],
  ['no template', 'template_not_found', () => template({ ...hello, template: 'helo_world' })],
  ['no language', 'template_not_found', () => template({ ...hello, language: 'fr' })],
  ['no variables', 'template_parameters_mismatch', () => template(shipped)],
  ['too many', 'template_parameters_mismatch', () => template({ ...hello, variables: { '1': 'x' } })],
  ['payment problem', 'meta_rejected', () => template({ ...hello, to: '+15550109042' })],
  ['always throttled pair', 'meta_rate_limited', () => template({ ...hello, to: '+15550109056' })],
  ['service down', 'meta_unavailable', () => template({ ...hello, to: '+15550109503' })],
  ['server error', 'meta_unavailable', () => template({ ...hello, to: '+15550109500' })],
]

cases.push([
  'marketing to who has stopped',
  'recipient_opted_out',
  async () => {
    await carom.api('PUT', '/whatsapp/contacts/%2B15550101777/consent', { value: 'stop' })
    const components = [
      { type: 'header', parameters: [{ type: 'image', image: { link: 'https://example.com/a.jpg' } }] },
      { type: 'body', parameters: [{ type: 'text', text: 'Ada' }] },
    ]
    return template({ ...hello, to: '+15550101777', template: 'weekly_offer', components })
  },
  'to',
])

for (const [name, code, ask, param] of cases) {
  test(`${name}: ${code}`, async () => assertError(await ask(), code, param))
}

test('every problem of a body is listed, and the nearest known name suggested', async () => {
  const answer = await plain({ phone_number_id: 5, to: true, txt: 'Hello' })
  assertError(answer, 'invalid_parameter')
  const { issues } = answer.body.error.details
  const params = issues.map((issue: { param: string }) => issue.param).sort()
  assert.deepEqual(params, ['phone_number_id', 'text', 'to', 'txt'])
  assert.match(issues.find((issue: { param: string }) => issue.param === 'txt').message, /`text`/)
})

test('a paused template: template_not_approved', async () => {
  const { wabas } = (await carom.sim('GET', '/_sim/world')).body
  const { id } = wabas[0].templates.find((one: { name: string }) => one.name === 'hello_world')
  await carom.sim('PATCH', `/_sim/templates/${id}`, { status: 'PAUSED' })
  await eventually(async () => assertError(await template(hello), 'template_not_approved'))
  await carom.sim('PATCH', `/_sim/templates/${id}`, { status: 'APPROVED' })
  await eventually(async () => assert.equal((await template(hello)).status, 201))
})

test('keys: missing_scope, expired_api_key, a deleted one, and rate_limited', async () => {
  const reader = await newKey({ name: 'reader', scopes: ['whatsapp:read'] })
  const refused = await apiOf(carom.url, reader.key)('POST', '/whatsapp/messages', text)
  assertError(refused, 'missing_scope')
  assert.deepEqual(refused.body.error.details.required, ['whatsapp:send'])

  const soon = new Date(Date.now() + 700).toISOString()
  const brief = await newKey({ name: 'brief', scopes: ['whatsapp:read'], expires_at: soon })
  await eventually(async () => assertError(await nobody(brief.key), 'expired_api_key'))

  assert.equal((await nobody(undefined, { 'x-api-key': reader.key })).status, 200)
  assert.equal((await carom.api('DELETE', `/keys/${reader.id}`)).status, 204)
  await eventually(async () => assertError(await nobody(reader.key), 'invalid_api_key'))

  const slow = await newKey({ name: 'slow', scopes: ['whatsapp:read'], rate_limit_rpm: 3 })
  const answers = await Promise.all(Array.from({ length: 10 }, () => nobody(slow.key)))
  const limited = answers.filter(answer => answer.status === 429)
  assert.ok(limited.length >= 6 && limited.length <= 9, `${limited.length} of 10`)
  for (const answer of limited) {
    assertError(answer, 'rate_limited')
    assert.deepEqual(
      [answer.headers.get('x-ratelimit-limit'), answer.headers.get('x-ratelimit-remaining')],
      ['3', '0'],
    )
  }
})

test('an inbound message alone can be marked as read: invalid_state', async () => {
  const sent = await template(hello)
  assertError(await carom.api('POST', `/whatsapp/messages/${sent.body.id}/read`, {}), 'invalid_state')
})

test("a client's own request id is echoed if it is well-formed", async () => {
  const good = await nobody(undefined, { 'x-request-id': 'order-4711' })
  assert.deepEqual(
    [good.headers.get('x-request-id'), good.body.error.request_id],
    ['order-4711', 'order-4711'],
  )
  const bad = await nobody(undefined, { 'x-request-id': 'a b\t"<script>' })
  assert.notEqual(bad.headers.get('x-request-id'), 'a b\t"<script>')
})
