import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startTestWorld, until, type Wire } from '../testWorld.ts'

let world: Awaited<ReturnType<typeof startTestWorld>>
before(async () => {
  world = await startTestWorld({ enforce_rates: false, enforce_window: 'off' })
  await world.subscribe()
})
after(() => world.close())

const to = '+15550101001'
const send = async (more: object) => (await world.send(to, more as Record<string, unknown>)).body
const codeOf = async (more: object) => (await send(more)).error?.code ?? 0
const interactive = (type: string, action: unknown, more: object = {}) => ({
  type: 'interactive',
  interactive: { type, body: { text: 'Choose' }, action, ...more },
})
const x = (count: number) => 'x'.repeat(count)
const smiles = (count: number) => '👍'.repeat(count)
const link = 'https://example.com/a.jpg'

const reply = (id: string, title = id) => ({ type: 'reply', reply: { id, title } })
const button = (...buttons: unknown[]) => interactive('button', { buttons })
const rows = (count: number, from = 0) =>
  Array.from({ length: count }, (_, at) => ({ id: `r${from + at}`, title: `Row ${at}` }))
const list = (...sections: unknown[]) => interactive('list', { button: 'Open', sections })
const flow = (parameters: object) =>
  interactive('flow', {
    name: 'flow',
    parameters: { flow_message_version: '3', flow_cta: 'Book', ...parameters },
  })
const cta = (parameters: object, more: object = {}) =>
  interactive('cta_url', { name: 'cta_url', parameters }, more)
const voiceCall = (parameters: object) => interactive('voice_call', { name: 'voice_call', parameters })
const address = (parameters: object) =>
  interactive('address_message', { name: 'address_message', parameters })
const products = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ product_retailer_id: `sku-${at}` }))
const productList = (sections: unknown, header: unknown = { type: 'text', text: 'Bread' }) =>
  interactive('product_list', { catalog_id: '4', sections }, { header })
const urlAction = { name: 'cta_url', parameters: { display_text: 'See', url: 'https://example.com/' } }
const quick = (id: string) => ({ type: 'quick_reply', quick_reply: { id, title: id } })
const card = (card_index: number, more: object = {}) => ({
  card_index,
  type: 'cta_url',
  header: { type: 'image', image: { link } },
  body: { text: 'Fresh' },
  action: urlAction,
  ...more,
})
const carousel = (...cards: unknown[]) => interactive('carousel', { cards })
const productCard = (card_index: number, catalog_id = '4') => ({
  card_index,
  type: 'product',
  action: { product_retailer_id: `sku-${card_index}`, catalog_id },
})
const contact = (more: object = {}) => ({ name: { formatted_name: 'Bea', first_name: 'Bea' }, ...more })

const good: Record<string, object> = {
  image: { type: 'image', image: { link, caption: smiles(1024) } },
  audio: { type: 'audio', audio: { link, voice: true } },
  document: { type: 'document', document: { link, filename: 'a.pdf' } },
  'unknown properties': { type: 'sticker', sticker: { link, colour: 'red' } },
  location: { type: 'location', location: { latitude: '10.5', longitude: -66.9, name: 'Here' } },
  contacts: { type: 'contacts', contacts: [contact({ phones: [{ phone: '+1' }], birthday: '1990-12-31' })] },
  '257 contacts': { type: 'contacts', contacts: Array.from({ length: 257 }, () => contact()) },
  'three buttons': button(reply(x(256), smiles(20)), reply('b'), reply('c')),
  'ten rows': list({ title: 'A', rows: rows(5) }, { title: smiles(24), rows: rows(5, 5) }),
  'long list body': interactive(
    'list',
    { button: 'Open', sections: [{ rows: rows(1) }] },
    { body: { text: x(4096) } },
  ),
  'header and footer': {
    type: 'interactive',
    interactive: {
      ...button(reply('a')).interactive,
      header: { type: 'document', document: { link, filename: 'a.pdf' } },
      footer: { text: x(60) },
    },
  },
  cta_url: cta({ display_text: x(20), url: 'http://example.com/?a=1' }),
  flow: flow({ flow_id: '1', flow_action_payload: { screen: 'A', data: { a: 1 } } }),
  'flow by name': flow({ flow_name: 'visit', flow_action: 'data_exchange', mode: 'draft' }),
  'product without body': {
    type: 'interactive',
    interactive: { type: 'product', action: { catalog_id: '4', product_retailer_id: 'sku' } },
  },
  product_list: productList([
    { title: 'A', product_items: products(15) },
    { title: 'B', product_items: products(15) },
  ]),
  catalog: interactive('catalog_message', { name: 'catalog_message' }),
  location_request: interactive('location_request_message', { name: 'send_location' }),
  address: address({ country: 'IN', values: { name: 'Ada' } }),
  'permission without body': {
    type: 'interactive',
    interactive: { type: 'call_permission_request', action: { name: 'call_permission_request' } },
  },
  voice_call: voiceCall({ display_text: 'Call', ttl_minutes: 43_200, payload: x(512) }),
  'voice_call alone': interactive('voice_call', { name: 'voice_call' }),
  carousel: carousel(card(0), card(1)),
  'carousel with replies': carousel(
    card(0, { action: { buttons: [quick('a')] } }),
    card(1, { action: { buttons: [quick('b')] } }),
  ),
  'carousel of products': carousel(productCard(0), productCard(1)),
  request_contact_info: interactive('request_contact_info', { name: 'request_contact_info' }),
  contact_request: interactive('contact_request', { name: 'contact_request' }),
}

test('good messages of every kind are accepted', async () => {
  for (const [name, message] of Object.entries(good)) {
    const answer = await send(message)
    assert.ok(answer.messages, `${name}: ${JSON.stringify(answer)}`)
  }
})

const bad: [name: string, message: object, code: number][] = [
  ['neither id nor link', { type: 'image', image: {} }, 131008],
  ['both', { type: 'image', image: { id: '1', link } }, 131009],
  ['no url', { type: 'video', video: { link: 'ftp://example.com/a' } }, 131009],
  ['unknown id', { type: 'image', image: { id: '999' } }, 100],
  ['caption', { type: 'image', image: { link, caption: smiles(1025) } }, 131009],
  ['caption of audio', { type: 'audio', audio: { link, caption: 'a' } }, 100],
  ['voice', { type: 'audio', audio: { link, voice: 'yes' } }, 100],
  ['latitude', { type: 'location', location: { latitude: 91, longitude: 0 } }, 131009],
  ['longitude', { type: 'location', location: { latitude: 1 } }, 131008],
  ['no contacts', { type: 'contacts', contacts: [] }, 131009],
  ['258 contacts', { type: 'contacts', contacts: Array.from({ length: 258 }, () => contact()) }, 131009],
  ['no name', { type: 'contacts', contacts: [{ phones: [] }] }, 131008],
  ['birthday', { type: 'contacts', contacts: [contact({ birthday: '31.12.1990' })] }, 131009],
  ['phones', { type: 'contacts', contacts: [contact({ phones: '1' })] }, 100],
  ['no message id', { type: 'reaction', reaction: { emoji: '👍' } }, 131008],
  ['no emoji', { type: 'reaction', reaction: { message_id: 'wamid.1' } }, 131008],
  ['interactive type', interactive('poll', {}), 100],
  ['no action', { type: 'interactive', interactive: { type: 'button', body: { text: 'a' } } }, 131008],
  [
    'no body',
    { type: 'interactive', interactive: { ...button(reply('a')).interactive, body: null } },
    131008,
  ],
  ['no buttons', button(), 131009],
  ['four buttons', button(reply('a'), reply('b'), reply('c'), reply('d')), 131009],
  ['same id', button(reply('a', 'A'), reply('a', 'B')), 131009],
  ['same title', button(reply('a', 'A'), reply('b', 'A')), 131009],
  ['long title', button(reply('a', smiles(21))), 131009],
  ['long id', button(reply(x(257), 'a')), 131009],
  ['no title', button({ type: 'reply', reply: { id: 'a' } }), 131008],
  ['title a number', button({ type: 'reply', reply: { id: 'a', title: 1 } }), 100],
  ['eleven rows', list({ title: 'A', rows: rows(6) }, { title: 'B', rows: rows(5, 6) }), 131009],
  ['eleven sections', list(...Array.from({ length: 11 }, () => ({ title: 'A', rows: rows(1) }))), 131009],
  ['untitled section', list({ title: 'A', rows: rows(1) }, { rows: rows(1, 1) }), 131008],
  ['same row', list({ rows: [...rows(1), ...rows(1)] }), 131009],
  ['long row', list({ rows: [{ id: 'a', title: x(25) }] }), 131009],
  ['long row id', list({ rows: [{ id: x(201), title: 'a' }] }), 131009],
  ['long description', list({ rows: [{ id: 'a', title: 'a', description: x(73) }] }), 131009],
  ['list header', { ...list({ rows: rows(1) }), ...withHeader(list({ rows: rows(1) })) }, 131009],
  ['footer', cta({ display_text: 'a', url: link }, { footer: { text: x(61) } }), 131009],
  ['header text', cta({ display_text: 'a', url: link }, { header: { type: 'text', text: x(61) } }), 131009],
  ['header media', cta({ display_text: 'a', url: link }, { header: { type: 'image', image: {} } }), 131008],
  ['header kind', cta({ display_text: 'a', url: link }, { header: { type: 'audio', audio: {} } }), 131009],
  ['url of a button', cta({ display_text: 'a', url: 'example.com' }), 131009],
  ['flow twice', flow({ flow_id: '1', flow_name: 'a' }), 131009],
  ['no flow', flow({}), 131008],
  ['flow version', flow({ flow_id: '1', flow_message_version: '2' }), 131009],
  ['empty flow data', flow({ flow_id: '1', flow_action_payload: { data: {} } }), 131009],
  ['payload', flow({ flow_id: '1', flow_action: 'data_exchange', flow_action_payload: {} }), 131009],
  [
    '31 products',
    productList([16, 15].map(count => ({ title: 'A', product_items: products(count) }))),
    131009,
  ],
  [
    'untitled shelf',
    productList([{ title: 'A', product_items: products(1) }, { product_items: products(1) }]),
    131008,
  ],
  ['no emoji at all', { type: 'reaction', reaction: { message_id: 'wamid.1', emoji: '-' } }, 131009],
  ['two emoji', { type: 'reaction', reaction: { message_id: 'wamid.1', emoji: '👍👍' } }, 131009],
  ['no such day', { type: 'contacts', contacts: [contact({ birthday: '2001-02-29' })] }, 131009],
  ['no header', productList([{ product_items: products(1) }], null), 131008],
  ['long section', productList([{ title: x(25), product_items: products(1) }]), 131009],
  ['address', address({ country: 'DE' }), 131009],
  ['no country', address({}), 131008],
  ['minutes', voiceCall({ ttl_minutes: 43_201 }), 131009],
  ['payload of a call', voiceCall({ payload: x(513) }), 131009],
  ['one card', carousel(card(0)), 131009],
  ['eleven cards', carousel(...Array.from({ length: 11 }, (_, at) => card(at))), 131009],
  ['card index twice', carousel(card(0), card(0)), 131009],
  ['card body', carousel(card(0, { body: { text: x(161) } }), card(1)), 131009],
  ['line breaks', carousel(card(0, { body: { text: 'a\nb\nc\nd' } }), card(1)), 131009],
  ['mixed headers', carousel(card(0), card(1, { header: { type: 'video', video: { link } } })), 131009],
  ['mixed buttons', carousel(card(0), card(1, { action: { buttons: [quick('a')] } })), 131009],
  ['mixed cards', carousel(card(0), productCard(1)), 131009],
  ['two catalogs', carousel(productCard(0), productCard(1, '5')), 131009],
  ['outer header', { ...carousel(card(0), card(1)), ...withHeader(carousel(card(0), card(1))) }, 131009],
]

function withHeader(message: { interactive: object }) {
  return { interactive: { ...message.interactive, header: { type: 'image', image: { link } } } }
}

test('what Meta documents as wrong is refused with its code', async () => {
  for (const [name, message, code] of bad) {
    assert.equal(await codeOf(message), code, `${name}: ${JSON.stringify((await send(message)).error)}`)
  }
})

test('strict fields reach into the content', async () => {
  await world.control('PATCH', 'settings', { strict_fields: true })
  assert.equal(await codeOf(button({ ...reply('a'), colour: 'red' })), 100)
  assert.equal(await codeOf({ type: 'text', text: { body: 'a', colour: 'red' } }), 100)
  assert.equal(await codeOf({ type: 'text', text: { body: 'a', preview_url: 'true' } }), 100)
  assert.equal(await codeOf(voiceCall({ ttl_minutes: '60' })), 100)
  assert.equal(await codeOf(address({ country: 'IN', values: { colour: 'red' } })), 100)
  assert.equal(await codeOf(button(reply('a'))), 0)
  await world.control('PATCH', 'settings', { strict_fields: false })
})

test('what the phone shows', async () => {
  const shown = async (message: object): Promise<Wire> => {
    const { id } = (await send(message)).messages[0]
    return (await world.message(id))?.rendered
  }
  const cards = await shown(carousel(card(1), card(0, { body: { text: 'First' } })))
  assert.deepEqual(
    cards.cards.map((one: Wire) => one.body),
    ['First', 'Fresh'],
  )
  assert.deepEqual(cards.cards[0].buttons, [{ type: 'url', text: 'See', url: 'https://example.com/' }])
  const listed = await shown(list({ title: 'A', rows: rows(2) }))
  assert.deepEqual(listed.list, { button: 'Open', sections: [{ title: 'A', rows: rows(2) }] })
  assert.deepEqual((await shown(productList([{ product_items: products(2) }]))).products, {
    catalog_id: '4',
    sections: [{ product_retailer_ids: ['sku-0', 'sku-1'] }],
  })
  const place = await shown({ type: 'location', location: { latitude: '10.5', longitude: '1' } })
  assert.deepEqual(place.header.location, { latitude: 10.5, longitude: 1 })
})

test('permission to call is asked for once a day and twice a week', async () => {
  await world.control('PATCH', 'settings', { enforce_rates: true })
  const ask = () =>
    world.send('+15550102222', interactive('call_permission_request', { name: 'call_permission_request' }))
  const codes: number[] = []
  for (const hours of [0, 1, 24, 25, 7 * 24]) {
    await world.control('POST', 'clock', { advance_seconds: hours * 3600 })
    codes.push((await ask()).body.error?.code ?? 0)
  }
  assert.deepEqual(codes, [0, 138009, 0, 138009, 0])
  await world.control('PATCH', 'settings', { enforce_rates: false })
})

test('a reaction to a deleted message fails, a good one is only sent', async () => {
  const written = (await world.write('15550101001', 'hello')).body.id
  const reaction = { type: 'reaction', reaction: { message_id: written, emoji: '👍' } }
  const kept = (await send(reaction)).messages[0].id
  await until(() => world.receiver.statuses(kept).length === 1)
  const revoke = { type: 'revoke', revoke: { original_message_id: written } }
  await world.write('15550101001', undefined, revoke)
  assert.equal((await world.message(written))?.deleted, true)
  const lost = (await send(reaction)).messages[0].id
  const failed = await until(() => world.receiver.statuses(lost)[0])
  assert.deepEqual([failed.status, failed.errors[0].code], ['failed', 131009])
  assert.deepEqual(
    world.receiver.statuses(kept).map(one => one.status),
    ['sent'],
  )
})
