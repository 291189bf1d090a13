// Generators for Meta's interactive object, one for each of its types.

import fc from 'fast-check'
import { differing, id, mediaFile, record, text, url } from './arbitraryParts.fixture.ts'

type Json = Record<string, unknown>

const is = <T>(value: T) => fc.constant(value)
const body = (most = 1024) => record({ text: text(most) })
const footer = record({ text: text(60) })
const textHeader = record({ type: is('text'), text: text(60) })
const fileHeader = (type: string) => mediaFile('id').map((file): Json => ({ type, [type]: file }))
const header = fc.oneof(
  textHeader,
  fileHeader('image'),
  fileHeader('video'),
  mediaFile('id').map((file): Json => ({ type: 'document', document: { ...file, filename: 'a.pdf' } })),
)

const urlAction = record({
  name: is('cta_url'),
  parameters: record({ display_text: text(20), url }),
})

const button = fc.integer({ min: 1, max: 3 }).chain(count =>
  fc.tuple(differing(count, 256), differing(count, 20)).chain(([ids, titles]) =>
    record(
      {
        type: is('button'),
        body: body(),
        action: is({
          buttons: ids.map((one, i) => ({ type: 'reply', reply: { id: one, title: titles[i] } })),
        }),
      },
      { header, footer },
    ),
  ),
)

/** How many rows each section has: at most `most` in all. */
const shares = (most: number) =>
  fc
    .array(fc.integer({ min: 1, max: most }), { minLength: 1, maxLength: 10 })
    .map(counts => counts.filter((_, i) => sum(counts.slice(0, i + 1)) <= most))
    .map(counts => (counts.length === 0 ? [most] : counts))

const sum = (counts: number[]) => counts.reduce((all, one) => all + one, 0)

const row = (at: string) =>
  record({ id: id(190).map(one => `${one}${at}`), title: text(24) }, { description: text(72) })

function section(name: string, count: number, first: boolean, item: (at: string) => fc.Arbitrary<Json>) {
  const items = fc.tuple(...Array.from({ length: count }, (_, i) => item(`.${i}`)))
  return first ? record({ [name]: items }, { title: text(24) }) : record({ [name]: items, title: text(24) })
}

function sections(name: string, most: number, item: (at: string) => fc.Arbitrary<Json>) {
  return shares(most).chain(counts =>
    fc.tuple(...counts.map((count, s) => section(name, count, counts.length === 1, at => item(`${s}${at}`)))),
  )
}

const list = record(
  {
    type: is('list'),
    body: body(4096),
    action: record({ button: text(20), sections: sections('rows', 10, row) }),
  },
  { header: textHeader, footer },
)

const ctaUrl = record({ type: is('cta_url'), body: body(), action: urlAction }, { header, footer })

const flowParameters = fc
  .tuple(
    record(
      { flow_message_version: is('3'), flow_cta: text(30) },
      { mode: fc.constantFrom('published', 'draft'), flow_token: text(40) },
    ),
    fc.oneof(is({ flow_id: '900100200300400' }), is({ flow_name: 'times' })),
    fc.oneof(
      is({}),
      is({ flow_action: 'data_exchange' }),
      record(
        { flow_action_payload: record({}, { screen: is('FIRST'), data: is({ a: 1 }) }) },
        { flow_action: is('navigate') },
      ),
    ),
  )
  .map(([base, which, action]) => ({ ...base, ...which, ...action }))

const flow = record(
  { type: is('flow'), body: body(), action: record({ name: is('flow'), parameters: flowParameters }) },
  { header, footer },
)

const product = record(
  { type: is('product'), action: record({ catalog_id: id(20), product_retailer_id: id(40) }) },
  { body: body(), footer },
)

const productList = record(
  {
    type: is('product_list'),
    header: textHeader,
    body: body(),
    action: record({
      catalog_id: id(20),
      sections: sections('product_items', 30, at =>
        record({ product_retailer_id: id(40).map(one => `${one}${at}`) }),
      ),
    }),
  },
  { footer },
)

const catalog = record(
  {
    type: is('catalog_message'),
    body: body(),
    action: record(
      { name: is('catalog_message') },
      { parameters: record({ thumbnail_product_retailer_id: id(40) }) },
    ),
  },
  { footer },
)

const asking = (type: string, name: string) => record({ type: is(type), body: body(), action: is({ name }) })

const addressFields = record(
  {},
  { name: text(30), in_pin_code: is('400063'), city: text(30), state: text(30) },
)

const address = record({
  type: is('address_message'),
  body: body(),
  action: record({
    name: is('address_message'),
    parameters: record(
      { country: is('IN') },
      {
        values: addressFields,
        saved_addresses: fc.array(record({ id: id(20), value: addressFields }), {
          minLength: 1,
          maxLength: 2,
        }),
        validation_errors: addressFields,
      },
    ),
  }),
})

const callPermission = record(
  { type: is('call_permission_request'), action: is({ name: 'call_permission_request' }) },
  { body: body() },
)

const voiceCall = record({
  type: is('voice_call'),
  body: body(),
  action: record(
    { name: is('voice_call') },
    {
      parameters: record(
        {},
        {
          display_text: text(20),
          ttl_minutes: fc.constantFrom(1, 60, 43_200),
          payload: text(512),
        },
      ),
    },
  ),
})

const quickReplies = (count: number) =>
  fc.tuple(differing(count, 20), differing(count, 20)).map(
    ([ids, titles]): Json => ({
      buttons: ids.map((one, i) => ({
        type: 'quick_reply',
        quick_reply: { id: one, title: titles[i] },
      })),
    }),
  )

const mediaCards = fc
  .tuple(
    fc.integer({ min: 2, max: 10 }),
    fc.constantFrom('image', 'video'),
    fc.constantFrom(urlAction, quickReplies(1), quickReplies(2)),
  )
  .chain(([count, type, action]) =>
    fc.tuple(
      ...Array.from({ length: count }, (_, card_index) =>
        record(
          { card_index: is(card_index), type: is('cta_url'), header: fileHeader(type), action },
          { body: fc.oneof(record({ text: text(160) }), is({ text: 'one\ntwo\nthree' })) },
        ),
      ),
    ),
  )

const productCards = fc.tuple(fc.integer({ min: 2, max: 10 }), id(20)).map(([count, catalog_id]) =>
  Array.from({ length: count }, (_, card_index) => ({
    card_index,
    type: 'product',
    action: { product_retailer_id: `p-${card_index}`, catalog_id },
  })),
)

const carousel = record({
  type: is('carousel'),
  body: body(),
  action: record({ cards: fc.oneof(mediaCards, productCards) }),
})

export const interactiveMessage: fc.Arbitrary<Json> = fc.oneof(
  button,
  list,
  ctaUrl,
  flow,
  product,
  productList,
  catalog,
  carousel,
  asking('location_request_message', 'send_location'),
  asking('request_contact_info', 'request_contact_info'),
  address,
  callPermission,
  voiceCall,
)
