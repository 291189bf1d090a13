import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { first, pause, startTestWorld, template, until, type Wire } from '../testWorld.ts'

let world: Awaited<ReturnType<typeof startTestWorld>>
before(async () => {
  world = await startTestWorld({ enforce_rates: false, enforce_window: 'off' })
  await world.subscribe()
})
after(() => world.close())

const inbound = (id: string) => until(() => world.receiver.got.find(one => one.item?.id === id))

test('the world is as promised at the start', async () => {
  const { body } = await world.control('GET', 'world')
  assert.deepEqual(body.app, {
    id: '600100200300400',
    config_id: '600100200300499',
    callback_url: world.receiver.url,
  })
  const [waba] = body.wabas
  assert.deepEqual([waba.id, waba.name, waba.currency], ['700100200300400', 'Carom Sandbox', 'USD'])
  assert.deepEqual(
    waba.phone_numbers.map((one: Wire) => [one.id, one.throughput_level, one.registered]),
    [
      ['500100200300401', 'STANDARD', true],
      ['500100200300402', 'HIGH', true],
    ],
  )
  assert.deepEqual(
    body.users.map((one: Wire) => [one.key, one.name]),
    [
      ['15550101001', 'Ada'],
      ['15550101002', 'Ben'],
      ['US.1000200030004003', 'Zoe'],
    ],
  )
})

test('a person presses the buttons of a template and of interactive messages', async () => {
  const values = ['first_name', 'day', 'time'].map(parameter_name => ({
    type: 'text',
    parameter_name,
    text: 'x',
  }))
  const sent = (
    await world.send('+15550101001', template('appointment_reminder', [{ type: 'body', parameters: values }]))
  ).body.messages[0].id
  const tapped = await world.control('POST', `messages/${encodeURIComponent(sent)}/tap`, { index: 1 })
  assert.equal(tapped.status, 201)
  const { item } = await inbound(tapped.body.id)
  assert.deepEqual([item.type, item.button], ['button', { payload: 'Move it', text: 'Move it' }])
  assert.deepEqual(item.context, { from: '15550100001', id: sent })
  const rows = [{ id: 'pp-1', title: 'Main street', description: '5 minutes away' }]
  const list = { type: 'list', body: { text: 'Where?' }, action: { button: 'Show', sections: [{ rows }] } }
  const listed = (await world.send('+15550101001', { type: 'interactive', interactive: list })).body
    .messages[0].id
  const chosen = await world.control('POST', `messages/${encodeURIComponent(listed)}/tap`, { id: 'pp-1' })
  assert.deepEqual((await inbound(chosen.body.id)).item.interactive, {
    type: 'list_reply',
    list_reply: rows[0],
  })
  const buttons = [{ type: 'reply', reply: { id: 'yes', title: 'Yes' } }]
  const asked = {
    type: 'interactive',
    interactive: { type: 'button', body: { text: '?' }, action: { buttons } },
  }
  const question = (await world.send('+15550101001', asked)).body.messages[0].id
  const yes = await world.control('POST', `messages/${encodeURIComponent(question)}/tap`, { index: 0 })
  const reply = { type: 'button_reply', button_reply: { id: 'yes', title: 'Yes' } }
  assert.deepEqual((await inbound(yes.body.id)).item.interactive, reply)
  assert.match(
    (await world.control('POST', `messages/${encodeURIComponent(question)}/tap`, { index: 5 })).body.error,
    /none at 5/,
  )
})

test('a person reacts, replies, and sends a picture', async () => {
  const { id } = (await world.send('+15550101001')).body.messages[0]
  const path = `messages/${encodeURIComponent(id)}/react`
  const liked = await world.control('POST', path, { emoji: '👍' })
  assert.deepEqual((await inbound(liked.body.id)).item.reaction, { message_id: id, emoji: '👍' })
  const removed = await world.control('POST', path, { emoji: '' })
  assert.deepEqual((await inbound(removed.body.id)).item.reaction, { message_id: id })
  const reply = await world.write('+1 555 010 1001', 'this one', { reply_to: id })
  assert.deepEqual((await inbound(reply.body.id)).item.context, { from: '15550100001', id })
  const picture = {
    phone_number_id: first,
    user: '15550101001',
    type: 'image',
    image: { caption: 'the box' },
  }
  const { image } = (await inbound((await world.control('POST', 'messages', picture)).body.id)).item
  assert.deepEqual([image.caption, image.mime_type, /^\d+$/.test(image.id)], ['the box', 'image/jpeg', true])
})

test('a status can be forced', async () => {
  await world.control('PATCH', 'settings', { sent_ms: 60_000, delivered_ms: 60_000, read_ms: 60_000 })
  const { id } = (await world.send('+15550101001')).body.messages[0]
  const force = (body: object) => world.control('POST', `messages/${encodeURIComponent(id)}/status`, body)
  assert.equal((await force({ status: 'delivered' })).body.status, 'delivered')
  assert.equal((await force({ status: 'failed', code: 131049 })).body.errors[0].code, 131049)
  await until(() => world.receiver.statuses(id).length === 2)
  assert.equal((await force({ status: 'gone' })).status, 400)
  await world.control('PATCH', 'settings', { sent_ms: 1, delivered_ms: 2, read_ms: 3 })
})

test('messages are listed oldest first, page by page', async () => {
  for (let at = 0; at < 5; at++) await world.write('15550107777', `line ${at}`)
  const page = async (more: string) =>
    (await world.control('GET', `messages?user=15550107777&limit=2${more}`)).body
  const one = await page('')
  const two = await page(`&after=${encodeURIComponent(one.data[1].id)}`)
  assert.deepEqual([one.total, two.total], [5, 5])
  assert.deepEqual(
    [...one.data, ...two.data].map((message: Wire) => message.content.body),
    ['line 0', 'line 1', 'line 2', 'line 3'],
  )
  assert.equal((await world.control('GET', 'messages?direction=to_user&user=15550107777')).body.total, 0)
})

test('a new account brings numbers, templates and a token', async () => {
  const order = {
    name: 'order',
    language: 'en_US',
    category: 'utility',
    components: [{ type: 'body', text: 'Order {{1}}.' }],
  }
  const made = await world.control('POST', 'wabas', {
    name: 'Second Shop',
    numbers: [{ display_phone_number: '+49 30 1234567', throughput_level: 'HIGH' }, { registered: false }],
    templates: [order],
    subscribed: true,
  })
  assert.equal(made.status, 201)
  const { waba_id, phone_number_ids, access_token } = made.body
  const { body } = await world.graph('GET', `${waba_id}/message_templates`, undefined, access_token)
  assert.deepEqual(
    [body.data[0].name, body.data[0].category, body.data[0].components[0].type],
    ['order', 'UTILITY', 'BODY'],
  )
  await world.control('POST', 'messages', {
    phone_number_id: phone_number_ids[0],
    user: '15550101001',
    text: 'to the second shop',
  })
  const webhook = await until(() =>
    world.receiver.got.find(one => one.item?.text?.body === 'to the second shop'),
  )
  assert.equal(webhook.body.entry[0].id, waba_id)
  const wrong = await world.control('POST', 'wabas', { templates: [{ ...order, category: 'x' }] })
  assert.match(wrong.body.error, /needs a category/)
})

test('a change of a number is announced', async () => {
  await world.control('PATCH', `phone_numbers/${first}`, {
    throughput_level: 'HIGH',
    messaging_limit: 'TIER_10K',
  })
  await until(() => world.receiver.got.some(one => one.value?.event === 'THROUGHPUT_UPGRADE'))
  const upgrade = await until(() => world.receiver.got.find(one => one.value?.event === 'UPGRADE'))
  assert.deepEqual([upgrade.value.old_limit, upgrade.value.current_limit], ['TIER_2K', 'TIER_10K'])
  assert.equal(typeof upgrade.body.entry[0].time, 'number')
})

test('mistakes get one sentence', async () => {
  const cases: [string, string, unknown, number][] = [
    ['PATCH', 'settings', { nothing: 1 }, 400],
    ['PATCH', 'settings', { error_rate: 2 }, 400],
    ['PATCH', 'settings', { webhooks: { paused: 'yes' } }, 400],
    ['POST', 'clock', {}, 400],
    ['POST', 'messages', { phone_number_id: '1', user: '15550101001', text: 'x' }, 404],
    ['POST', 'messages', { phone_number_id: first, user: 'Ada', text: 'x' }, 400],
    ['PUT', 'users/15550101001', { age: 3 }, 400],
    ['GET', 'messages?after=nothing', undefined, 404],
    ['GET', 'nothing', undefined, 404],
    ['POST', 'oauth/codes', { waba_id: '1' }, 404],
    ['PATCH', 'templates/1', {}, 404],
  ]
  for (const [method, path, body, status] of cases) {
    const answer = await world.control(method, path, body)
    assert.deepEqual([path, answer.status, Object.keys(answer.body)], [path, status, ['error']])
    assert.match(answer.body.error, /^[A-Za-z].+\.$/)
  }
})

test('pages of other sites are refused, the page of the simulator is served', async () => {
  const { url } = world.simulator
  const from = async (headers: Record<string, string>) =>
    (await fetch(`${url}/_sim/world`, { headers })).status
  assert.equal(await from({ origin: 'https://evil.example' }), 403)
  assert.equal(await from({ origin: 'null' }), 403)
  assert.equal(await from({ origin: url }), 200)
  assert.equal(await from({}), 200)
  assert.equal((await fetch(`${url}/`)).status, 200)
  assert.equal((await fetch(`${url}/%2e%2e/start.ts`)).status, 404)
  assert.equal((await fetch(`${url}/..%2fstart.ts`)).status, 404)
})

test('the stream tells of messages, people and the clock', async () => {
  const stop = new AbortController()
  const answer = await fetch(`${world.simulator.url}/_sim/stream`, { signal: stop.signal })
  let heard = ''
  const reading = answer.body?.pipeThrough(new TextDecoderStream())
  const listening = (async () => {
    for await (const part of reading ?? []) heard += part
  })().catch(() => {})
  await world.write('15550108888', 'streamed')
  await world.control('POST', 'clock', { advance_seconds: 60 })
  await until(
    () => /event: user\ndata: .*15550108888/.test(heard) && /event: message\ndata: .*streamed/.test(heard),
  )
  await until(() => /event: clock\ndata: \{"now":".*","offset_ms":60000\}/.test(heard))
  stop.abort()
  await listening
})

test('faults of the connection', async () => {
  const settings = (body: object) => world.control('PATCH', 'settings', body)
  const total = async () => (await world.control('GET', 'messages')).body.total
  await settings({ down: true })
  await assert.rejects(world.send('+15550101001'))
  await settings({ down: false, error_rate: 1 })
  assert.deepEqual(
    [(await world.send('+15550101001')).status, (await world.graph('GET', first)).status],
    [500, 503],
  )
  await settings({ error_rate: 0, throttle: true })
  assert.equal((await world.send('+15550101001')).body.error.code, 130429)
  assert.equal((await world.graph('GET', '700100200300400')).body.error.code, 80007)
  await settings({ throttle: false, reset_before_rate: 1 })
  const before = await total()
  await assert.rejects(world.send('+15550101001'))
  await settings({ reset_before_rate: 0, reset_after_rate: 1 })
  await assert.rejects(world.send('+15550101001'))
  await settings({ reset_after_rate: 0, hang_rate: 1 })
  const silent = await Promise.race([
    world.send('+15550101001').catch(() => 'cut'),
    pause(150).then(() => 'silence'),
  ])
  assert.deepEqual([silent, (await total()) - before], ['silence', 2])
  await settings({ hang_rate: 0, latency_ms: 60 })
  const began = performance.now()
  await world.send('+15550101001')
  assert.ok(performance.now() - began >= 55)
})

test('a reset brings back the start, and keeps the callback', async () => {
  assert.equal((await world.control('POST', 'reset')).status, 204)
  const { body } = await world.control('GET', 'world')
  assert.deepEqual(
    [body.offset_ms, body.users.length, body.wabas.length, body.settings.sent_ms],
    [0, 3, 1, 50],
  )
  assert.equal(body.app.callback_url, world.receiver.url)
  assert.equal((await world.control('GET', 'messages')).body.total, 0)
  await world.write('15550101001', 'after the reset')
  await until(() => world.receiver.got.find(one => one.item?.text?.body === 'after the reset'))
})
