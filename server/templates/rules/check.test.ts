// Every documented rule by a draft that breaks it: where the problem is told. That the simulator agrees on any other draft
// is shown in test/templateRules.test.ts.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkDraft, draftIssues } from './check.ts'

type Part = Record<string, unknown>

const BODY = { type: 'BODY', text: 'Your order is on its way.' }
const draft = (components: Part[], more: object = {}) => ({
  ...{ name: 'order_shipped', language: 'en_US', category: 'MARKETING' },
  components,
  ...more,
})
const params = (given: object) => checkDraft(given as never).issues.map(issue => issue.param)
const advice = (given: object) => checkDraft(given as never).warnings.map(warning => warning.param)

const body = (text: string, example?: object) =>
  draft([{ type: 'BODY', text, ...(example ? { example } : {}) }])
const header = (fields: Part) => draft([{ type: 'HEADER', ...fields }, BODY])
const buttons = (...list: Part[]) => draft([BODY, { type: 'BUTTONS', buttons: list }])
const quick = (text = 'Yes') => ({ type: 'QUICK_REPLY', text })
const link = (fields: Part = {}) => ({ type: 'URL', text: 'Open', url: 'https://example.com', ...fields })
const repeat = (count: number, part: Part) => Array.from({ length: count }, () => part)
const otp = (fields: Part = {}) =>
  draft(
    [{ type: 'BODY' }, { type: 'BUTTONS', buttons: [{ type: 'OTP', otp_type: 'COPY_CODE', ...fields }] }],
    {
      category: 'AUTHENTICATION',
    },
  )
const app = { package_name: 'com.example.shop', signature_hash: 'K8a/AINcGX7' }
const card = (...components: Part[]) => ({
  components: [{ type: 'HEADER', format: 'IMAGE', example: { header_handle: ['4::x'] } }, ...components],
})
const carousel = (...cards: Part[]) => draft([BODY, { type: 'CAROUSEL', cards }])
const offer = (text: string, ...more: Part[]) =>
  draft([BODY, { type: 'LIMITED_TIME_OFFER', limited_time_offer: { text, has_expiration: true } }, ...more])
const [AT, TEXT, LIST] = ['components[0]', 'components[0].text', 'components[1].buttons']

const cases: [rule: string, given: object, param: string][] = [
  ['name: lower case', draft([BODY], { name: 'Order' }), 'name'],
  ['name: 512', draft([BODY], { name: 'x'.repeat(513) }), 'name'],
  ['language of the list', draft([BODY], { language: 'en-US' }), 'language'],
  ['category', draft([BODY], { category: 'NEWS' }), 'category'],
  ['format', draft([BODY], { parameter_format: 'OTHER' }), 'parameter_format'],
  ['ttl of marketing', draft([BODY], { message_send_ttl_seconds: 60 }), 'message_send_ttl_seconds'],
  [
    'ttl of utility',
    draft([BODY], { category: 'UTILITY', message_send_ttl_seconds: 43_201 }),
    'message_send_ttl_seconds',
  ],
  ['a body', draft([{ type: 'FOOTER', text: 'x' }]), 'components'],
  ['each part once', draft([BODY, BODY]), 'components[1]'],
  ['known parts', draft([BODY, { type: 'PICTURE' }]), 'components[1].type'],
  ['body: 1024', body('x'.repeat(1025)), TEXT],
  ['variables without gaps', body('You have {{2}} new letters here today.', { body_text: [['a']] }), TEXT],
  ['named in a counted one', body('You have {{many}} new letters here today.', { body_text: [['a']] }), TEXT],
  ['braces', body('You have {{1} new letters here today.'), TEXT],
  ['not at the start', body('{{1}} is on its way to you now.', { body_text: [['a']] }), TEXT],
  ['not at the end', body('On its way to you now is {{1}}', { body_text: [['a']] }), TEXT],
  [
    'not side by side',
    body('You have {{1}} {{2}} in your letter box today.', { body_text: [['a', 'b']] }),
    TEXT,
  ],
  ['words enough', body('You have {{1}}.', { body_text: [['a']] }), TEXT],
  ['examples', body('You have {{1}} new letters here today.'), `${AT}.example.body_text`],
  [
    'as many examples',
    body('You have {{1}} new letters here today.', { body_text: [['a', 'b']] }),
    `${AT}.example.body_text`,
  ],
  ['header: 60', header({ format: 'TEXT', text: 'x'.repeat(61) }), TEXT],
  [
    'header: one variable',
    header({ format: 'TEXT', text: '{{1}} and {{2}}', example: { header_text: ['a'] } }),
    TEXT,
  ],
  ['header: no formatting', header({ format: 'TEXT', text: '*Hi*' }), TEXT],
  ['header: example', header({ format: 'TEXT', text: 'Hi {{1}}' }), `${AT}.example.header_text`],
  ['header: file', header({ format: 'IMAGE' }), `${AT}.example`],
  [
    'header: one file',
    header({ format: 'IMAGE', example: { link: 'https://a.b', media_id: '1' } }),
    `${AT}.example`,
  ],
  ['header: GIF', header({ format: 'GIF' }), `${AT}.format`],
  ['header: format', header({ format: 'SONG' }), `${AT}.format`],
  ['product and SPM', header({ format: 'PRODUCT' }), AT],
  ['footer: 60', draft([BODY, { type: 'FOOTER', text: 'x'.repeat(61) }]), 'components[1].text'],
  ['footer: no variables', draft([BODY, { type: 'FOOTER', text: '{{1}}' }]), 'components[1].text'],
  ['buttons: ten', buttons(...repeat(11, quick())), LIST],
  ['buttons: label of 25', buttons(quick('x'.repeat(26))), `${LIST}[0].text`],
  ['buttons: quick replies together', buttons(quick(), link(), quick('No')), LIST],
  ['buttons: two links', buttons(link(), link(), link()), LIST],
  [
    'buttons: one number',
    buttons(...repeat(2, { type: 'PHONE_NUMBER', text: 'Call', phone_number: '+15550100001' })),
    LIST,
  ],
  ['link: address', buttons(link({ url: 'example.com' })), `${LIST}[0].url`],
  ['link: 2000', buttons(link({ url: `https://example.com/${'x'.repeat(2000)}` })), `${LIST}[0].url`],
  [
    'link: variable at its end',
    buttons(link({ url: 'https://a.b/{{1}}/c', example: ['x'] })),
    `${LIST}[0].url`,
  ],
  ['link: example', buttons(link({ url: 'https://a.b/{{1}}' })), `${LIST}[0].example`],
  [
    'phone number',
    buttons({ type: 'PHONE_NUMBER', text: 'Call', phone_number: 'home' }),
    `${LIST}[0].phone_number`,
  ],
  ['coupon', buttons({ type: 'COPY_CODE', example: 'x'.repeat(16) }), `${LIST}[0].example`],
  ['flow: one source', buttons({ type: 'FLOW', text: 'Go', flow_id: '1', flow_name: 'a' }), `${LIST}[0]`],
  ['flow: JSON in a text', buttons({ type: 'FLOW', text: 'Go', flow_json: '{' }), `${LIST}[0].flow_json`],
  ['call: label of 20', buttons({ type: 'VOICE_CALL', text: 'x'.repeat(21) }), `${LIST}[0].text`],
  ['OTP elsewhere', buttons({ type: 'OTP', otp_type: 'COPY_CODE' }), `${LIST}[0].type`],
  ['codes: fixed text', draft([BODY], { category: 'AUTHENTICATION' }), TEXT],
  [
    'codes: no header',
    { ...otp(), components: [{ type: 'HEADER', format: 'LOCATION' }, ...otp().components] },
    AT,
  ],
  [
    'codes: minutes',
    { ...otp(), components: [...otp().components, { type: 'FOOTER', code_expiration_minutes: 91 }] },
    'components[2].code_expiration_minutes',
  ],
  ['codes: kind', otp({ otp_type: 'TWO_TAP' }), `${LIST}[0].otp_type`],
  ['codes: apps', otp({ otp_type: 'ONE_TAP' }), `${LIST}[0].supported_apps`],
  [
    'codes: hash',
    otp({ otp_type: 'ONE_TAP', supported_apps: [{ ...app, signature_hash: 'x' }] }),
    `${LIST}[0].supported_apps[0].signature_hash`,
  ],
  [
    'codes: terms',
    otp({ otp_type: 'ZERO_TAP', supported_apps: [app] }),
    `${LIST}[0].zero_tap_terms_accepted`,
  ],
  ['codes: ttl', { ...otp(), message_send_ttl_seconds: 901 }, 'message_send_ttl_seconds'],
  ['carousel: two cards', carousel(card(BODY)), 'components[1].cards'],
  ['carousel: alike', carousel(card(BODY), card()), 'components[1].cards[1]'],
  [
    'card: body of 160',
    carousel(card({ ...BODY, text: 'x'.repeat(161) }), card(BODY)),
    'components[1].cards[0].components[1].text',
  ],
  [
    'card: two buttons',
    carousel(...repeat(2, card({ type: 'BUTTONS', buttons: repeat(3, quick()) }))),
    'components[1].cards[0].components[1].buttons',
  ],
  ['card: a header', carousel(...repeat(2, { components: [BODY] })), 'components[1].cards[0].components'],
  ['offer: 16', offer('x'.repeat(17)), 'components[1].limited_time_offer.text'],
  ['offer: marketing', { ...offer('Now'), category: 'UTILITY' }, 'components[1]'],
  ['offer: no footer', offer('Now', { type: 'FOOTER', text: 'x' }), 'components[1]'],
  [
    'offer: code first',
    offer('Now', { type: 'BUTTONS', buttons: [link(), { type: 'COPY_CODE', example: 'A' }] }),
    'components[1]',
  ],
  [
    'offer: body of 600',
    {
      ...offer('Now'),
      components: [{ ...BODY, text: 'x'.repeat(601) }, ...offer('Now').components.slice(1)],
    },
    TEXT,
  ],
]

for (const [rule, given, param] of cases) {
  test(rule, () =>
    assert.ok(params(given).includes(param), JSON.stringify(checkDraft(given as never).issues)),
  )
}

test('drafts that keep the rules', () => {
  const good = [
    draft([BODY]),
    otp(),
    otp({ otp_type: 'ZERO_TAP', supported_apps: [app], zero_tap_terms_accepted: true }),
    carousel(card(BODY), card(BODY)),
    offer('Now', { type: 'BUTTONS', buttons: [{ type: 'COPY_CODE', example: 'A' }, link()] }),
    buttons(quick(), quick('No'), link()),
    body('You have {{1}} new letters here today.', { body_text: 'three' }),
    body('You have {{1}} new letters here today.', { body_text: ['three'] }),
    body('你好{{1}}，您的订单已经发货。', { body_text: [['小明']] }),
  ]
  for (const given of good) assert.deepEqual(params(given), [], JSON.stringify(given))
})

test('advice on what is often rejected', () => {
  const utility = (components: Part[]) => draft(components, { category: 'UTILITY' })
  assert.deepEqual(advice(utility([{ ...BODY, text: 'Our big sale begins.' }])), ['components[0].text'])
  assert.deepEqual(advice(utility([BODY, { type: 'BUTTONS', buttons: [{ type: 'CATALOG' }] }])), [
    'components[1].buttons[0].type',
  ])
  assert.deepEqual(advice(utility([{ ...BODY, text: 'See bit.ly/x for more.' }])), ['components[0].text'])
  assert.deepEqual(advice(utility([{ ...BODY, text: 'One\n\n\nTwo' }])), ['components[0].text'])
  assert.deepEqual(advice(utility([{ type: 'HEADER', format: 'TEXT', text: 'Hi 🎉' }, BODY])), [
    'components[0].text',
  ])
  assert.deepEqual(advice(draft([BODY, { type: 'BUTTONS', buttons: [quick('Stop offers')] }])), [])
  assert.deepEqual(advice(draft([BODY], { message_send_ttl_seconds: 86_400 })), [
    'components',
    'message_send_ttl_seconds',
  ])
})

test('what the schema of a body tells is not told twice', () => {
  assert.deepEqual(draftIssues(null), [])
  assert.deepEqual(draftIssues({ name: 5, components: 'x' }), [])
  assert.deepEqual(
    draftIssues({ name: 'X', components: [null] }).map(issue => issue.param),
    ['name'],
  )
})
