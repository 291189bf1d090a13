import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { first, startTestWorld, template, until } from '../testWorld.ts'

let world: Awaited<ReturnType<typeof startTestWorld>>
before(async () => {
  world = await startTestWorld({ enforce_rates: false })
  await world.subscribe()
})
after(() => world.close())

const goTo = (date: string) => world.control('POST', 'clock', { offset_ms: Date.parse(date) - Date.now() })
const text = { text: { body: 'x' } }

async function priceOf(message: Record<string, unknown>, to = '+15550101001') {
  const { id } = (await world.send(to, message)).body.messages[0]
  await until(() => world.receiver.statuses(id).length === 3)
  const [sent, delivered, read] = world.receiver.statuses(id)
  assert.equal('pricing' in read, false)
  assert.deepEqual(sent.pricing, delivered.pricing)
  return { ...sent.pricing, conversation: sent.conversation, later: delivered.conversation }
}

const brief = async (message: Record<string, unknown>) => {
  const { billable, type, category } = await priceOf(message)
  return [billable, type, category]
}

test('before October 2026 service and utility inside the window are free', async () => {
  await goTo('2026-09-15T12:00:00Z')
  assert.deepEqual(await brief(template('hello_world')), [true, 'regular', 'utility'])
  await world.write('15550101001')
  assert.deepEqual(await brief(template('hello_world')), [false, 'free_customer_service', 'utility'])
  assert.deepEqual(await brief(text), [false, 'free_customer_service', 'service'])
})

test('since October 2026 utility is charged always, service after a thousand in the month', async () => {
  await goTo('2026-10-15T12:00:00Z')
  await world.write('15550101001')
  assert.deepEqual(await brief(template('hello_world')), [true, 'regular', 'utility'])
  assert.deepEqual(await brief(text), [false, 'free_customer_service', 'service'])
  world.simulator.world.allowance.set(`${first}/2026-10`, 999)
  assert.deepEqual(await brief(text), [false, 'free_customer_service', 'service'])
  assert.deepEqual(await brief(text), [true, 'regular', 'service'])
  // Midnight in Los Angeles, where the account's calendar is.
  await goTo('2026-11-01T07:00:30Z')
  await world.write('15550101001')
  assert.deepEqual(await brief(text), [false, 'free_customer_service', 'service'])
})

test('the answer to an advertisement opens 72 free hours, the only case with a conversation', async () => {
  const plain = await priceOf(template('hello_world'))
  assert.equal(plain.conversation, undefined)
  const referral = { source_type: 'ad', source_id: '1', source_url: 'https://fb.me/x' }
  const { body: inbound } = await world.write('15550101001', 'I saw your advert', { referral })
  const webhook = await until(() => world.receiver.got.find(one => one.item?.id === inbound.id))
  assert.deepEqual(webhook.item.referral, referral)
  const answer = await priceOf(text)
  assert.deepEqual(
    [answer.billable, answer.type, answer.category],
    [false, 'free_entry_point', 'referral_conversion'],
  )
  const hours =
    (Number(answer.conversation.expiration_timestamp) * 1000 - world.simulator.world.clock.now()) / 3_600_000
  assert.ok(hours > 71.9 && hours <= 72)
  assert.deepEqual(answer.later, { id: answer.conversation.id, origin: { type: 'referral_conversion' } })
  await world.control('POST', 'clock', { advance_seconds: 71 * 3600 })
  assert.equal((await priceOf(template('hello_world'))).conversation.id, answer.conversation.id)
  await world.control('POST', 'clock', { advance_seconds: 2 * 3600 })
  assert.deepEqual(await brief(template('hello_world')), [true, 'regular', 'utility'])
})
