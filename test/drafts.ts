// Templates for property tests: drafts that keep all rules, and a way to break any JSON a little.

import fc from 'fast-check'

type Json = Record<string, unknown>

const word = fc.constantFrom(
  'hello',
  'your',
  'order',
  'is',
  'on',
  'its',
  'way',
  'today',
  'Grüße',
  'from',
  '4711',
)
const words = (least: number, most: number) =>
  fc.array(word, { minLength: least, maxLength: most }).map(list => list.join(' '))
const label = fc.constantFrom('Track', 'Stop', 'Yes', 'No thanks', 'See it')
const sample = fc.constantFrom('Ada', '4711', 'Monday')
const handle = fc.constantFrom('4::aW1hZ2UvcG5n:ARhandle')
const NAMES = ['first_name', 'order_no', 'day']

type Format = 'POSITIONAL' | 'NAMED'

/** A body with up to three variables and words enough around them. */
const body = (format: Format, most = 3): fc.Arbitrary<Json> =>
  fc
    .record({
      count: fc.integer({ min: 0, max: most }),
      start: words(2, 4),
      gap: words(2, 3),
      end: words(2, 4),
    })
    .map(({ count, start, gap, end }) => {
      const names = Array.from({ length: count }, (_, at) =>
        format === 'NAMED' ? NAMES[at] : String(at + 1),
      )
      const middle = names.map(name => `{{${name}}}`).join(` ${gap} `)
      const example =
        format === 'NAMED'
          ? { body_text_named_params: names.map(param_name => ({ param_name, example: 'Ada' })) }
          : { body_text: [names.map(() => 'Ada')] }
      return { type: 'BODY', text: `${start} ${middle} ${end} today`, ...(count > 0 ? { example } : {}) }
    })

const header = (format: Format, kinds = ['TEXT', 'VARIABLE', 'IMAGE', 'VIDEO', 'DOCUMENT', 'LOCATION']) =>
  fc.record({ kind: fc.constantFrom(...kinds), text: words(1, 4), handle, sample }).map(given => {
    const { kind, text } = given
    const name = format === 'NAMED' ? 'title' : '1'
    if (kind === 'TEXT') return { type: 'HEADER', format: 'TEXT', text }
    if (kind === 'LOCATION' || kind === 'PRODUCT') return { type: 'HEADER', format: kind }
    if (kind !== 'VARIABLE')
      return { type: 'header', format: kind, example: { header_handle: [given.handle] } }
    const example =
      format === 'NAMED'
        ? { header_text_named_params: [{ param_name: name, example: given.sample }] }
        : { header_text: [given.sample] }
    return { type: 'HEADER', format: 'text', text: `${text} {{${name}}}`, example }
  })

const quick = label.map(text => ({ type: 'QUICK_REPLY', text }))
const link = fc.record({ text: label, dynamic: fc.boolean() }).map(({ text, dynamic }) => ({
  type: 'URL',
  text,
  ...(dynamic
    ? { url: 'https://example.com/t/{{1}}', example: ['https://example.com/t/4711'] }
    : { url: 'https://example.com/t' }),
}))
const phone = label.map(text => ({ type: 'phone_number', text, phone_number: '+15550100001' }))
const others: fc.Arbitrary<Json>[] = [
  phone,
  link,
  fc.constant({ type: 'COPY_CODE', example: 'SAVE20' }),
  label.map(text => ({ type: 'FLOW', text, flow_id: '4711', flow_action: 'navigate' })),
  fc.constant({ type: 'CATALOG', text: 'View catalog' }),
  fc.constant({ type: 'MPM', text: 'View items' }),
  label.map(text => ({ type: 'VOICE_CALL', text })),
  fc.constant({ type: 'REQUEST_CONTACT_INFO' }),
]

const buttons: fc.Arbitrary<Json> = fc
  .record({
    quick: fc.array(quick, { maxLength: 3 }),
    rest: fc.subarray(others, { maxLength: 3 }).chain(list => fc.tuple(...list)),
    first: fc.boolean(),
  })
  .map(({ quick, rest, first }) => (first ? [...quick, ...rest] : [...rest, ...quick]))
  .filter(list => list.length > 0)
  .map(list => ({ type: 'BUTTONS', buttons: list }))

const footer = words(1, 4).map(text => ({ type: 'FOOTER', text }))
const perhaps = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(value, { maxLength: 1 })

const plain = (format: Format) =>
  fc
    .tuple(perhaps(header(format)), body(format), perhaps(footer), perhaps(buttons))
    .map(([top, text, bottom, list]) => [...top, text, ...bottom, ...list])

const offer = (format: Format) =>
  fc
    .record({
      top: header(format, ['IMAGE', 'VIDEO']),
      text: body(format),
      link,
      ends: fc.boolean(),
      code: fc.boolean(),
    })
    .map(({ top, text, link, ends, code }) => [
      top,
      { type: 'limited_time_offer', limited_time_offer: { text: 'Only today', has_expiration: ends } },
      text,
      { type: 'BUTTONS', buttons: [...(code ? [{ type: 'COPY_CODE', example: 'SAVE20' }] : []), link] },
    ])

const carousel = (format: Format) =>
  fc
    .record({
      top: header(format, ['IMAGE', 'VIDEO', 'PRODUCT']),
      text: perhaps(body(format, 1)),
      list: perhaps(fc.tuple(quick, link).map(pair => ({ type: 'BUTTONS', buttons: pair }))),
      main: body(format, 1),
      count: fc.integer({ min: 2, max: 4 }),
    })
    .map(({ top, text, list, main, count }) => [
      main,
      {
        type: 'CAROUSEL',
        cards: Array.from({ length: count }, () => ({ components: [top, ...text, ...list] })),
      },
    ])

const app = { package_name: 'com.example.shop', signature_hash: 'K8a/AINcGX7' }
const code = fc
  .record({
    kind: fc.constantFrom('COPY_CODE', 'ONE_TAP', 'ZERO_TAP'),
    advice: fc.boolean(),
    minutes: fc.integer({ min: 1, max: 90 }),
  })
  .map(({ kind, advice, minutes }) => [
    { type: 'BODY', add_security_recommendation: advice },
    { type: 'FOOTER', code_expiration_minutes: minutes },
    {
      type: 'BUTTONS',
      buttons: [
        {
          type: 'OTP',
          otp_type: kind,
          ...(kind === 'COPY_CODE' ? {} : { supported_apps: [app] }),
          ...(kind === 'ZERO_TAP' ? { zero_tap_terms_accepted: true } : {}),
        },
      ],
    },
  ])

const head = {
  name: fc.constantFrom('order_shipped', 'a', 'offer_7'),
  language: fc.constantFrom('en_US', 'de', 'pt_BR'),
}

const inFormat = (format: Format) =>
  fc
    .oneof(
      fc.record({
        ...head,
        category: fc.constantFrom('UTILITY', 'marketing'),
        components: fc.oneof(plain(format), carousel(format)) as fc.Arbitrary<Json[]>,
      }),
      fc.record({
        ...head,
        category: fc.constant('MARKETING'),
        components: offer(format) as fc.Arbitrary<Json[]>,
      }),
    )
    .map(draft => ({ ...draft, parameter_format: format }))

export type Draft = {
  name: string
  language: string
  category: string
  parameter_format: Format
  components: Json[]
}

export const drafts: fc.Arbitrary<Draft> = fc.oneof(
  { weight: 3, arbitrary: inFormat('POSITIONAL') },
  { weight: 3, arbitrary: inFormat('NAMED') },
  {
    weight: 1,
    arbitrary: fc
      .record({ ...head, components: code as fc.Arbitrary<Json[]> })
      .map(draft => ({ ...draft, category: 'AUTHENTICATION', parameter_format: 'POSITIONAL' as const })),
  },
)

const JUNK = [
  ...[
    '',
    ' ',
    'x',
    '{{1}}',
    '{{2}}',
    '{{first_name}}',
    'a\nb',
    'a     b',
    'x'.repeat(70),
    'x'.repeat(1100),
    'OTP',
  ],
  ...[
    'URL',
    'IMAGE',
    'PRODUCT',
    'MARKETING',
    'ftp://x',
    '12345',
    '1234567890123456',
    '{{1}} {{2}}',
    'hi {{1}',
    ...[
      '{{ 1 }}',
      '{{}}',
      '{{1}}{{2}}',
      '{{{1}}}',
      '}}',
      '{{a-b}}',
      '{{Name}}',
      '{{01}}',
      '{{１}}',
      '\u200b',
      '🎉',
    ],
    ...[
      'https://',
      'https://example.com/{{1}}/x',
      'https://example.com/{{2}}',
      'HTTPS://EXAMPLE.COM',
      '//x.y',
    ],
    ...['https://exa mple.com', 'https://example.com/ä', '*bold*', '_', '`', 'a\tb', 'a\r', ' a ', '\u00a0'],
    ...[
      'quick_reply',
      'PHONE_NUMBER',
      'COPY_CODE',
      'FLOW',
      'SPM',
      'BODY',
      'FOOTER',
      'CAROUSEL',
      'TEXT',
      'LOCATION',
    ],
    ...[
      'AUTHENTICATION',
      'utility',
      'NAMED',
      '+15550100001',
      '+',
      '١٢٣',
      'SAVE20!',
      'one_tap',
      'ONE_TAP',
      'com.x',
    ],
    ...[
      '1e3',
      '0x10',
      '-1',
      'x'.repeat(25),
      'x'.repeat(26),
      '🎉'.repeat(25),
      'x'.repeat(161),
      'x'.repeat(601),
    ],
  ],
  ...[0, 1, -1, 2, 0.5, 99, 1e6, true, false, null, [], {}, [null], ['a'], { text: 'x' }],
]

/** One small change somewhere: a value replaced, left out, said twice, or some text put around it. */
export type Mutation = {
  at: number
  how: 'replace' | 'drop' | 'double' | 'prepend' | 'append'
  junk: unknown
}

export const mutations: fc.Arbitrary<Mutation> = fc.record({
  at: fc.nat(10_000),
  how: fc.constantFrom('replace', 'drop', 'double', 'prepend', 'append'),
  junk: fc.constantFrom(...JUNK),
})

export function mutate<T>(value: T, changes: Mutation[]): T {
  const holder = { value: structuredClone(value) }
  for (const change of changes) {
    const places = placesIn(holder.value)
    const place = places[change.at % Math.max(1, places.length)]
    if (place) apply(place, change)
  }
  return JSON.parse(JSON.stringify(holder.value)) as T
}

type Place = { parent: Record<string, unknown> | unknown[]; key: string }

function placesIn(value: unknown): Place[] {
  if (typeof value !== 'object' || value === null) return []
  const parent = value as Record<string, unknown>
  return Object.keys(parent).flatMap(key => [{ parent, key }, ...placesIn(parent[key])])
}

function apply({ parent, key }: Place, { how, junk }: Mutation): void {
  const holder = parent as Record<string, unknown>
  const old = holder[key]
  if (how === 'drop') {
    if (Array.isArray(parent)) parent.splice(Number(key), 1)
    else delete holder[key]
  } else if (how === 'double' && Array.isArray(parent)) parent.push(structuredClone(old))
  else if (how === 'prepend' && typeof old === 'string') holder[key] = `${junk}${old}`
  else if (how === 'append' && typeof old === 'string') holder[key] = `${old}${junk}`
  else holder[key] = structuredClone(junk)
}
