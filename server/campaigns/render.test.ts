// What a recipient of a campaign is sent.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TemplateRow } from '../templates/schema.ts'
import {
  type RenderCampaign,
  type Rendered,
  type RenderRecipient,
  renderRecipient,
  variablesWanted,
} from './render.ts'

const shop = {
  ...{ id: 'b4b9a6a0-0000-7000-8000-000000000001', name: 'spring', language: 'de', category: 'MARKETING' },
  parameter_format: 'NAMED',
  components: [
    { type: 'HEADER', format: 'IMAGE' },
    { type: 'BODY', text: 'Hello {{first_name}}, your code is {{code}}.' },
    { type: 'BUTTONS', buttons: [{ type: 'URL', text: 'Look', url: 'https://example.com/{{1}}' }] },
  ],
} as unknown as TemplateRow
const campaign: RenderCampaign = {
  components: [
    {
      type: 'header',
      parameters: [{ type: 'image', image: { link: 'https://example.com/{{picture|a.jpg}}' } }],
    },
    {
      type: 'body',
      parameters: [
        { type: 'text', parameter_name: 'first_name', text: '{{First Name|friend}}' },
        { type: 'text', parameter_name: 'code', text: '{{ code }}' },
      ],
    },
    { type: 'button', sub_type: 'url', index: '0', parameters: [{ type: 'text', text: '{{code}}' }] },
  ],
}

const textsOf = (rendered: Rendered) => {
  assert.ok(rendered.ok, JSON.stringify(rendered))
  return [...JSON.stringify(rendered.content).matchAll(/"(?:text|link)":"([^"]*)"/g)].map(match => match[1])
}
const render = (recipient: Partial<RenderRecipient>, of = campaign, template: TemplateRow = shop) =>
  renderRecipient(template, of, { variables: null, components: null, ...recipient })

test('placeholders are filled, loosely by name, with defaults where there is no value', () => {
  const full = { first_name: 'Ada', CODE: 4711, picture: 'b.jpg', city: 'unused' }
  assert.deepEqual(textsOf(render({ variables: full })), ['https://example.com/b.jpg', 'Ada', '4711', '4711'])
  const bare = { 'FIRST-NAME': '  ', code: 'X' }
  assert.deepEqual(textsOf(render({ variables: bare })), ['https://example.com/a.jpg', 'friend', 'X', 'X'])
})

test('a missing variable is named once, and nothing else is said', () => {
  const rendered = render({ variables: { first_name: 'Ada', code: '' } })
  assert.ok(!rendered.ok)
  assert.deepEqual(
    rendered.issues.map(({ param, missing }) => [param, missing]),
    [['variables.code', 'code']],
  )
})

test('a value that Meta would refuse is an issue, with its place', () => {
  const rendered = render({ variables: { code: 'a\nb' } })
  assert.ok(!rendered.ok)
  assert.ok(rendered.issues.every(issue => issue.missing === undefined))
  assert.match(rendered.issues[0]?.param ?? '', /^components\[1\]\.parameters\[1\]/)
})

test("a recipient's own components stand in place of the campaign's, and have placeholders too", () => {
  const components = structuredClone(campaign.components ?? []) as { parameters: object[] }[]
  ;(components[1] as { parameters: object[] }).parameters[0] = {
    ...{ type: 'text', parameter_name: 'first_name', text: 'Dr. {{last}}' },
  }
  assert.equal(textsOf(render({ components, variables: { last: 'Byron', code: 'X' } }))[1], 'Dr. Byron')
})

test("without components the variables are the template's own; others are left aside", () => {
  const none = { components: null }
  const variables = {
    header: 'https://example.com/a.jpg',
    first_name: 'Ada',
    code: 5,
    button_0: 'x',
    city: 'y',
  }
  assert.deepEqual(textsOf(render({ variables }, none)), ['https://example.com/a.jpg', 'Ada', '5', 'x'])
  const rendered = render({ variables: { first_name: 'Ada' } }, none)
  assert.ok(!rendered.ok)
  assert.deepEqual(
    rendered.issues.map(issue => issue.missing),
    ['header', 'code', 'button_0'],
  )
})

test('a template without variables needs nothing', () => {
  const plain = { ...shop, components: [{ type: 'BODY', text: 'Hello' }] } as unknown as TemplateRow
  const rendered = render({ variables: { city: 'x' } }, { components: null }, plain)
  assert.deepEqual(rendered, {
    ok: true,
    content: { name: 'spring', language: { code: 'de' } },
    template: { id: shop.id, name: 'spring', language: 'de', category: 'MARKETING' },
  })
})

test('a login code may be called `code`, and fills its button by itself', () => {
  const codes = {
    ...shop,
    ...{ category: 'AUTHENTICATION', parameter_format: 'POSITIONAL' },
    components: [
      { type: 'BODY', add_security_recommendation: true },
      { type: 'BUTTONS', buttons: [{ type: 'OTP', otp_type: 'COPY_CODE', text: 'Copy' }] },
    ],
  } as unknown as TemplateRow
  for (const name of ['1', 'code'])
    assert.deepEqual(textsOf(render({ variables: { [name]: 123456 } }, { components: null }, codes)), [
      '123456',
      '123456',
    ])
  assert.deepEqual(variablesWanted(codes, { components: null }), [{ name: '1', required: true }])
})

test('numbers become numbers where Meta wants them, and a whole object can be a value', () => {
  const offer = {
    ...shop,
    components: [
      { type: 'HEADER', format: 'LOCATION' },
      { type: 'LIMITED_TIME_OFFER', limited_time_offer: { text: 'Soon', has_expiration: true } },
    ],
  } as unknown as TemplateRow
  const components = [
    { type: 'header', parameters: [{ type: 'location', location: '{{place}}' }] },
    {
      type: 'limited_time_offer',
      parameters: [{ type: 'limited_time_offer', limited_time_offer: { expiration_time_ms: '{{ends}}' } }],
    },
  ]
  const place = { latitude: 52.5, longitude: 13.4 }
  const rendered = render({ variables: { place, ends: '1798761600000' } }, { components }, offer)
  assert.ok(rendered.ok, JSON.stringify(rendered))
  assert.match(JSON.stringify(rendered.content), /"expiration_time_ms":1798761600000.*/)
  assert.match(JSON.stringify(rendered.content), /"location":\{"latitude":52.5/)
})

test('the variables that are wanted: each once, required where one placeholder has no default', () => {
  assert.deepEqual(variablesWanted(shop, campaign), [
    { name: 'picture', required: false },
    { name: 'First Name', required: false },
    { name: 'code', required: true },
  ])
})
