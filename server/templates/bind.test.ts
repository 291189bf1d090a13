import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bind, type Choice } from './bind.ts'
import { type Readable, variablesOf } from './variables.ts'

const UTILITY = { category: 'UTILITY', parameter_format: 'POSITIONAL' }
const text = (value: unknown, parameter_name?: string) => ({
  type: 'text',
  text: value,
  ...(parameter_name ? { parameter_name } : {}),
})

const shipped: Readable = {
  ...UTILITY,
  components: [
    { type: 'HEADER', format: 'DOCUMENT' },
    {
      type: 'BODY',
      text: 'Hello {{1}}, order {{2}} left. Bye {{1}}!',
      example: { body_text: [['Ada', '4711']] },
    },
    { type: 'FOOTER', text: 'Shop' },
    {
      type: 'BUTTONS',
      buttons: [
        { type: 'QUICK_REPLY', text: 'Stop' },
        {
          type: 'URL',
          text: 'Track',
          url: 'https://example.com/{{1}}',
          example: ['https://example.com/4711'],
        },
        { type: 'PHONE_NUMBER', text: 'Call', phone_number: '+15550100001' },
      ],
    },
  ],
}

const named: Readable = {
  category: 'MARKETING',
  parameter_format: 'NAMED',
  components: [
    {
      type: 'HEADER',
      format: 'TEXT',
      text: 'For {{title}}',
      example: { header_text_named_params: [{ param_name: 'title', example: 'you' }] },
    },
    {
      type: 'BODY',
      text: 'Hello {{first_name}}, see you {{day}}.',
      example: { body_text_named_params: [{ param_name: 'day', example: 'Monday' }] },
    },
  ],
}

const login: Readable = {
  category: 'AUTHENTICATION',
  parameter_format: 'POSITIONAL',
  components: [
    { type: 'BODY', text: '*{{1}}* is your verification code.', add_security_recommendation: true },
    {
      type: 'BUTTONS',
      buttons: [{ type: 'URL', text: 'Copy code', url: 'https://www.whatsapp.com/otp/code/?code=otp{{1}}' }],
    },
  ],
}

function only(type: string, rest: Record<string, unknown> = {}): Readable {
  return {
    ...UTILITY,
    components: [
      { type: 'BODY', text: 'Hi' },
      { type, ...rest },
    ],
  }
}

const buttons = (...list: unknown[]) => only('BUTTONS', { buttons: list })

function bound(template: Readable, choice: Choice) {
  const result = bind(template, choice)
  assert.ok(result.ok, JSON.stringify(result))
  return result.components
}

/** `param: message` of every issue. */
function wrong(template: Readable, choice: Choice): string[] {
  const result = bind(template, choice)
  assert.equal(result.ok, false, JSON.stringify(result))
  return result.ok ? [] : result.issues.map(issue => `${issue.param}: ${issue.message}`)
}

const doc = {
  type: 'header',
  parameters: [{ type: 'document', document: { link: 'https://example.com/a.pdf', filename: 'a.pdf' } }],
}
const body = { type: 'body', parameters: [text('Ada'), text('4711')] }
const track = { type: 'button', sub_type: 'url', index: 1, parameters: [text('4711')] }

test('lists what a send must supply', () => {
  assert.deepEqual(
    variablesOf(shipped).map(({ component, name, type, required, example }) => [
      component,
      name,
      type,
      required,
      example,
    ]),
    [
      ['header', 'header', 'document', true, undefined],
      ['body', '1', 'text', true, 'Ada'],
      ['body', '2', 'text', true, '4711'],
      ['button', 'button_0', 'payload', false, undefined],
      ['button', 'button_1', 'text', true, 'https://example.com/4711'],
    ],
  )
  assert.deepEqual(
    variablesOf(named).map(({ name, example }) => [name, example]),
    [
      ['title', 'you'],
      ['first_name', undefined],
      ['day', 'Monday'],
    ],
  )
  assert.deepEqual(
    variablesOf({ ...login, components: [{ type: 'BODY', add_security_recommendation: true }] }).map(
      v => v.name,
    ),
    ['1'],
  )
})

test('components that supply exactly the variables', () => {
  assert.deepEqual(bound(shipped, { components: [track, body, doc] }), [doc, body, { ...track, index: '1' }])
  const all = [
    doc,
    body,
    track,
    { type: 'BUTTON', sub_type: 'QUICK_REPLY', index: '0', parameters: [{ type: 'payload', payload: 'P' }] },
  ]
  assert.equal(bound(shipped, { components: all }).length, 4)
  assert.deepEqual(bound({ ...UTILITY, components: [{ type: 'BODY', text: 'Hi' }] }, {}), [])
  assert.deepEqual(
    bound(
      { ...UTILITY, components: [{ type: 'BODY', text: 'Hi' }] },
      { components: [{ type: 'body', parameters: [] }] },
    ),
    [],
  )
})

test('what is missing, too much or of the wrong kind is told at its place', () => {
  assert.deepEqual(wrong(shipped, {}).length, 4)
  const short = wrong(shipped, { components: [doc, { type: 'body', parameters: [text('Ada')] }, track] })
  assert.deepEqual(short, ["components: The text for the body's variable {{2}} is missing."])
  const long = { type: 'body', parameters: [text('a'), text('b'), text('c')] }
  assert.match(
    wrong(shipped, { components: [doc, long, track] })[0] ?? '',
    /^components\[1\]\.parameters: .*2 variables, but 3/,
  )
  assert.match(
    wrong(shipped, { components: [doc, body, body, track] })[0] ?? '',
    /^components\[2\]: There is a second body/,
  )
  assert.match(
    wrong(shipped, { components: [doc, body, track, { type: 'footer' }] })[0] ?? '',
    /^components\[3\]\.type/,
  )
  const image = { type: 'header', parameters: [{ type: 'image', image: { id: '1' } }] }
  assert.match(
    wrong(shipped, { components: [image, body, track] })[0] ?? '',
    /^components\[0\]\.parameters\[0\]\.type: This must be "document"/,
  )
  assert.match(
    wrong(shipped, { components: [doc, body, { ...track, index: 2 }] })[0] ?? '',
    /^components\[2\]\.index: Buttons with parameters: 0 .*1 \(url\)/,
  )
  assert.match(
    wrong(shipped, { components: [doc, body, { ...track, sub_type: 'flow' }] })[0] ?? '',
    /^components\[2\]\.sub_type/,
  )
  assert.match(wrong(shipped, { components: 'x' })[0] ?? '', /^components: /)
  assert.match(wrong(shipped, { components: [null, 7] })[0] ?? '', /^components\[0\]\.type/)
  assert.match(wrong(shipped, { components: [], variables: {} })[0] ?? '', /^variables: Give either/)
})

test('texts: no line breaks, tabs, runs of spaces, nothing empty, nothing but text, not too long in all', () => {
  for (const bad of ['a\nb', 'a\tb', 'a     b', '', 7, null]) {
    const found = wrong(shipped, {
      components: [doc, { type: 'body', parameters: [text(bad), text('x')] }, track],
    })
    assert.match(found[0] ?? '', /^components\[1\]\.parameters\[0\]\.text: /, JSON.stringify(bad))
  }
  bound(shipped, { components: [doc, { type: 'body', parameters: [text('a    b'), text('x')] }, track] })
  const much = wrong(shipped, {
    components: [doc, { type: 'body', parameters: [text('a'.repeat(1020)), text('x')] }, track],
  })
  assert.match(much[0] ?? '', /^components\[1\]: .*2\d{3} characters; Meta allows 1024/)
})

test('media: exactly one of id and link, an address that is one', () => {
  const cases: [unknown, RegExp][] = [
    [{}, /exactly one/],
    [{ id: '1', link: 'https://a.b' }, /exactly one/],
    [{ link: 'ftp://a.b' }, /\.link: /],
    [{ id: 5 }, /\.id: /],
    [{ id: '5', filename: 3 }, /\.filename: /],
  ]
  for (const [document, expected] of cases) {
    const header = { type: 'header', parameters: [{ type: 'document', document }] }
    assert.match(wrong(shipped, { components: [header, body, track] })[0] ?? '', expected)
  }
})

test('named parameters: by name, in any order, each once', () => {
  const header = { type: 'header', parameters: [text('you', 'title')] }
  const good = { type: 'body', parameters: [text('Mon', 'day'), text('Ada', 'first_name')] }
  const [, sent] = bound(named, { components: [header, good] })
  assert.deepEqual(sent?.parameters, [text('Ada', 'first_name'), text('Mon', 'day')])
  const unnamed = { type: 'body', parameters: [text('Ada'), text('Mon', 'day')] }
  assert.match(wrong(named, { components: [header, unnamed] })[0] ?? '', /parameter_name: .*first_name, day/)
  const twice = { type: 'body', parameters: [text('Ada', 'day'), text('Mon', 'day')] }
  assert.match(wrong(named, { components: [header, twice] })[0] ?? '', /given twice/)
  const counted = { type: 'body', parameters: [text('Ada', 'a'), text('1')] }
  assert.match(wrong(shipped, { components: [doc, counted, track] })[0] ?? '', /leave parameter_name out/)
})

test('the short form gives the same components', () => {
  const variables = {
    header: { link: 'https://example.com/a.pdf', filename: 'a.pdf' },
    1: 'Ada',
    2: '4711',
    button_1: '4711',
  }
  assert.deepEqual(bound(shipped, { variables }), [doc, body, { ...track, index: '1' }])
  assert.deepEqual(bound(named, { variables: { title: 'you', first_name: 'Ada', day: 'Mon' } }), [
    { type: 'header', parameters: [text('you', 'title')] },
    { type: 'body', parameters: [text('Ada', 'first_name'), text('Mon', 'day')] },
  ])
  const [header] = bound(only('HEADER', { format: 'IMAGE' }), { variables: { header: 'https://a.b/c.png' } })
  assert.deepEqual(header?.parameters, [{ type: 'image', image: { link: 'https://a.b/c.png' } }])
  const [place] = bound(only('HEADER', { format: 'LOCATION' }), {
    variables: { header: { latitude: 48.1, longitude: '11.5' } },
  })
  assert.deepEqual(place?.parameters, [{ type: 'location', location: { latitude: 48.1, longitude: '11.5' } }])
  const found = wrong(shipped, { variables: { header: '123', 1: 5, 2: 'x', button_1: 'y', first_name: 'z' } })
  assert.deepEqual(
    found.map(issue => issue.split(':')[0]),
    ['variables.first_name', 'variables.1'],
  )
  assert.match(
    wrong(named, { variables: { title: 'x', day: 'y' } })[0] ?? '',
    /^variables\.first_name: .*missing/,
  )
  assert.match(wrong(named, { variables: [] })[0] ?? '', /^variables: /)
})

test('what is an object may come as its JSON, as from a table', () => {
  const place = bound(only('HEADER', { format: 'LOCATION' }), {
    variables: { header: '{"latitude": 48.1, "longitude": 11.5}' },
  })
  assert.deepEqual(place[0]?.parameters, [
    { type: 'location', location: { latitude: 48.1, longitude: 11.5 } },
  ])
  const file = { link: 'https://a.b/c.pdf', filename: 'c.pdf' }
  const [header] = bound(only('HEADER', { format: 'DOCUMENT' }), {
    variables: { header: JSON.stringify(file) },
  })
  assert.deepEqual(header?.parameters, [{ type: 'document', document: file }])
  assert.match(
    wrong(only('HEADER', { format: 'LOCATION' }), { variables: { header: 'Berlin' } })[0] ?? '',
    /latitude/,
  )
})

test('a login code goes into body and button, and must be the same', () => {
  const [one, two] = bound(login, { variables: { 1: '123456' } })
  assert.deepEqual([one?.parameters, two?.parameters], [[text('123456')], [text('123456')]])
  const other = [
    { type: 'body', parameters: [text('1')] },
    { type: 'button', sub_type: 'url', index: '0', parameters: [text('2')] },
  ]
  assert.match(wrong(login, { components: other })[0] ?? '', /must be the same/)
  assert.match(wrong(login, { variables: { 1: '1234567890123456' } })[0] ?? '', /at most 15/)
})

test('coupon, flow, catalogue, offer, call', () => {
  const coupon = buttons({ type: 'COPY_CODE', example: 'SAVE20' })
  assert.deepEqual(bound(coupon, { variables: { button_0: 'SAVE20' } })[0]?.parameters, [
    { type: 'coupon_code', coupon_code: 'SAVE20' },
  ])
  assert.match(wrong(coupon, { variables: { button_0: 'SAVE 20' } })[0] ?? '', /letters and digits/)
  assert.match(wrong(coupon, {})[0] ?? '', /missing/)
  const flow = buttons({ type: 'FLOW', text: 'Go', flow_id: '1' })
  assert.deepEqual(bound(flow, {}), [
    {
      type: 'button',
      sub_type: 'flow',
      index: '0',
      parameters: [{ type: 'action', action: { flow_token: 'unused' } }],
    },
  ])
  assert.deepEqual(bound(buttons({ type: 'CATALOG' }), {}), [])
  assert.match(wrong(buttons({ type: 'MPM' }), {})[0] ?? '', /missing/)
  const offer = only('LIMITED_TIME_OFFER', { limited_time_offer: { text: 'Now', has_expiration: true } })
  const [sent] = bound(offer, { variables: { limited_time_offer: '2026-12-31T00:00:00Z' } })
  assert.deepEqual(sent?.parameters, [
    { type: 'limited_time_offer', limited_time_offer: { expiration_time_ms: 1798675200000 } },
  ])
  assert.match(wrong(offer, { variables: { limited_time_offer: 'soon' } })[0] ?? '', /milliseconds/)
  const call = {
    type: 'button',
    sub_type: 'voice_call',
    parameters: [{ type: 'ttl_minutes', ttl_minutes: 100 }],
  }
  assert.deepEqual(bound(buttons({ type: 'VOICE_CALL', text: 'Call' }), { components: [call] }), [call])
})

test('a carousel: as many cards as the template has, each with its own variables', () => {
  const card = {
    components: [
      { type: 'HEADER', format: 'IMAGE' },
      { type: 'BODY', text: 'In {{1}}' },
      {
        type: 'BUTTONS',
        buttons: [
          { type: 'QUICK_REPLY', text: 'Like' },
          { type: 'URL', text: 'See', url: 'https://a.b/{{1}}' },
        ],
      },
    ],
  }
  const template: Readable = {
    ...UTILITY,
    components: [
      { type: 'BODY', text: 'Hi {{1}}' },
      { type: 'CAROUSEL', cards: [card, card] },
    ],
  }
  const variables: Record<string, string> = { 1: 'Ada' }
  for (const at of [0, 1]) {
    Object.assign(variables, {
      [`card_${at}_header`]: '77',
      [`card_${at}_1`]: `blue ${at}`,
      [`card_${at}_button_1`]: `${at}`,
    })
  }
  const components = bound(template, { variables })
  const cards = components[1]?.cards as { card_index: number; components: unknown[] }[]
  assert.deepEqual(
    cards.map(one => [one.card_index, one.components.length]),
    [
      [0, 3],
      [1, 3],
    ],
  )
  assert.deepEqual(bound(template, { components }), components)
  const short = [components[0], { ...components[1], cards: cards.slice(1) }]
  assert.match(wrong(template, { components: short })[0] ?? '', /2 cards, but 1/)
  delete variables.card_1_1
  assert.match(wrong(template, { variables })[0] ?? '', /^variables\.card_1_1: .*of card 1 is missing/)
})
