// What a client of Meta's API is told by webhooks when it sends through Carom: its own biz_opaque_callback_data, although
// Carom's message id stood in its place on the way, and everything else as Meta wrote it.

import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after, before, test } from 'node:test'
import { type Receiver, startReceiver } from '../server/events/receiver.fixture.ts'
import { SANDBOX_APP } from '../server/sandbox/app.ts'
import { ADA, apiOf, eventually, type Journey, NUMBER, startJourney } from './carom.ts'

const SECRET = '5f0c1d2e3b4a59687766554433221100'

let carom: Journey
let receiver: Receiver
before(async () => {
  carom = await startJourney({ env: { CAROM_ALLOW_PRIVATE_WEBHOOKS: 'true' } })
  receiver = await startReceiver()
  const wish = { url: receiver.url, format: 'meta', secret: SECRET }
  assert.equal((await carom.api('POST', '/webhooks', wish)).status, 201)
})
after(async () => {
  await carom.close()
  await receiver.close()
})

const hello = { name: 'hello_world', language: { code: 'en_US' } }

async function sendAsMeta(more: object = {}): Promise<string> {
  const body = { messaging_product: 'whatsapp', to: ADA, type: 'template', template: hello, ...more }
  const { status, body: sent, text } = await carom.api('POST', `//meta/v26.0/${NUMBER}/messages`, body)
  assert.equal(status, 200, text)
  return sent.messages[0].id
}

type Status = { id: string; status: string; biz_opaque_callback_data?: string }
type Body = { entry: { changes: { value: { statuses?: Status[] } }[] }[] }

const statusesIn = (body: Body) => body.entry.flatMap(one => one.changes[0]?.value.statuses ?? [])

/** The three statuses of a message, as they came. */
const toldOf = (wamid: string) =>
  eventually(() => {
    const calls = receiver.got.filter(call => statusesIn(call.body).some(({ id }) => id === wamid))
    const told = calls.flatMap(call => statusesIn(call.body).filter(({ id }) => id === wamid))
    assert.deepEqual(
      told.map(({ status }) => status),
      ['sent', 'delivered', 'read'],
    )
    return { calls, told }
  })

/** What Meta said itself. */
async function originals(): Promise<Body[]> {
  const { body } = await carom.sim('GET', '/_sim/webhooks?limit=500')
  return body.data.map((one: { body: Body | string }) =>
    typeof one.body === 'string' ? JSON.parse(one.body) : one.body,
  )
}

test("statuses carry the client's own callback data, signed as they go out, and are Meta's otherwise", async () => {
  const wamid = await sendAsMeta({ biz_opaque_callback_data: '{"order":4711}' })
  const { calls, told } = await toldOf(wamid)
  for (const status of told) assert.equal(status.biz_opaque_callback_data, '{"order":4711}')
  for (const { text, headers } of calls) {
    const expected = createHmac('sha256', SECRET).update(text).digest('hex')
    assert.equal(headers['x-hub-signature-256'], `sha256=${expected}`)
  }
  const { body: stored } = await carom.api('GET', `/whatsapp/messages/${encodeURIComponent(wamid)}`)
  const meant = (await originals()).find(body => statusesIn(body).some(({ id }) => id === wamid)) as Body
  for (const status of statusesIn(meant)) {
    assert.equal(status.biz_opaque_callback_data, stored.id, 'on the way it was our id')
    status.biz_opaque_callback_data = '{"order":4711}'
  }
  assert.deepEqual(calls[0]?.body, meant)
})

test('where the client gave none there is none, and a client_ref of the native API is one', async () => {
  const { told } = await toldOf(await sendAsMeta())
  for (const status of told) assert.ok(!('biz_opaque_callback_data' in status))
  const native = { phone_number_id: NUMBER, to: ADA, template: 'hello_world', language: 'en_US' }
  const sent = await carom.api('POST', '/whatsapp/messages/template', { ...native, client_ref: 'ref-1' })
  for (const status of (await toldOf(sent.body.wamid)).told)
    assert.equal(status.biz_opaque_callback_data, 'ref-1')
})

test("an id of another account's, or of nobody, stays as Meta wrote it; so do numbers beyond 2^53", async () => {
  const made = await carom.api('POST', '/tenants', { name: 'Others' })
  const waba = (await carom.sim('POST', '/_sim/wabas', { numbers: [{}], templates: [] })).body
  const theirs = apiOf(carom.url, made.body.owner_key)
  const connected = await theirs('POST', '/whatsapp/onboarding/manual', {
    ...{ waba_id: waba.waba_id, phone_number_id: waba.phone_number_ids[0], access_token: waba.access_token },
  })
  assert.equal(connected.status, 201, connected.text)
  const foreign = await theirs('POST', '/whatsapp/messages', {
    ...{ phone_number_id: waba.phone_number_ids[0], to: '+15550101003', text: 'Hello', ignore_window: true },
    client_ref: 'secret of others',
  })
  assert.equal(foreign.status, 201, foreign.text)
  const refs = [foreign.body.id, '019ab8c1-6b10-7c4e-9d3a-3f2a1b0c4d5e', 'plain', 17]
  const statuses = refs.map((biz_opaque_callback_data, n) => ({
    ...{
      id: `wamid.elsewhere${n}`,
      status: 'delivered',
      timestamp: '1795418400',
      recipient_id: '15550101001',
    },
    biz_opaque_callback_data,
  }))
  const metadata = { display_phone_number: '15550100001', phone_number_id: NUMBER }
  const value = `{"messaging_product":"whatsapp","metadata":${JSON.stringify(metadata)},"statuses":${JSON.stringify(statuses)}}`
  const template = '{"event":"FLAGGED","message_template_id":24012345678901234567,"other":1.50}'
  const change = (field: string, of: string) => `{"value":${of},"field":"${field}"}`
  const id = `"id":"${SANDBOX_APP.waba_id}"`
  const changes = `${change('messages', value)},${change('message_template_status_update', template)}`
  const entry = `{${id},"time":1795418400,"changes":[${changes}]}`
  await carom.sim('POST', '/_sim/webhooks', {
    body: `{"object":"whatsapp_business_account","entry":[${entry}]}`,
  })
  await eventually(() => {
    const texts = receiver.got.map(call => call.text)
    const only = (one: string) =>
      `{"object":"whatsapp_business_account","entry":[{${id},"time":1795418400,"changes":[${one}]}]}`
    assert.ok(texts.includes(only(change('messages', value))), 'statuses of others')
    assert.ok(texts.includes(only(change('message_template_status_update', template))), 'a long id')
  })
})
