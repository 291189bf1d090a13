// A good body with one thing changed: something left out, doubled, lengthened, put where it does not belong, or of a value
// that is just not right. Often it is bad now, but it need not be.

import fc from 'fast-check'
import { anyBody, type Body } from './arbitrary.fixture.ts'
import type { KindName } from './checkContent.ts'

const CHANGES = [
  ...(['drop', 'unknown', 'wrong_type', 'lengthen', 'empty', 'repeat', 'replace'] as const),
  ...(['odd', 'graft'] as const),
]
export type Change = (typeof CHANGES)[number]

export const changedBody: fc.Arbitrary<{ kind: KindName; body: Body; change: Change; param: string }> = fc
  .tuple(anyBody, fc.constantFrom(...CHANGES), fc.nat(), fc.nat())
  .map(([{ kind, body }, change, where, how]) => {
    const copy = structuredClone(body)
    const spots = spotsIn(copy, '')
    const spot = spots[where % spots.length]
    if (spot) CHANGE[change](spot, how)
    return { kind, body: copy, change, param: spot?.param ?? '' }
  })

type Spot = { holder: Body | unknown[]; key: string | number; value: unknown; param: string }

function spotsIn(value: unknown, path: string): Spot[] {
  if (typeof value !== 'object' || value === null) return []
  const inside = Array.isArray(value)
    ? value.map((item, key) => ({ holder: value, key, value: item, param: `${path}[${key}]` }))
    : Object.entries(value).map(([key, item]) => ({
        holder: value as Body,
        key,
        value: item,
        param: path === '' ? key : `${path}.${key}`,
      }))
  return inside.flatMap(spot => [spot, ...spotsIn(spot.value, spot.param)])
}

const JUNK = [null, true, 7, -1.5, 'junk', '', [], {}, [null], { type: 'x' }]
const WORDS = ['reply', 'image', 'text', 'cta_url', 'https://', '', '-', '0', '91', '2001-02-29', '👍👍']

/** Values that are nearly right, by the field that they stand in. */
const ODD: Record<string, unknown[]> = {
  url: [
    ...['https://', 'https://a b.com', 'ftp://example.com/x', 'https://[x', 'https://a:b/', 'example.com'],
    ...['HTTPS://EXAMPLE.COM', 'https://example.com/ü?x=[1]', '//example.com', 'javascript:alert(1)'],
  ],
  birthday: ['2001-02-29', '1990-1-1', '0000-00-00', '1990-12-31T00:00:00Z', '2000-02-29', '31.12.1990'],
  degrees: ['1e1', '0x10', ' 1', '-', '90.0001', '-180.5', '.5', '5.', 'NaN', '+7', 90, -90.5, 180, 1e300],
  emoji: ['-', '👍👍', '\u200d', '1', '🏽', '🇩', 'a👍', '☝', '©', '🫨', '#', '#️⃣', '👍 ', 'é', '☝\u0301'],
  text: [
    ' ',
    '\n',
    '\t \t',
    'x\n\n\ny',
    'a\r\nb\r\nc\r\nd',
    '\u2028',
    '𝒳'.repeat(20),
    '\u0000',
    '\ud800',
    '\u202e',
  ],
  number: [-1, 0, 9, 10, 0.5, 43_200, 43_201, 1e300, -0, '3'],
}

function oddFor({ key, value }: Spot): unknown[] {
  if (key === 'url' || key === 'link') return ODD.url as unknown[]
  if (key === 'latitude' || key === 'longitude') return ODD.degrees as unknown[]
  if (typeof value === 'number') return ODD.number as unknown[]
  return ODD[String(key)] ?? (ODD.text as unknown[])
}

/** Fields of other kinds of messages, and of other parts of this one. */
const GRAFTS: [name: string, value: unknown][] = [
  ['header', { type: 'text', text: 'A header' }],
  ['header', { type: 'image', image: { link: 'https://example.com/a.jpg' } }],
  ['header', { type: 'document', document: { link: 'https://example.com/a.pdf', filename: 'a.pdf' } }],
  ['footer', { text: 'A footer' }],
  ['body', { text: 'A body' }],
  ['caption', 'A caption'],
  ['filename', 'a.pdf'],
  ['voice', true],
  ['preview_url', true],
  ['link', 'https://example.com/a.jpg'],
  ['media_id', '1230000000000001'],
  ['id', '1230000000000001'],
  ['title', 'A title'],
  ['description', 'A description'],
  ['name', 'send_location'],
  ['text', 'A text'],
  ['parameters', { display_text: 'Open', url: 'https://example.com/' }],
  ['buttons', [{ type: 'reply', reply: { id: 'a', title: 'a' } }]],
  ['catalog_id', '400100200300400'],
  ['flow_id', '900100200300400'],
  ['flow_name', 'times'],
  ['flow_action', 'data_exchange'],
  ['flow_action_payload', { screen: 'FIRST' }],
  ['card_index', 3],
]

const CHANGE: Record<Change, (spot: Spot, how: number) => void> = {
  drop({ holder, key }) {
    if (Array.isArray(holder)) holder.splice(Number(key), 1)
    else delete holder[key]
  },
  unknown({ holder }) {
    if (!Array.isArray(holder)) holder.surprise = 1
  },
  wrong_type(spot, how) {
    set(spot, JUNK[how % JUNK.length])
  },
  lengthen(spot, how) {
    const { value } = spot
    const most = [21, 25, 61, 73, 161, 201, 257, 513, 1025, 4097][how % 10] ?? 0
    if (typeof value === 'string') set(spot, `${value}${'😀'.repeat(most)}`)
    else if (typeof value === 'number') set(spot, value + most)
    else if (Array.isArray(value))
      set(
        spot,
        Array.from({ length: 31 }, (_, i) => value[i % value.length] ?? i),
      )
  },
  empty(spot) {
    const { value } = spot
    set(spot, typeof value === 'string' ? '' : Array.isArray(value) ? [] : typeof value === 'object' ? {} : 0)
  },
  repeat({ holder, key, value }) {
    if (Array.isArray(holder)) holder.splice(Number(key), 0, structuredClone(value))
  },
  odd(spot, how) {
    const values = oddFor(spot)
    if (typeof spot.value !== 'object') set(spot, values[how % values.length])
  },
  graft({ holder }, how) {
    const [name, value] = GRAFTS[how % GRAFTS.length] as (typeof GRAFTS)[number]
    if (!Array.isArray(holder) && !Object.hasOwn(holder, name)) holder[name] = structuredClone(value)
  },
  replace(spot, how) {
    if (typeof spot.value === 'string') set(spot, WORDS[how % WORDS.length])
    else if (typeof spot.value === 'number') set(spot, [0, 1, 9, 10, -90, 90.01, 181, 1e21, 43_201][how % 9])
  },
}

function set({ holder, key }: Spot, value: unknown): void {
  ;(holder as Body)[key] = structuredClone(value)
}
