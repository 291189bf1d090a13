// Generators for the content of every kind of message: bodies that Meta's documentation allows, up to the very limits.
// For property tests here and for holding the simulator against the validator.

import fc from 'fast-check'
import { interactiveMessage } from './arbitraryInteractive.fixture.ts'
import { emoji, id, mediaFile, record, text, url } from './arbitraryParts.fixture.ts'
import type { KindName } from './checkContent.ts'

export type Body = Record<string, unknown>

const name = record(
  { formatted_name: text(60) },
  { first_name: text(20), last_name: text(20), prefix: text(5) },
)

const card = record(
  { name },
  {
    phones: fc.array(
      record(
        {},
        { phone: fc.constant('+1 555 010 1002'), type: text(10), wa_id: fc.constant('15550101002') },
      ),
      {
        maxLength: 3,
      },
    ),
    emails: fc.array(record({}, { email: fc.constant('ben@example.com'), type: text(10) }), { maxLength: 2 }),
    addresses: fc.array(record({}, { street: text(30), city: text(20), country_code: fc.constant('DE') }), {
      maxLength: 2,
    }),
    org: record({}, { company: text(20), department: text(20), title: text(20) }),
    urls: fc.array(record({}, { url, type: text(10) }), { maxLength: 2 }),
    birthday: fc.constantFrom('2000-02-29', '1987-12-31'),
  },
)

const degrees = (most: number) =>
  fc.oneof(
    fc.double({ min: -most, max: most, noNaN: true }),
    fc.integer({ min: -most, max: most }),
    fc.integer({ min: -most * 10, max: most * 10 }).map(tenths => String(tenths / 10)),
  )

const captioned = { caption: text(1024) }

const mediaMessage = fc.oneof(
  mediaFile('media_id').chain(file =>
    fc.constantFrom('image', 'video').chain(type => withMore({ type, ...file }, captioned)),
  ),
  mediaFile('media_id').chain(file =>
    withMore({ type: 'document', ...file }, { ...captioned, filename: fc.constant('a.pdf') }),
  ),
  mediaFile('media_id').chain(file => withMore({ type: 'audio', ...file }, { voice: fc.boolean() })),
  mediaFile('media_id').map(file => ({ type: 'sticker', ...file })),
)

function withMore(base: Body, more: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Body> {
  return record({}, more).map(rest => ({ ...base, ...rest }))
}

/** The fields of each kind's own, as the call takes them. Every one of these passes checkContent. */
export const validBodies: Record<KindName, fc.Arbitrary<Body>> = {
  text: record({ text: text(4096) }, { preview_url: fc.boolean() }),
  media: mediaMessage,
  interactive: record({ interactive: interactiveMessage }),
  location: record({
    location: record(
      { latitude: degrees(90), longitude: degrees(180) },
      { name: text(60), address: text(60) },
    ),
  }),
  contacts: record({
    contacts: fc.oneof(
      { weight: 20, arbitrary: fc.array(card, { minLength: 1, maxLength: 4 }) },
      { weight: 1, arbitrary: card.map(one => Array.from({ length: 257 }, () => one)) },
    ),
  }),
  reaction: record({ message_id: id(100).map(rest => `wamid.${rest}`), emoji }),
}

export const anyBody: fc.Arbitrary<{ kind: KindName; body: Body }> = fc
  .constantFrom(...(Object.keys(validBodies) as KindName[]), 'interactive', 'interactive', 'media')
  .chain(kind => validBodies[kind as KindName].map(body => ({ kind: kind as KindName, body })))
