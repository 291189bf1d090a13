import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  appToken,
  pause,
  signatureOf,
  startTestWorld,
  template,
  until,
  verifyToken,
  type Wire,
} from '../testWorld.ts'

const WABA = '700100200300400'
const NUMBER = '500100200300401'
let world: Awaited<ReturnType<typeof startTestWorld>>
before(async () => {
  world = await startTestWorld({ enforce_rates: false, enforce_window: 'off', auto_read: false })
})
after(() => world.close())

const change = (webhooks: object) => world.control('PATCH', 'settings', { webhooks })
const texts = () => world.receiver.got.map(one => one.item?.text?.body).filter(Boolean)
const heard = (text: string) => until(() => world.receiver.got.find(one => one.item?.text?.body === text))
const counts = async () => (await world.control('GET', 'webhooks')).body

test('nobody hears anything before the app and the account are subscribed', async () => {
  await world.write('15550101001', 'into the void')
  assert.equal((await counts()).pending, 0)
  await world.subscribe()
  await world.write('15550101001', 'heard')
  await heard('heard')
  assert.deepEqual(texts(), ['heard'])
})

test('the bytes are escaped as Meta escapes them, and the signature is over exactly these bytes', async () => {
  await world.write('15550101001', 'Grüße / 👍')
  const webhook = await heard('Grüße / 👍')
  assert.match(webhook.raw, /Gr\\u00fc\\u00dfe \\\/ \\ud83d\\udc4d/)
  assert.doesNotMatch(webhook.raw, /[^\x20-\x7e]/)
  assert.equal(webhook.signature, signatureOf(webhook.raw))
  const { id, timestamp, ...item } = webhook.item
  assert.match(timestamp, /^\d{10}$/)
  assert.match(id, /^wamid\./)
  const expected = {
    from: '15550101001',
    from_user_id: 'US.1000200030004001',
    type: 'text',
    text: { body: 'Grüße / 👍' },
  }
  assert.deepEqual(item, expected)
  assert.deepEqual(webhook.value.metadata, {
    display_phone_number: '15550100001',
    phone_number_id: '500100200300401',
  })
  assert.deepEqual(webhook.body.entry[0].id, WABA)
})

test('anything but 200 is tried again, ever later, until it is 200', async () => {
  await change({ retry_first_ms: 20 })
  world.receiver.state.failures = 3
  world.receiver.state.attempts = 0
  const began = performance.now()
  await world.write('15550101001', 'patience')
  await heard('patience')
  assert.equal(world.receiver.state.attempts, 4)
  assert.ok(performance.now() - began >= 20 + 40 + 80)
  const { data } = await counts()
  assert.deepEqual([data.at(-1).attempts, data.at(-1).last_status], [4, 200])
})

test('a jump of the clock brings the next try, and after seven days there is none', async () => {
  await change({ retry_first_ms: 3_600_000 })
  world.receiver.state.failures = 1
  await world.write('15550101001', 'an hour later')
  await until(async () => (await counts()).data.at(-1).attempts === 1)
  assert.equal((await counts()).pending, 1)
  await world.control('POST', 'clock', { advance_seconds: 3601 })
  await heard('an hour later')
  world.receiver.state.failures = 100
  await world.write('15550101001', 'never')
  await until(async () => {
    await world.control('POST', 'clock', { advance_seconds: 86_400 })
    return (await counts()).pending === 0
  })
  const { attempts } = (await counts()).data.at(-1)
  assert.ok(attempts > 1 && attempts < 10, `${attempts} attempts`)
  assert.ok(!texts().includes('never'))
  world.receiver.state.failures = 0
  await world.control('POST', 'clock', { reset: true })
  await change({ retry_first_ms: 20 })
})

test('one person is heard in order, and many at once', async () => {
  for (let at = 0; at < 20; at++) await world.write(`1555030000${at % 4}`, `line ${at}`)
  await heard('line 19')
  await until(() => texts().filter(text => text.startsWith('line')).length === 20)
  for (let person = 0; person < 4; person++) {
    const own = texts().filter(text => text.startsWith('line') && Number(text.slice(5)) % 4 === person)
    assert.deepEqual(
      own,
      [0, 1, 2, 3, 4].map(turn => `line ${turn * 4 + person}`),
    )
  }
})

test('duplicates, pauses and disorder on demand', async () => {
  await change({ duplicate_rate: 1 })
  await world.write('15550101001', 'twice')
  await until(() => texts().filter(text => text === 'twice').length === 2)
  await change({ duplicate_rate: 0, paused: true })
  await world.write('15550101001', 'later')
  await pause(50)
  assert.deepEqual([(await counts()).pending, texts().includes('later')], [1, false])
  await change({ paused: false })
  await heard('later')
  await change({ reorder: true })
  for (let at = 0; at < 12; at++) await world.write('15550101001', `mixed ${at}`)
  await until(() => texts().filter(text => text.startsWith('mixed')).length === 12)
  const order = texts().filter(text => text.startsWith('mixed'))
  assert.notDeepEqual(
    order,
    order.toSorted((a, b) => Number(a.slice(6)) - Number(b.slice(6))),
  )
  await change({ reorder: false })
})

test('batches carry several updates of several people in one body', async () => {
  await change({ batch_size: 4, batch_wait_ms: 10_000 })
  const before = world.receiver.got.length
  for (const user of ['15550101001', '15550101002', '15550101001']) await world.write(user, 'batched')
  await world.control('POST', 'messages', {
    phone_number_id: '500100200300402',
    user: '15550101001',
    text: 'other number',
  })
  const batch = await until(() => world.receiver.got[before])
  const changes = batch.body.entry.flatMap((entry: Wire) => entry.changes)
  assert.deepEqual(
    changes.map((one: Wire) => [one.value.messages.length, one.value.contacts.length]),
    [
      [3, 2],
      [1, 1],
    ],
  )
  await world.write('15550101001', 'alone')
  await world.control('POST', 'clock', { advance_seconds: 11 })
  await heard('alone')
  await change({ batch_size: 1, batch_wait_ms: 0 })
})

test('an override gets the messages instead, other fields stay with the app', async t => {
  const other = await startTestWorld()
  t.after(() => other.close())
  const body = { override_callback_uri: other.receiver.url, verify_token: verifyToken }
  await world.graph('POST', `${WABA}/subscribed_apps`, body)
  await world.write('15550101001', 'to the override')
  await until(() => other.receiver.got.find(one => one.item?.text?.body === 'to the override'))
  await world.control('PATCH', 'templates/910100200300405', { category: 'UTILITY', status: 'PAUSED' })
  await until(() => world.receiver.got.find(one => one.value?.event === 'PAUSED'))
  assert.ok(!texts().includes('to the override'))
  await world.graph('POST', `${WABA}/subscribed_apps`)
})

test("a number's own override comes before its account's", async t => {
  const [account, number] = await Promise.all([startTestWorld(), startTestWorld()])
  t.after(() => Promise.all([account.close(), number.close()]))
  const to = (url: string) => ({ override_callback_uri: url, verify_token: verifyToken })
  await world.graph('POST', `${WABA}/subscribed_apps`, to(account.receiver.url))
  const configure = (webhook_configuration: object) => world.graph('POST', NUMBER, { webhook_configuration })
  assert.equal((await configure({ ...to(number.receiver.url), verify_token: 'wrong' })).body.error.code, 2200)
  await configure(to(number.receiver.url))
  const { body } = await world.graph('GET', `${NUMBER}?fields=webhook_configuration`)
  assert.equal(body.webhook_configuration.phone_number, number.receiver.url)
  assert.equal(body.webhook_configuration.whatsapp_business_account, account.receiver.url)
  await world.write('15550101001', 'to the number')
  await until(() => number.receiver.got.find(one => one.item?.text?.body === 'to the number'))
  await configure({ override_callback_uri: '' })
  await world.write('15550101001', 'to the account')
  await until(() => account.receiver.got.find(one => one.item?.text?.body === 'to the account'))
  await world.graph('POST', `${WABA}/subscribed_apps`)
})

test('any body can be sent by hand; with a signature of its own it is tried only once', async () => {
  const body = { object: 'whatsapp_business_account', entry: [{ id: 'ö/' }] }
  assert.equal((await world.control('POST', 'webhooks', { body })).status, 202)
  const own = await until(() => world.receiver.got.find(one => one.raw.includes('u00f6')))
  assert.deepEqual([own.signature, own.raw.includes('\\/')], [signatureOf(own.raw), true])
  world.receiver.state.failures = 1
  await world.control('POST', 'webhooks', { body: 'not json', signature: 'sha256=00' })
  await until(async () => (await counts()).data.at(-1).last_status === 500)
  assert.equal((await counts()).pending, 0)
  await world.control('POST', 'webhooks', { body: 'not json', signature: 'sha256=00' })
  const forged = await until(() => world.receiver.got.find(one => one.raw === 'not json'))
  assert.equal(forged.signature, 'sha256=00')
})

test('a hidden phone number is left out, not empty', async () => {
  await world.control('PUT', 'users/15550101002', { phone_hidden: true, username: 'ben.example' })
  await world.write('15550101002', 'you do not know my number')
  const webhook = await heard('you do not know my number')
  const profile = { name: 'Ben', username: 'ben.example' }
  assert.deepEqual(webhook.value.contacts, [{ profile, user_id: 'US.1000200030004002' }])
  assert.equal('from' in webhook.item, false)
  const { id } = (
    await world.send('', { to: undefined, recipient: 'US.1000200030004002', ...template('hello_world') })
  ).body.messages[0]
  await until(() => world.receiver.statuses(id).length === 2)
  const of = (status: string) =>
    world.receiver.got.find(one => one.item?.id === id && one.item.status === status)
  assert.deepEqual(of('sent')?.value.contacts[0].profile, { name: 'Ben' })
  assert.deepEqual(of('delivered')?.value.contacts[0].profile, profile)
  assert.equal(of('delivered')?.item.recipient_id, undefined)
})

test('without a callback nothing can be sent by hand', async () => {
  await world.graph('DELETE', '600100200300400/subscriptions', undefined, appToken)
  assert.equal((await world.control('POST', 'webhooks', { body: {} })).status, 400)
})
