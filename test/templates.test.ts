// The life of a template through the whole house: submitted, rejected, edited, approved, sent, paused, refused, resumed.

import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { lastEvent, recorded } from '../server/events/recorded.fixture.ts'
import { ADA, type Answered, eventually, type Journey, NUMBER, startJourney } from './carom.ts'

let carom: Journey
let before_test = 0
before(async () => {
  carom = await startJourney()
})
after(() => carom.close())
beforeEach(async () => {
  before_test = await lastEvent(db())
})

const db = () => carom.carom.rooms.templates.db
const told = () => recorded(db(), 'template.%', before_test)

const draft = (name: string, more: object = {}) => ({
  ...{ name, language: 'en_US', category: 'UTILITY', parameter_format: 'NAMED' },
  components: [
    {
      type: 'BODY',
      text: 'Hello {{first_name}}, order {{order_no}} is on its way to you today.',
      example: {
        body_text_named_params: [
          { param_name: 'first_name', example: 'Ada' },
          { param_name: 'order_no', example: '4711' },
        ],
      },
    },
    { type: 'FOOTER', text: 'Example Shop' },
    {
      type: 'BUTTONS',
      buttons: [
        {
          type: 'URL',
          text: 'Track',
          url: 'https://example.com/t/{{1}}',
          example: ['https://example.com/t/1'],
        },
        { type: 'QUICK_REPLY', text: 'Stop these' },
      ],
    },
  ],
  ...more,
})

const create = (body: object, headers = {}) => carom.api('POST', '/whatsapp/templates', body, headers)
const read = async (id: string) => (await carom.api('GET', `/whatsapp/templates/${id}`)).body
const pass = (seconds: number) => carom.sim('POST', '/_sim/clock', { advance_seconds: seconds })
const atMeta = (id: string, body: object) => carom.sim('PATCH', `/_sim/templates/${id}`, body)
const values = { first_name: 'Ada', order_no: '4711', button_0: '4711?t=abc' }
const send = (name: string, variables: object = values): Promise<Answered> =>
  carom.api('POST', '/whatsapp/messages/template', {
    ...{ phone_number_id: NUMBER, to: ADA, template: name, language: 'en_US', variables },
  })

function becomes(id: string, status: string) {
  return eventually(async () => {
    const template = await read(id)
    assert.equal(template.status, status)
    return template
  })
}

async function approved(body: object): Promise<{ id: string; meta_template_id: string }> {
  const made = await create(body)
  assert.equal(made.status, 201, made.text)
  await pass(3)
  return becomes(made.body.id, 'APPROVED')
}

test('draft → rejected → edited → approved → sent → paused → refused → resumed', async () => {
  const name = 'reject_invalid_format_parcel'
  const made = await create(draft(name))
  assert.deepEqual(
    [made.status, made.body.status, made.body.warnings],
    [201, 'PENDING', undefined],
    made.text,
  )
  assert.deepEqual(
    made.body.variables.map((variable: { name: string }) => variable.name),
    ['first_name', 'order_no', 'button_0', 'button_1'],
  )
  const { id, meta_template_id } = made.body
  const waiting = (await send(name)).body.error
  assert.deepEqual([waiting.code, waiting.details.reason], ['template_not_approved', 'in_review'])

  await pass(3)
  const rejected = await becomes(id, 'REJECTED')
  assert.equal(rejected.rejected_reason, 'INVALID_FORMAT')
  assert.match(rejected.status_info.rejection_info.recommendation, /./)
  const refused = (await send(name)).body.error
  assert.deepEqual([refused.code, refused.details.reason], ['template_not_approved', 'rejected'])
  assert.match(refused.message, /INVALID_FORMAT.*edit it/)

  const components = structuredClone(draft(name).components)
  Object.assign(components[0] ?? {}, {
    text: 'Hello {{first_name}}, your order {{order_no}} has left our shop today.',
  })
  const edited = await carom.api('PATCH', `/whatsapp/templates/${id}`, { components })
  assert.deepEqual([edited.status, edited.body.status], [200, 'PENDING'], edited.text)
  assert.equal((await carom.api('PATCH', `/whatsapp/templates/${id}`, { components })).status, 409)
  await pass(3)
  await becomes(id, 'APPROVED')

  const preview = await carom.api('POST', `/whatsapp/templates/${id}/preview`, { variables: values })
  assert.equal(preview.body.body, 'Hello Ada, your order 4711 has left our shop today.')
  const sent = await send(name)
  assert.equal(sent.status, 201, sent.text)
  const { rendered } = carom.simulator.world.messages.get(sent.body.wamid) ?? {}
  assert.deepEqual(
    [rendered?.body, rendered?.footer, rendered?.buttons[0]?.url],
    [preview.body.body, preview.body.footer, preview.body.buttons[0].url],
  )

  await atMeta(meta_template_id, { quality: 'RED', status: 'PAUSED' })
  const paused = await becomes(id, 'PAUSED')
  assert.equal(paused.quality_score, 'RED')
  assert.equal(paused.status_info.other_info.title, 'FIRST_PAUSE')
  const stopped = await eventually(async () => {
    const answer = await send(name)
    assert.equal(answer.status, 422)
    return answer.body.error
  })
  assert.deepEqual([stopped.code, stopped.details.reason], ['template_not_approved', 'paused'])
  assert.match(stopped.message, /paused.*3 hours/)
  assert.equal((await carom.sim('GET', '/_sim/messages?direction=to_user')).body.total, 1)

  await pass(3 * 3600)
  await becomes(id, 'APPROVED')
  await eventually(async () => assert.equal((await send(name)).status, 201))
  const events = await told()
  const story = events
    .filter(event => event.subject_id === id && event.data.changes.status)
    .map(event => event.data.changes.status.to)
  assert.deepEqual(story, ['PENDING', 'REJECTED', 'PENDING', 'APPROVED', 'PAUSED', 'APPROVED'])
  for (const event of events)
    assert.deepEqual([event.type, typeof event.data.name], ['template.updated', 'string'])
})

test('every problem of a draft at once, and Meta hears nothing of it', async () => {
  const before = carom.simulator.world.templates.size
  const answer = await create({
    ...{ name: 'Wrong Name', language: 'en-US', category: 'NEWS', ttl: 3 },
    components: [
      { type: 'HEADER', format: 'TEXT', text: '*Hi* {{1}} {{2}}' },
      { type: 'BODY', text: '{{1}}{{3}}' },
      { type: 'BUTTONS', buttons: [{ type: 'URL', text: 'x'.repeat(26), url: 'example.com' }] },
    ],
  })
  assert.deepEqual([answer.status, answer.body.error.code], [422, 'invalid_parameter'], answer.text)
  const params = answer.body.error.details.issues.map((issue: { param: string }) => issue.param)
  for (const wanted of [
    ...['ttl', 'name', 'language', 'category', 'components[0].text', 'components[1].text'],
    ...['components[1].example.body_text', 'components[2].buttons[0].text', 'components[2].buttons[0].url'],
  ]) {
    assert.ok(params.includes(wanted), `${wanted}: ${answer.text}`)
  }
  const missing = await create({ name: 'x' })
  const lacking = missing.body.error.details.issues.map((issue: { param: string }) => issue.param)
  assert.deepEqual(lacking.sort(), ['category', 'components', 'language'])
  assert.equal(carom.simulator.world.templates.size, before)
})

test('advice comes with the answer and stops nothing', async () => {
  const components = [{ type: 'BODY', text: 'Our big sale begins today, come and see us in the shop.' }]
  const made = await create({ name: 'a_sale', language: 'en_US', category: 'UTILITY', components })
  assert.equal(made.status, 201, made.text)
  assert.deepEqual(
    made.body.warnings.map((warning: { param: string }) => warning.param),
    ['components[0].text'],
  )
  assert.match(made.body.warnings[0].message, /MARKETING/)
  const twin = await create({ name: 'a_sale_2', language: 'en_US', category: 'MARKETING', components })
  assert.match(JSON.stringify(twin.body.warnings), /a_sale.*same body/)
  const again = await create({ name: 'a_sale', language: 'en_US', category: 'UTILITY', components })
  assert.deepEqual([again.status, again.body.error.param], [422, 'name'])
})

test('a category that Meta changes: at review, announced a day ahead, and what it costs', async () => {
  const moved = await approved(draft('recategorize_parcel'))
  const template = await eventually(async () => {
    const found = await read(moved.id)
    assert.equal(found.category, 'MARKETING')
    return found
  })
  assert.equal(template.previous_category, 'UTILITY')
  assert.match(template.price_effect, /was UTILITY: marketing costs more/)
  const event = (await told()).find(one => one.data.changes.category)
  assert.deepEqual(event?.data.changes.category, { from: 'UTILITY', to: 'MARKETING' })
  assert.match(event?.data.price_effect, /costs more/)

  const { id, meta_template_id } = await approved(draft('announced_parcel'))
  await atMeta(meta_template_id, { correct_category: 'MARKETING' })
  await eventually(async () => {
    const { category, correct_category, price_effect } = await read(id)
    assert.deepEqual([category, correct_category], ['UTILITY', 'MARKETING'])
    assert.match(price_effect, /will move this template to MARKETING/)
  })
  await pass(86_400)
  await eventually(async () => {
    const { category, correct_category, previous_category } = await read(id)
    assert.deepEqual([category, correct_category, previous_category], ['MARKETING', null, 'UTILITY'])
  })
})

test('texts that are changed elsewhere are checked against at the next send', async () => {
  const { id, meta_template_id } = await approved(draft('changed_elsewhere'))
  assert.equal((await send('changed_elsewhere')).status, 201)
  const [body, ...rest] = draft('x').components
  const components = [
    {
      ...body,
      text: 'Hello {{first_name}}, your order has left our shop today.',
      example: { body_text_named_params: [{ param_name: 'first_name', example: 'Ada' }] },
    },
    ...rest,
  ]
  await atMeta(meta_template_id, { components })
  const refused = await eventually(async () => {
    const answer = await send('changed_elsewhere')
    assert.equal(answer.body.error?.code, 'template_parameters_mismatch', answer.text)
    return answer.body.error
  })
  assert.deepEqual(refused.details.issues, [
    {
      param: 'variables.order_no',
      message: 'The template has no such variable; it has first_name, button_0, button_1.',
    },
  ])
  assert.equal((await send('changed_elsewhere', { first_name: 'Ada', button_0: '1' })).status, 201)
  assert.ok((await told()).some(event => event.subject_id === id && event.data.changes.components))
})

test('one that vanishes at Meta is marked: it is told, can be read, and comes back', async () => {
  const { id, meta_template_id } = await approved(draft('vanishing'))
  const { templates } = carom.simulator.world
  const gone = templates.get(meta_template_id)
  templates.delete(meta_template_id)
  const sync = async () => (await carom.api('POST', '/whatsapp/templates/sync', {})).body
  assert.equal((await sync()).removed, 1)
  assert.equal((await read(id)).status, 'DELETED')
  const listed = async (query: string) =>
    (await carom.api('GET', `/whatsapp/templates?name=vanishing${query}`)).body.data.length
  assert.deepEqual([await listed(''), await listed('&status=deleted')], [0, 1])
  const refused = (await send('vanishing')).body.error
  assert.deepEqual([refused.code, refused.details.reason], ['template_not_found', 'deleted'])
  assert.deepEqual((await told()).at(-1)?.data.changes.status, { from: 'APPROVED', to: 'DELETED' })
  assert.ok(gone)
  templates.set(meta_template_id, gone)
  assert.equal((await sync()).updated, 1)
  assert.equal((await read(id)).status, 'APPROVED')
  assert.equal((await send('vanishing')).status, 201)
})

test('deleting: this language, or all; the name is kept back, and the row is not shown', async () => {
  const { id } = await approved(draft('short_lived'))
  const german = await approved(draft('short_lived', { language: 'de' }))
  assert.equal((await carom.api('DELETE', `/whatsapp/templates/${id}`)).status, 204)
  assert.equal((await carom.api('GET', `/whatsapp/templates/${id}`)).status, 404)
  const refused = (await send('short_lived')).body.error
  assert.deepEqual([refused.details.reason, refused.details.languages], ['deleted', ['de']])
  const again = await create(draft('short_lived'))
  assert.match(again.body.error.message, /30 days, until/)
  const all = await carom.api('DELETE', `/whatsapp/templates/${german.id}?all_languages=true`)
  assert.equal(all.status, 204, all.text)
  assert.equal((await carom.api('GET', '/whatsapp/templates?name=short_lived')).body.data.length, 0)
  assert.equal((await carom.api('GET', '/whatsapp/templates?status=DELETED')).body.data.length, 0)
  await pass(31 * 86_400)
  const made = await create(draft('short_lived'))
  assert.equal(made.status, 201, made.text)
  assert.notEqual(made.body.id, id)
})

test('edits of an approved template: once a day, and the next time is told', async () => {
  const { id } = await approved(draft('often_edited'))
  const components = (text: string) => ({ components: [{ type: 'BODY', text: `${text} is on its way.` }] })
  const edit = (body: object) => carom.api('PATCH', `/whatsapp/templates/${id}`, body)
  assert.equal((await edit({ category: 'MARKETING' })).body.error.param, 'category')
  assert.equal((await edit({})).status, 422)
  assert.equal((await edit(components('Your first parcel'))).status, 200)
  await pass(3)
  await becomes(id, 'APPROVED')
  const early = await edit(components('Your second parcel'))
  assert.deepEqual([early.status, early.body.error.code], [409, 'invalid_state'])
  await carom.sim('POST', '/_sim/clock', { advance_seconds: 86_400 })
  assert.equal((await edit(components('Your second parcel'))).status, 200)
})

const faults = (reset_after_rate: number) => carom.sim('PATCH', '/_sim/settings', { reset_after_rate })

/** Asks once while every answer of Meta is lost, and again when they come through. */
async function lostAndFound(ask: () => Promise<Answered>, between = async () => {}): Promise<Answered> {
  await faults(1)
  const lost = await ask()
  assert.equal(lost.status, 502, lost.text)
  await faults(0)
  await between()
  return ask()
}

test('a creation, an edit and a deletion whose answers are lost are found out, and happen once', async () => {
  const key = { 'idempotency-key': `lost-${Date.now()}` }
  const found = await lostAndFound(() => create(draft('answer_lost'), key))
  assert.equal(found.status, 201, found.text)
  await pass(3)
  const { id } = await becomes(found.body.id, 'APPROVED')

  const edit = { components: [{ type: 'BODY', text: 'Your parcel is on its way to you.' }] }
  const path = `/whatsapp/templates/${id}`
  const edited = await lostAndFound(() => carom.api('PATCH', path, edit, { 'idempotency-key': `edit-${id}` }))
  assert.deepEqual([edited.status, edited.body.components.length], [200, 1], edited.text)
  await pass(3)
  await becomes(id, 'APPROVED')
  assert.equal((await send('answer_lost', {})).status, 201)

  const removed = await lostAndFound(() =>
    carom.api('DELETE', path, undefined, { 'idempotency-key': `delete-${id}` }),
  )
  assert.equal(removed.status, 204, removed.text)
  assert.equal((await carom.api('GET', path)).status, 404)
})

test('one whose answer was lost is its creator’s also if a sync stored it first', async () => {
  const key = { 'idempotency-key': `synced-${Date.now()}` }
  const ask = () => create(draft('synced_first'), key)
  const sync = async () => {
    const { body } = await carom.api('POST', '/whatsapp/templates/sync', {})
    assert.equal(body.created, 1)
  }
  const found = await lostAndFound(ask, sync)
  assert.equal(found.status, 201, found.text)
  assert.equal((await ask()).headers.get('idempotent-replayed'), 'true')
})
