// Meta's documented limits, one by one: at the limit it passes, one beyond it is refused, and the path says where.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { interactives } from '../documentedInteractive.ts'
import { checkContent, type KindName } from './checkContent.ts'

type Json = Record<string, unknown>

const paths = (kind: KindName, body: unknown) => checkContent(kind, body).map(issue => issue.param)

/** The documented example of that type with the value at a path replaced. */
function changed(name: string, path: string, value: unknown): Json {
  const interactive = structuredClone(interactives[name]) as unknown as Json
  const steps = path.split('.')
  const last = steps.pop() as string
  const holder = steps.reduce<Json>((inner, step) => inner[step] as Json, interactive)
  if (value === undefined) delete holder[last]
  else holder[last] = value
  return { interactive }
}

const spelled = (path: string) => `interactive.${path}`.replace(/\.(\d+)/g, '[$1]')

/** 😀 is one character of Meta's and two units of JavaScript's. */
const lengths: [name: string, path: string, most: number][] = [
  ['button', 'body.text', 1024],
  ['button', 'footer.text', 60],
  ['button', 'action.buttons.0.reply.id', 256],
  ['button', 'action.buttons.0.reply.title', 20],
  ['list', 'body.text', 4096],
  ['list', 'header.text', 60],
  ['list', 'action.button', 20],
  ['list', 'action.sections.0.title', 24],
  ['list', 'action.sections.0.rows.0.id', 200],
  ['list', 'action.sections.0.rows.0.title', 24],
  ['list', 'action.sections.0.rows.0.description', 72],
  ['cta_url', 'action.parameters.display_text', 20],
  ['product_list', 'action.sections.0.title', 24],
  ['catalog_message', 'body.text', 1024],
  ['location_request_message', 'body.text', 1024],
  ['voice_call', 'action.parameters.display_text', 20],
  ['voice_call', 'action.parameters.payload', 512],
  ['carousel of pictures', 'action.cards.0.body.text', 160],
  ['carousel of pictures', 'action.cards.0.action.parameters.display_text', 20],
]

for (const [name, path, most] of lengths) {
  test(`${name}: ${path} has at most ${most} characters`, () => {
    assert.deepEqual(checkContent('interactive', changed(name, path, '😀'.repeat(most))), [])
    const [issue, ...more] = checkContent('interactive', changed(name, path, '😀'.repeat(most + 1)))
    assert.equal(issue?.param, spelled(path))
    assert.match(issue.message, /must have at most [\d,]+ characters, but has [\d,]+\.$/)
    assert.deepEqual(more, [])
  })
}

const replies = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ type: 'reply', reply: { id: `${i}`, title: `${i}` } }))
const rows = (count: number, from = 0) =>
  Array.from({ length: count }, (_, i) => ({ id: `${from + i}`, title: 'x' }))
const items = (count: number) => Array.from({ length: count }, (_, i) => ({ product_retailer_id: `${i}` }))
const image = { type: 'image', image: { id: '1' } }
const url = { name: 'cta_url', parameters: { display_text: 'x', url: 'https://example.com' } }
const card = (card_index: number, more: object = {}) => ({
  ...{ card_index, type: 'cta_url', header: image, action: url },
  ...more,
})
const cards = (count: number) => Array.from({ length: count }, (_, i) => card(i))
const quick = (count: number) => ({
  action: {
    buttons: Array.from({ length: count }, (_, i) => ({
      type: 'quick_reply',
      quick_reply: { id: `${i}`, title: `${i}` },
    })),
  },
})

/** What replaces the value at a path, and the paths of the problems that this makes. */
const cases: [name: string, path: string, value: unknown, problems: string[]][] = [
  ['button', 'action.buttons', replies(3), []],
  ['button', 'action.buttons', replies(4), ['action.buttons']],
  ['button', 'action.buttons', [], ['action.buttons']],
  ['button', 'action.buttons.1.reply.id', 'yes', ['action.buttons.1.reply.id']],
  ['button', 'action.buttons.1.reply.title', 'Yes', ['action.buttons.1.reply.title']],
  ['button', 'body', undefined, ['body']],
  ['button', 'header', { type: 'text', text: 'x' }, []],
  ['button', 'header', { type: 'video', video: { link: 'https://example.com' } }, []],
  ['button', 'header', { type: 'document', document: { id: '1', filename: 'a.pdf' } }, []],
  ['button', 'header', { type: 'audio', audio: { id: '1' } }, ['header.type']],
  ['button', 'header', { type: 'image', image: {} }, ['header.image.id']],
  ['button', 'header', { type: 'image', image: { id: '1', link: 'https://a.b' } }, ['header.image.link']],
  ['button', 'header', { type: 'image', image: { link: 'ftp://a.b/c' } }, ['header.image.link']],
  ['list', 'header', image, ['header.text', 'header.type', 'header.image']],
  ['list', 'action.sections', [{ rows: rows(10) }], []],
  ['list', 'action.sections', [{ rows: rows(11) }], ['action.sections.0.rows', 'action.sections']],
  [
    'list',
    'action.sections',
    [
      { title: 'a', rows: rows(6) },
      { title: 'b', rows: rows(5, 6) },
    ],
    ['action.sections'],
  ],
  ['list', 'action.sections.1.title', undefined, ['action.sections.1.title']],
  ['list', 'action.sections.1.title', '', ['action.sections.1.title']],
  ['list', 'action.sections', [{ title: '', rows: rows(1) }], []],
  ['list', 'action.sections.1.rows.0.id', 'pp-1', ['action.sections.1.rows.0.id']],
  ['product', 'header', image, ['header']],
  ['product', 'body', undefined, []],
  ['product_list', 'header', undefined, ['header']],
  ['product_list', 'action.sections', [{ product_items: items(30) }], []],
  [
    'product_list',
    'action.sections',
    [
      { title: 'a', product_items: items(20) },
      { title: 'b', product_items: items(11) },
    ],
    ['action.sections'],
  ],
  ['catalog_message', 'header', image, ['header']],
  ['catalog_message', 'action.parameters', undefined, []],
  ['location_request_message', 'footer', { text: 'x' }, ['footer']],
  ['call_permission_request', 'body', undefined, []],
  ['voice_call', 'action.parameters', undefined, []],
  ['voice_call', 'action.parameters.ttl_minutes', 43_200, []],
  ['voice_call', 'action.parameters.ttl_minutes', 43_201, ['action.parameters.ttl_minutes']],
  ['voice_call', 'action.parameters.ttl_minutes', 0, ['action.parameters.ttl_minutes']],
  ['address_message', 'action.parameters.country', undefined, ['action.parameters.country']],
  ['flow', 'action.parameters.flow_name', 'times', ['action.parameters.flow_name']],
  ['flow', 'action.parameters.flow_id', undefined, ['action.parameters.flow_id']],
  ['flow', 'action.parameters.flow_message_version', 3, ['action.parameters.flow_message_version']],
  ['flow', 'action.parameters.flow_action', 'data_exchange', ['action.parameters.flow_action_payload']],
  ['flow', 'action.parameters.flow_action_payload.data', {}, ['action.parameters.flow_action_payload.data']],
  ['carousel of pictures', 'action.cards', cards(10), []],
  ['carousel of pictures', 'action.cards', cards(1), ['action.cards']],
  ['carousel of pictures', 'action.cards.1.card_index', 0, ['action.cards.1.card_index']],
  ['carousel of pictures', 'action.cards.0.body.text', 'a\nb\nc', []],
  ['carousel of pictures', 'action.cards.0.body.text', 'a\nb\r\nc\nd', ['action.cards.0.body.text']],
  ['carousel of pictures', 'action.cards', [card(0, quick(2)), card(1, quick(2))], []],
  ['carousel of pictures', 'action.cards', [card(0, quick(2)), card(1, quick(1))], ['action.cards.1.action']],
  ['carousel of pictures', 'action.cards', [card(0), card(1, quick(1))], ['action.cards.1.action']],
  [
    'carousel of pictures',
    'action.cards.1.header',
    { type: 'video', video: { id: '1' } },
    ['action.cards.1.header.type'],
  ],
  ['carousel of pictures', 'footer', { text: 'x' }, ['footer']],
  ['carousel of products', 'action.cards.1.action.catalog_id', '2', ['action.cards.1.action.catalog_id']],
  ['request_contact_info', 'type', 'contact_request', []],
  ['button', 'surprise', 1, ['surprise']],
]

for (const [name, path, value, problems] of cases) {
  const shown = JSON.stringify(value)?.slice(0, 50) ?? 'left out'
  test(`${name}: ${path} is ${shown}: ${problems.length === 0 ? 'fine' : problems.join()}`, () => {
    assert.deepEqual(paths('interactive', changed(name, path, value)), problems.map(spelled))
  })
}

const others: [kind: KindName, body: Json, problems: string[]][] = [
  ['text', { text: '😀'.repeat(4096) }, []],
  ['text', { text: '😀'.repeat(4097) }, ['text']],
  ['media', { type: 'image', link: 'http://example.com/a.jpg', caption: 'ä'.repeat(1024) }, []],
  ['media', { type: 'image', media_id: '1', caption: 'ä'.repeat(1025) }, ['caption']],
  ['media', { type: 'image' }, ['media_id']],
  ['media', { type: 'image', media_id: '1', link: 'https://example.com' }, ['link']],
  ['media', { type: 'audio', media_id: '1', voice: true }, []],
  ['media', { type: 'audio', media_id: '1', caption: 'x' }, ['caption']],
  ['media', { type: 'sticker', media_id: '1', caption: 'x' }, ['caption']],
  ['media', { type: 'image', media_id: '1', voice: true, filename: 'a.jpg' }, ['filename', 'voice']],
  ['location', { location: { latitude: 90, longitude: '-180' } }, []],
  [
    'location',
    { location: { latitude: 90.1, longitude: '-180.1' } },
    ['location.latitude', 'location.longitude'],
  ],
  ['location', { location: { latitude: 'north' } }, ['location.longitude', 'location.latitude']],
  ['contacts', { contacts: [] }, ['contacts']],
  ['contacts', { contacts: Array(257).fill({ name: { formatted_name: 'x' } }) }, []],
  ['contacts', { contacts: Array(258).fill({ name: { formatted_name: 'x' } }) }, ['contacts']],
  ['contacts', { contacts: [{ name: { first_name: 'x' } }] }, ['contacts[0].name.formatted_name']],
  [
    'contacts',
    { contacts: [{ name: { formatted_name: 'x' }, birthday: '2001-02-29' }] },
    ['contacts[0].birthday'],
  ],
  ['reaction', { message_id: 'wamid.x', emoji: '👩‍👩‍👧‍👦' }, []],
  ['reaction', { message_id: 'wamid.x', emoji: '' }, []],
  ['reaction', { message_id: 'wamid.x', emoji: '👍👍' }, ['emoji']],
  ['reaction', { message_id: 'wamid.x', emoji: 'ok' }, ['emoji']],
  ['reaction', { message_id: 'wamid.x', emoji: '1' }, ['emoji']],
  ['reaction', { message_id: 'wamid.x' }, ['emoji']],
]

for (const [kind, body, problems] of others) {
  test(`${kind}: ${JSON.stringify(body).slice(0, 70)}: ${problems.length === 0 ? 'fine' : problems.join()}`, () => {
    assert.deepEqual(paths(kind, body), problems)
  })
}

test('schema and rules speak at once, and of every place', () => {
  const interactive = {
    type: 'list',
    body: { text: '' },
    action: { button: 'x', sections: [{ rows: rows(6) }, { titel: 'b', rows: rows(5) }] },
  }
  const found = checkContent('interactive', { interactive, txt: 'x' })
  assert.deepEqual(
    found.map(issue => issue.param),
    [
      'interactive.body.text',
      'interactive.action.sections[1].titel',
      'txt',
      'interactive.action.sections[0].title',
      'interactive.action.sections[1].title',
      'interactive.action.sections',
      ...[0, 1, 2, 3, 4].map(i => `interactive.action.sections[1].rows[${i}].id`),
    ],
  )
  assert.match(found[1]?.message ?? '', /did you mean `title`\?$/)
})
