import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { first, startTestWorld, template, until } from '../testWorld.ts'

let world: Awaited<ReturnType<typeof startTestWorld>>
before(async () => {
  world = await startTestWorld({ enforce_rates: false })
  await world.subscribe()
})
after(() => world.close())

const text = (value: string, more = {}) => ({ type: 'text', text: value, ...more })
const body = (...parameters: unknown[]) => ({ type: 'body', parameters })
const button = (index: number, sub_type: string, parameter: unknown) => ({
  type: 'button',
  sub_type,
  index: String(index),
  parameters: [parameter],
})
const track = button(0, 'url', text('4711'))

test('a text inside the window is accepted, delivered and read', async () => {
  await world.write('15550101001')
  const { status, body: answer } = await world.send('+1 (555) 010-1001', {
    text: { body: 'Grüße 👍' },
    biz_opaque_callback_data: 'order-1',
    unknown_field: 1,
  })
  assert.equal(status, 200)
  assert.deepEqual(answer.contacts, [{ input: '+1 (555) 010-1001', wa_id: '15550101001' }])
  const { id, ...more } = answer.messages[0]
  assert.match(id, /^wamid\.HBgL[A-Za-z0-9+/=]+$/)
  assert.deepEqual(more, {})
  await until(() => world.receiver.statuses(id).length === 3)
  assert.deepEqual(
    world.receiver
      .statuses(id)
      .map(one => [one.status, one.biz_opaque_callback_data, one.recipient_id, 'pricing' in one]),
    [
      ['sent', 'order-1', '15550101001', true],
      ['delivered', 'order-1', '15550101001', true],
      ['read', 'order-1', '15550101001', false],
    ],
  )
  const listed = await world.control('GET', 'messages?callback_data=order-1')
  assert.deepEqual([listed.body.total, listed.body.data[0].rendered.body], [1, 'Grüße 👍'])
})

test('outside the window a text fails later, or at once, or not at all', async () => {
  const late = await world.send('+15550102001')
  await until(() => world.receiver.statuses(late.body.messages[0].id).length === 1)
  const [failed] = world.receiver.statuses(late.body.messages[0].id)
  assert.deepEqual(
    [failed.status, failed.errors[0].code, failed.recipient_user_id],
    ['failed', 131047, undefined],
  )
  await world.control('PATCH', 'settings', { enforce_window: 'sync' })
  assert.equal((await world.send('+15550102001')).body.error.code, 131047)
  await world.control('PATCH', 'settings', { enforce_window: 'off' })
  const open = await world.send('+15550102001')
  await until(() => world.receiver.statuses(open.body.messages[0].id).some(one => one.status === 'read'))
  await world.control('PATCH', 'settings', { enforce_window: 'async' })
})

test('the window closes 24 hours after the last message of the person', async () => {
  await world.control('PATCH', 'settings', { enforce_window: 'sync' })
  await world.write('15550102002')
  await world.control('POST', 'clock', { advance_seconds: 24 * 3600 - 5 })
  assert.equal((await world.send('+15550102002')).status, 200)
  await world.control('POST', 'clock', { advance_seconds: 10 })
  assert.equal((await world.send('+15550102002')).body.error.code, 131047)
  assert.equal((await world.send('+15550102002', template('hello_world'))).status, 200)
  await world.control('PATCH', 'settings', { enforce_window: 'async' })
})

test('templates are rendered with their values', async () => {
  const sent = await world.send(
    '+15550101001',
    template('order_shipped', [body(text('Ada'), text('4711')), track]),
  )
  assert.equal(sent.body.messages[0].message_status, 'accepted')
  const { rendered } = (await world.message(sent.body.messages[0].id)) ?? {}
  assert.deepEqual(rendered, {
    body: 'Hello Ada, your order 4711 is on its way to you.',
    buttons: [{ type: 'url', text: 'Track', url: 'https://example.com/t/4711' }],
  })
  const named = [
    body(
      text('10:30', { parameter_name: 'time' }),
      text('Ada', { parameter_name: 'first_name' }),
      text('Tuesday', { parameter_name: 'day' }),
    ),
  ]
  const reminder = await world.send('+15550101001', template('appointment_reminder', named))
  assert.match(
    (await world.message(reminder.body.messages[0].id))?.rendered.body ?? '',
    /^Hello Ada, .* Tuesday at 10:30 /,
  )
  const header = {
    type: 'header',
    parameters: [{ type: 'image', image: { link: 'https://example.com/a.jpg' } }],
  }
  const offer = await world.send(
    '+15550101001',
    template('weekly_offer', [
      header,
      body(text('Ada')),
      button(0, 'quick_reply', { type: 'payload', payload: 'STOP' }),
    ]),
  )
  assert.deepEqual((await world.message(offer.body.messages[0].id))?.rendered.buttons, [
    { type: 'quick_reply', text: 'Stop offers', id: 'STOP' },
  ])
  const code = await world.send(
    '+15550101001',
    template('login_code', [body(text('123456')), button(0, 'url', text('123456'))]),
  )
  assert.match((await world.message(code.body.messages[0].id))?.rendered.body ?? '', /^\*123456\* is your/)
})

test('what Meta refuses in a template is refused with its code', async () => {
  const shipped = (...components: unknown[]) => template('order_shipped', components)
  const cases: [string, object, number, number][] = [
    ['unknown name', template('nothing'), 404, 132001],
    ['unknown language', template('hello_world', undefined, 'fr'), 404, 132001],
    ['too few values', shipped(body(text('Ada')), track), 400, 132000],
    ['no values', template('order_shipped'), 400, 132000],
    ['value for none', template('hello_world', [body(text('x'))]), 400, 132000],
    ['button without value', shipped(body(text('Ada'), text('1'))), 400, 131008],
    [
      'button of another kind',
      shipped(body(text('Ada'), text('1')), button(0, 'quick_reply', text('x'))),
      400,
      132012,
    ],
    [
      'button that is not there',
      shipped(body(text('Ada'), text('1')), track, button(3, 'url', text('x'))),
      400,
      132018,
    ],
    ['newline', shipped(body(text('A\nB'), text('1')), track), 400, 132018],
    ['five spaces', shipped(body(text('A     B'), text('1')), track), 400, 132018],
    ['too long', shipped(body(text('A'.repeat(1100)), text('1')), track), 400, 132005],
    ['empty value', shipped(body(text(''), text('1')), track), 400, 131008],
    ['image for text', shipped(body({ type: 'image' }, text('1')), track), 400, 132012],
    ['name missing', template('appointment_reminder', [body(text('a'), text('b'), text('c'))]), 400, 100],
    ['header missing', template('weekly_offer', [body(text('Ada'))]), 400, 132012],
    ['components no list', template('hello_world', {}), 400, 100],
  ]
  for (const [what, message, status, code] of cases) {
    const answer = await world.send('+15550101001', message as Record<string, unknown>)
    assert.deepEqual([what, answer.status, answer.body.error?.code], [what, status, code])
  }
  const older = await world.call(
    'POST',
    `/v22.0/${first}/messages`,
    { messaging_product: 'whatsapp', to: '+15550101001', ...shipped(body(text('A\nB'), text('1')), track) },
    'EAAsandbox0000000000000000000001',
  )
  assert.equal(older.body.error.code, 132012)
  const four = shipped(body(text('A    B'), text('1')), track)
  assert.equal((await world.send('+15550101001', four)).status, 200)
})

test('paused and disabled templates are not sent', async () => {
  const id = '910100200300401'
  for (const [status, code] of [
    ['PAUSED', 132015],
    ['DISABLED', 132016],
    ['PENDING', 132001],
  ] as const) {
    await world.control('PATCH', `templates/${id}`, { status })
    assert.equal((await world.send('+15550101001', template('hello_world'))).body.error.code, code)
  }
  await world.control('PATCH', `templates/${id}`, { status: 'APPROVED' })
  const events = () => world.receiver.got.map(one => one.value?.event).filter(Boolean)
  await until(() => events().length >= 4)
  assert.deepEqual(events().slice(-4), ['PAUSED', 'DISABLED', 'PENDING', 'APPROVED'])
})

test('what Meta refuses in an envelope is refused with its code', async () => {
  const cases: [string, object, number][] = [
    ['product', { messaging_product: 'sms' }, 100],
    ['type', { type: 'telegram' }, 100],
    ['no recipient', { to: undefined }, 100],
    ['no number', { to: 'Ada' }, 131009],
    ['own number', { to: '+1 555-010-0001' }, 131021],
    ['group', { recipient_type: 'group' }, 131041],
    ['no text', { text: undefined }, 131008],
    ['empty text', { text: { body: '' } }, 100],
    ['long text', { text: { body: 'x'.repeat(4097) } }, 100],
    ['long callback data', { biz_opaque_callback_data: 'x'.repeat(513) }, 100],
    ['context', { context: 'x' }, 100],
    ['image without source', { type: 'image', image: {} }, 131008],
    ['image with both', { type: 'image', image: { id: '1', link: 'https://example.com/' } }, 131009],
    ['location', { type: 'location', location: { latitude: 1 } }, 131008],
    [
      'interactive',
      { type: 'interactive', interactive: { type: 'button', body: { text: 'x' }, action: { buttons: [] } } },
      131009,
    ],
    ['user id', { to: undefined, recipient: 'nobody' }, 131009],
  ]
  for (const [what, change, code] of cases) {
    const answer = await world.send('+15550101001', { text: { body: 'x' }, ...change })
    assert.deepEqual([what, answer.body.error?.code], [what, code])
  }
  const broken = await world.graph('POST', `${first}/messages`, '{"messaging_product":')
  assert.deepEqual([broken.status, broken.body.error.code], [400, 100])
  await world.control('PATCH', 'settings', { strict_fields: true })
  const strict = await world.send('+15550101001', { text: { body: 'x' }, unknown_field: 1 })
  assert.match(strict.body.error.message, /Unexpected key "unknown_field"/)
  await world.control('PATCH', 'settings', { strict_fields: false })
})

test('a person without a phone number is reached by user id', async () => {
  await world.write('US.1000200030004003', 'Hi, I use a username')
  const inbound = await until(() =>
    world.receiver.got.find(one => one.item?.from_user_id === 'US.1000200030004003'),
  )
  assert.deepEqual(inbound.value.contacts, [
    { profile: { name: 'Zoe', username: 'zoe' }, user_id: 'US.1000200030004003' },
  ])
  assert.equal('from' in inbound.item, false)
  const recipient = 'US.1000200030004003'
  const { body: answer } = await world.send('', { to: undefined, recipient, text: { body: 'Hello Zoe' } })
  assert.deepEqual(answer.contacts, [{ input: recipient, user_id: recipient }])
  await until(() => world.receiver.statuses(answer.messages[0].id).length === 3)
  for (const status of world.receiver.statuses(answer.messages[0].id)) {
    assert.deepEqual(['recipient_id' in status, status.recipient_user_id], [false, recipient])
  }
  const code = template('login_code', [body(text('123456')), button(0, 'url', text('123456'))])
  assert.equal((await world.send('', { to: undefined, recipient, ...code })).body.error.code, 131062)
})

test('read receipts mark what came before, and typing is told', async () => {
  const one = (await world.write('15550101002', 'one')).body
  const two = (await world.write('15550101002', 'two')).body
  const mark = (message_id: string, more = {}) =>
    world.graph('POST', `${first}/messages`, {
      messaging_product: 'whatsapp',
      status: 'read',
      message_id,
      ...more,
    })
  assert.deepEqual((await mark(two.id, { typing_indicator: { type: 'text' } })).body, { success: true })
  assert.equal((await world.message(one.id))?.status, 'read')
  assert.equal((await mark('wamid.nothing')).body.error.code, 131009)
  assert.equal((await mark(two.id, { typing_indicator: { type: 'voice' } })).body.error.code, 100)
})
