import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { first, second, startTestWorld, template, type Wire } from '../testWorld.ts'
import { emptyLimits, type PhoneNumber, type World } from '../world.ts'
import { takeThroughput } from './throughput.ts'

let world: Awaited<ReturnType<typeof startTestWorld>>
before(async () => {
  world = await startTestWorld()
})
after(() => world.close())

const hello = template('hello_world')
const codesOf = async (answers: Promise<{ body: Wire }>[]) =>
  Map.groupBy(await Promise.all(answers), one => one.body.error?.code ?? 'accepted')

test('a number has so many messages in a second, and as many in the next', async () => {
  const { limits, clock } = world.simulator.world
  assert.equal((await world.send('+15554001000', hello)).status, 200)
  assert.ok((limits.throughput.get(first)?.tokens ?? 0) <= 79)
  limits.throughput.set(first, { tokens: -1000, at: clock.elapsed() })
  const refused = await world.send('+15554001001', hello)
  assert.deepEqual([refused.status, refused.body.error.code], [400, 130429])
  await world.control('POST', 'clock', { advance_seconds: 20 })
  const many = (number: string) =>
    codesOf(Array.from({ length: 80 }, (_, at) => world.send(`+1555400${2000 + at}`, hello, number)))
  assert.equal((await many(first)).get('accepted')?.length, 80)
})

test('the level of a number decides how many', () => {
  let at = 0
  const limits = emptyLimits()
  const fake = { clock: { elapsed: () => at }, limits } as unknown as World
  const take = (id: string, throughput_level: 'STANDARD' | 'HIGH') => {
    let taken = 0
    while (takeThroughput(fake, { id, throughput_level } as PhoneNumber)) taken += 1
    return taken
  }
  assert.deepEqual([take('a', 'STANDARD'), take('b', 'HIGH'), take('a', 'STANDARD')], [80, 1000, 0])
  at = 500
  assert.deepEqual([take('a', 'STANDARD'), take('b', 'HIGH')], [40, 500])
})

test('one pair has 45 at once, and then one every six seconds', async () => {
  const codes = await codesOf(Array.from({ length: 50 }, () => world.send('+15550101001', hello, second)))
  assert.deepEqual([codes.get('accepted')?.length, codes.get(131056)?.length], [45, 5])
  await world.control('POST', 'clock', { advance_seconds: 7 })
  assert.equal((await world.send('+15550101001', hello, second)).status, 200)
  assert.equal((await world.send('+15550101001', hello, second)).body.error.code, 131056)
  assert.equal((await world.send('+15550101002', hello, second)).status, 200)
})

test('an account without a registered number has 200 management calls in an hour', async () => {
  const { waba_id, access_token } = (await world.control('POST', 'wabas', {})).body
  const look = () => world.graph('GET', waba_id, undefined, access_token)
  for (let call = 0; call < 200; call++) await look()
  const refused = await look()
  assert.deepEqual([refused.status, refused.body.error.code], [400, 80007])
  const usage = JSON.parse(refused.headers.get('x-business-use-case-usage') ?? '{}')
  assert.equal(usage[waba_id]?.[0].call_count, 100)
  await world.control('POST', 'clock', { advance_seconds: 3600 })
  assert.equal((await look()).status, 200)
})

test('nothing is limited when the settings say so', async () => {
  await world.control('PATCH', 'settings', { enforce_rates: false })
  const codes = await codesOf(Array.from({ length: 120 }, () => world.send('+15550101001', hello)))
  assert.equal(codes.get('accepted')?.length, 120)
})
