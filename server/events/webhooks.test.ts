// A tenant's endpoint over real HTTP: what it is told, in which order, and how it knows that it was us.

import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after, before, test } from 'node:test'
import { Webhook } from 'standardwebhooks'
import { ADA, eventually, type Journey, NUMBER, startJourney } from '../../test/carom.ts'
import { type Receiver, startReceiver } from './receiver.fixture.ts'

let carom: Journey
let receiver: Receiver
before(async () => {
  carom = await startJourney({ env: { CAROM_ALLOW_PRIVATE_WEBHOOKS: 'true' } })
  receiver = await startReceiver()
})
after(async () => {
  await carom.close()
  await receiver.close()
})

const hello = { phone_number_id: NUMBER, to: ADA, template: 'hello_world', language: 'en_US' }

async function endpoint(more: object = {}, path = '/') {
  const made = await carom.api('POST', '/webhooks', { url: receiver.url + path, ...more })
  assert.equal(made.status, 201, made.text)
  return made.body
}

const at = (path: string) => receiver.got.filter(call => call.path === path)

test('a message is told step by step, each as the API showed it then, signed by the Standard Webhooks scheme', async () => {
  const { secret, id } = await endpoint({ events: ['message.*'] }, '/steps')
  assert.match(secret, /^whsec_[A-Za-z0-9+/]{43}=$/)
  const sent = await carom.api('POST', '/whatsapp/messages/template', hello)
  const calls = await eventually(() => {
    assert.equal(at('/steps').length, 4)
    return at('/steps')
  })
  const types = calls.map(call => call.body.type)
  assert.deepEqual(types, ['message.accepted', 'message.sent', 'message.delivered', 'message.read'])
  for (const [step, { text, headers, body }] of calls.entries()) {
    assert.deepEqual(new Webhook(secret).verify(text, headers as Record<string, string>), body)
    assert.deepEqual(Object.keys(body), ['id', 'type', 'timestamp', 'data'])
    assert.equal(body.id, headers['webhook-id'])
    assert.equal(body.data.id, sent.body.id)
    assert.equal(body.data.status, body.type.replace('message.', ''))
    const times = ['accepted_at', 'sent_at', 'delivered_at', 'read_at'].map(name => body.data[name] !== null)
    assert.deepEqual(times, [true, step >= 1, step >= 2, step >= 3], body.type)
  }
  const { body: now } = await carom.api('GET', `/whatsapp/messages/${sent.body.id}`)
  assert.deepEqual(calls.at(-1)?.body.data, now)
  assert.equal(new Set(calls.map(call => call.body.id)).size, 4)
  const { body: deliveries } = await carom.api('GET', `/webhooks/${id}/deliveries`)
  assert.deepEqual(
    deliveries.data.map((one: { status: string }) => one.status),
    ['delivered', 'delivered', 'delivered', 'delivered'],
  )
  assert.equal(deliveries.data[0].request.body, calls.at(-1)?.text)
  assert.equal(deliveries.data[0].attempts[0].response_body, 'ok')
  await carom.api('DELETE', `/webhooks/${id}`)
})

test('what Ada writes is told as it comes', async () => {
  const { id } = await endpoint({ events: ['message.received'] }, '/ada')
  await carom.sim('POST', '/_sim/messages', { phone_number_id: NUMBER, user: ADA.slice(1), text: 'Hello' })
  const [call] = await eventually(() => {
    assert.equal(at('/ada').length, 1)
    return at('/ada')
  })
  assert.deepEqual(call?.body.data.content, { body: 'Hello' })
  assert.equal(call?.body.data.from, ADA)
  assert.equal(call?.body.timestamp, call?.body.data.sent_at)
  await carom.api('DELETE', `/webhooks/${id}`)
})

test('an endpoint that wants it gets what Meta sent, change by change, signed as Meta signs', async () => {
  const { id, secret } = await endpoint({ format: 'meta', events: ['messages'] }, '/meta')
  assert.match(secret, /^[0-9a-f]{32}$/)
  await carom.sim('POST', '/_sim/messages', {
    phone_number_id: NUMBER,
    user: ADA.slice(1),
    text: 'As Meta says it',
  })
  const call = await eventually(() => {
    const [first] = at('/meta')
    assert.ok(first)
    return first
  })
  const { entry, object } = call.body
  assert.equal(object, 'whatsapp_business_account')
  assert.equal(entry.length, 1)
  assert.equal(entry[0].changes.length, 1)
  assert.equal(entry[0].changes[0].value.messages[0].text.body, 'As Meta says it')
  const expected = createHmac('sha256', secret).update(call.text).digest('hex')
  assert.equal(call.headers['x-hub-signature-256'], `sha256=${expected}`)
  await carom.api('DELETE', `/webhooks/${id}`)
})

test('a statement of account and template is told to those who asked for it, and to no others', async () => {
  const one = await endpoint({ events: ['account.updated'] }, '/account')
  const other = await endpoint({ events: ['message.received'] }, '/no-account')
  const [account] = (await carom.api('GET', '/whatsapp/accounts')).body.data
  await carom.api('PATCH', `/whatsapp/accounts/${account.id}`, { media_mirror: 'on' })
  const [call] = await eventually(() => {
    assert.equal(at('/account').length, 1)
    return at('/account')
  })
  assert.equal(call?.body.data.media_mirror, 'on')
  assert.deepEqual(call?.body.data, (await carom.api('GET', `/whatsapp/accounts/${account.id}`)).body)
  assert.deepEqual(at('/no-account'), [])
  for (const { id } of [one, other]) await carom.api('DELETE', `/webhooks/${id}`)
})
