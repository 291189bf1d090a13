import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { pause, startTestWorld, template, until } from '../testWorld.ts'

let world: Awaited<ReturnType<typeof startTestWorld>>
before(async () => {
  world = await startTestWorld({ enforce_rates: false })
  await world.subscribe()
})
after(() => world.close())

const hello = (to: string, more = {}) => world.send(to, { ...template('hello_world'), ...more })
const statusesOf = (id: string) => world.receiver.statuses(id).map(one => one.status)

test('people whose phones behave oddly', async () => {
  const expected: Record<string, string[]> = {
    9001: ['sent'],
    9002: ['sent'],
    9003: ['sent', 'delivered'],
    9004: ['sent', 'read'],
    9005: ['read', 'delivered', 'sent'],
    9006: ['sent', 'sent', 'sent', 'delivered', 'delivered', 'delivered', 'read', 'read', 'read'],
    9007: [],
    1005: ['sent', 'delivered', 'read'],
  }
  await world.control('PATCH', 'settings', { sent_ms: 5, delivered_ms: 30, read_ms: 60 })
  const ids = new Map<string, string>()
  for (const end of Object.keys(expected))
    ids.set(end, (await hello(`+49 151 0000 ${end}`)).body.messages[0].id)
  await until(() => statusesOf(ids.get('9006') as string).length === 9)
  await until(() => statusesOf(ids.get('1005') as string).length === 3)
  await pause(50)
  for (const [end, statuses] of Object.entries(expected)) {
    assert.deepEqual([end, statusesOf(ids.get(end) as string)], [end, statuses])
  }
  const skipped = world.receiver.statuses(ids.get('9004') as string).map(one => 'pricing' in one)
  assert.deepEqual(skipped, [true, true])
})

test('a phone that was off gets its messages when it is put online', async () => {
  const { id } = (await hello('+15550199002')).body.messages[0]
  await until(() => statusesOf(id).length === 1)
  await world.control('PUT', 'users/15550199002', { online: true })
  await until(() => statusesOf(id).join() === 'sent,delivered,read')
  await world.control('PUT', 'users/15550199002', { online: false })
  const late = (await hello('+15550199002')).body.messages[0].id
  await until(() => statusesOf(late).length === 1)
  await world.control('POST', 'clock', { advance_seconds: 31 * 86_400 })
  await world.control('PUT', 'users/15550199002', { online: true })
  await pause(50)
  assert.deepEqual(statusesOf(late), ['sent'])
})

test('accepted, then failed', async () => {
  for (const [end, code] of [
    ['9026', 131026],
    ['9047', 131047],
    ['9048', 131048],
    ['9049', 131049],
    ['9050', 131050],
  ] as const) {
    const { body } = await hello(`+1555010${end}`, { biz_opaque_callback_data: end })
    const { id } = body.messages[0]
    const status = await until(() => world.receiver.statuses(id)[0])
    assert.deepEqual(
      [status.status, status.errors[0].code, status.biz_opaque_callback_data],
      ['failed', code, end],
    )
    assert.deepEqual(['pricing' in status, status.recipient_id], [false, `1555010${end}`])
    const webhook = world.receiver.got.find(one => one.item?.id === id)
    assert.deepEqual(Object.keys(webhook?.value ?? {}), ['messaging_product', 'metadata', 'statuses'])
  }
})

test('refused at once, for ever or for a while', async () => {
  const outcome = async (end: string) => {
    const { status, body } = await hello(`+1555010${end}`, { biz_opaque_callback_data: 'same' })
    return [status, body.error?.code]
  }
  const always: [string, number, number][] = [
    ['9042', 400, 131042],
    ['9056', 400, 131056],
    ['9403', 400, 130403],
    ['9429', 400, 130429],
    ['9500', 500, 131000],
    ['9503', 503, 2],
  ]
  for (const [end, status, code] of always) {
    for (let time = 0; time < 3; time++) assert.deepEqual(await outcome(end), [status, code])
  }
  const tries = [await outcome('9428'), await outcome('9428'), await outcome('9428')]
  assert.deepEqual(tries, [
    [400, 130429],
    [400, 130429],
    [200, undefined],
  ])
  assert.deepEqual(
    [await outcome('9501'), await outcome('9501')],
    [
      [500, 131000],
      [200, undefined],
    ],
  )
})

test('connections that break before, after, or never answer', async () => {
  const total = async (data: string) =>
    (await world.control('GET', `messages?callback_data=${data}`)).body.total
  await assert.rejects(hello('+15550109910', { biz_opaque_callback_data: 'after' }))
  assert.equal(await total('after'), 1)
  await assert.rejects(hello('+15550109912', { biz_opaque_callback_data: 'before' }))
  assert.equal(await total('before'), 0)
  const silent = await Promise.race([
    hello('+15550109911', { biz_opaque_callback_data: 'silent' }).catch(() => 'cut'),
    pause(200).then(() => 'silence'),
  ])
  assert.equal(silent, 'silence')
  const [message] = (await world.control('GET', 'messages?callback_data=silent')).body.data
  await until(() => statusesOf(message.id).includes('read'))
})
