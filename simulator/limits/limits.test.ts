import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { second, startTestWorld, template } from '../testWorld.ts'

let world: Awaited<ReturnType<typeof startTestWorld>>
before(async () => {
  world = await startTestWorld()
})
after(() => world.close())

const hello = template('hello_world')
const codesOf = async (answers: Promise<{ body: any }>[]) =>
  Map.groupBy(await Promise.all(answers), one => one.body.error?.code ?? 'accepted')

test('a number sends so many in a second, and again after it', async () => {
  const many = (count: number, number?: string) =>
    codesOf(Array.from({ length: count }, (_, at) => world.send(`+1555400${1000 + at}`, hello, number)))
  const codes = await many(200)
  assert.ok((codes.get('accepted')?.length ?? 0) >= 80)
  assert.ok((codes.get(130429)?.length ?? 0) > 0)
  assert.equal([...codes.keys()].length, 2)
  await world.control('POST', 'clock', { advance_seconds: 2 })
  assert.equal((await many(80)).get('accepted')?.length, 80)
  assert.equal((await many(200, second)).get('accepted')?.length, 200)
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
