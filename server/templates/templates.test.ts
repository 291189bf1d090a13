import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { connectManually } from '../accounts/onboard.ts'
import { type Accounts, openAccounts, requireSendable, type SendableNumber } from '../accounts/room.ts'
import { caller, NUMBER, openTestWorld, type TestWorld, TOKEN, WABA } from '../accounts/world.fixture.ts'
import { Failure } from '../kit/errors.ts'
import { newId } from '../kit/ids.ts'
import {
  applyCategoryUpdate,
  applyComponentsUpdate,
  applyQualityUpdate,
  applyStatusUpdate,
} from './applyReview.ts'
import { bind } from './bind.ts'
import { findTemplate, listTemplates, requireTemplate, requireTemplateById } from './find.ts'
import { openTemplates, type Templates } from './room.ts'
import { syncTemplates } from './sync.ts'

let world: TestWorld
let accounts: Accounts
let templates: Templates
let tenant: string
let number: SendableNumber
let time_s = 1_793_000_000

before(async () => {
  world = await openTestWorld()
  accounts = openAccounts(world.house)
  templates = openTemplates(world.house, accounts)
  tenant = await world.newTenant()
  await connectManually(accounts, tenant, { waba_id: WABA, phone_number_id: NUMBER, access_token: TOKEN })
  number = await requireSendable(accounts, caller(tenant), NUMBER)
})
after(() => world.close())
afterEach(() => world.setGate(undefined))

async function failure(promise: Promise<unknown>): Promise<Failure> {
  const outcome = await promise.then(
    () => new Error('It did not fail.'),
    (error: unknown) => error,
  )
  assert.ok(outcome instanceof Failure, String((outcome as Error).stack))
  return outcome
}

async function metaId(name: string, language = 'en_US'): Promise<string> {
  const { template } = await findTemplate(templates, number.account_id, name, language)
  return template?.meta_template_id ?? ''
}

async function event(name: string, value: Record<string, unknown>, at_s = ++time_s) {
  const named = {
    message_template_id: Number(await metaId(name)),
    message_template_name: name,
    message_template_language: 'en-US',
  }
  return { waba_id: WABA, at_s, value: { ...named, ...value } }
}

test('onboarding pulled them; the list filters and pages', async () => {
  const { data } = await listTemplates(templates, tenant, { limit: 100 })
  assert.equal(data.length, 6)
  assert.ok(data.every(template => template.status === 'APPROVED' && template.waba_id === WABA))
  const names = async (wish: Parameters<typeof listTemplates>[2]) =>
    (await listTemplates(templates, tenant, wish)).data
      .map(({ name, language }) => `${name} ${language}`)
      .sort()
  assert.deepEqual(await names({ name: 'order_shipped' }), ['order_shipped de', 'order_shipped en_US'])
  assert.deepEqual(await names({ language: 'de' }), ['order_shipped de'])
  assert.deepEqual(await names({ category: 'marketing' }), ['weekly_offer en_US'])
  assert.deepEqual(await names({ status: 'PAUSED' }), [])
  assert.deepEqual(await names({ waba_id: '1' }), [])
  assert.deepEqual(await names({ q: 'APPLES' }), ['weekly_offer en_US'])
  assert.deepEqual(await names({ q: 'appoint' }), ['appointment_reminder en_US'])
  const first = await listTemplates(templates, tenant, { limit: 4 })
  const rest = await listTemplates(templates, tenant, { limit: 4, cursor: first.next_cursor ?? '' })
  assert.deepEqual([first.data.length, rest.data.length, rest.next_cursor], [4, 2, null])
  const id = first.data[0]?.id ?? ''
  assert.equal((await requireTemplateById(templates, tenant, id)).id, id)
  assert.equal((await failure(requireTemplateById(templates, newId(), id))).code, 'not_found')
})

test('a sync writes only what differs, and marks what is gone', async () => {
  assert.deepEqual(await syncTemplates(templates, caller(tenant), WABA), {
    created: 0,
    updated: 0,
    unchanged: 6,
    removed: 0,
    templates: 6,
  })
  const { templates: there } = world.simulator.world
  const offer = [...there.values()].find(template => template.name === 'weekly_offer')
  assert.ok(offer)
  there.delete(offer.id)
  there.set('77', { ...structuredClone(offer), id: '77', name: 'monthly_offer' })
  const hello = [...there.values()].find(template => template.name === 'hello_world')
  if (hello) hello.quality = 'YELLOW'
  assert.deepEqual(await syncTemplates(templates, caller(tenant), undefined), {
    created: 1,
    updated: 1,
    unchanged: 4,
    removed: 1,
    templates: 6,
  })
  assert.equal(
    (await failure(requireTemplate(templates, number, { template: 'weekly_offer', language: 'en_US' }))).code,
    'template_not_found',
  )
  assert.equal(
    (await requireTemplate(templates, number, { template: 'hello_world', language: 'en_US' })).quality_score,
    'YELLOW',
  )
  there.delete('77')
  there.set(offer.id, offer)
  const back = await syncTemplates(templates, caller(tenant), undefined)
  assert.deepEqual([back.updated, back.removed], [1, 1])
})

test('many pages, a stale cursor, a page that fails, a token that ended', async () => {
  const { templates: there } = world.simulator.world
  const hello = [...there.values()].find(template => template.name === 'hello_world')
  assert.ok(hello)
  for (let i = 0; i < 250; i++) there.set(`8${i}`, { ...hello, id: `8${i}`, name: `bulk_${i}` })
  let pages = 0
  const stale = { status: 400, body: { error: { code: 131059, message: '(#131059) Invalid cursor' } } }
  world.setGate((_, path) => (path.endsWith('message_templates') && ++pages === 2 ? stale : undefined))
  assert.equal((await syncTemplates(templates, caller(tenant), undefined)).templates, 256)
  assert.ok(pages >= 5)
  pages = 0
  world.setGate((_, path) =>
    path.endsWith('message_templates') && ++pages >= 2
      ? { status: 400, body: { error: { code: 100, message: 'x' } } }
      : undefined,
  )
  for (let i = 0; i < 250; i++) there.delete(`8${i}`)
  for (let i = 0; i < 120; i++) there.set(`9${i}`, { ...hello, id: `9${i}`, name: `more_${i}` })
  const refused = await failure(syncTemplates(templates, caller(tenant), undefined))
  assert.deepEqual([refused.code, refused.options.details?.step], ['meta_rejected', 'pull_templates'])
  assert.ok((await findTemplate(templates, number.account_id, 'bulk_7', 'en_US')).template)
  for (let i = 0; i < 120; i++) there.delete(`9${i}`)
  world.setGate(undefined)
  assert.equal((await syncTemplates(templates, caller(tenant), undefined)).templates, 6)
  assert.equal((await failure(syncTemplates(templates, caller(tenant), '1'))).code, 'not_found')
})

test('a send finds its template, or is told which languages and status there are', async () => {
  assert.equal(
    (await requireTemplate(templates, number, { template: 'order_shipped', language: 'de' })).language,
    'de',
  )
  const language = await failure(
    requireTemplate(templates, number, { template: 'order_shipped', language: 'fr' }, 'fallback.'),
  )
  assert.deepEqual([language.code, language.options.param], ['template_not_found', 'fallback.language'])
  assert.deepEqual(language.options.details?.languages, ['de', 'en_US'])
  assert.equal(
    (await failure(requireTemplate(templates, number, { template: 'nothing', language: 'de' }))).code,
    'template_not_found',
  )
})

test('status webhooks: once, in order of their time, and seen by the next send', async () => {
  const { db } = world.house
  const paused = await event('hello_world', {
    event: 'PAUSED',
    reason: null,
    message_template_category: 'UTILITY',
  })
  assert.equal((await applyStatusUpdate(templates, db, paused))?.status, 'PAUSED')
  assert.equal(await applyStatusUpdate(templates, db, paused), undefined)
  const older = await event('hello_world', { event: 'APPROVED', reason: 'NONE' }, paused.at_s - 60)
  assert.equal(await applyStatusUpdate(templates, db, older), undefined)
  await new Promise(resolve => setTimeout(resolve, 100))
  const refused = await failure(
    requireTemplate(templates, number, { template: 'hello_world', language: 'en_US' }),
  )
  assert.deepEqual([refused.code, refused.options.details?.status], ['template_not_approved', 'PAUSED'])
  const rejected = await event('hello_world', { event: 'REJECTED', reason: 'INVALID_FORMAT' })
  assert.equal((await applyStatusUpdate(templates, db, rejected))?.rejected_reason, 'INVALID_FORMAT')
  const approved = await applyStatusUpdate(
    templates,
    db,
    await event('hello_world', { event: 'APPROVED', reason: 'NONE' }),
  )
  assert.deepEqual([approved?.status, approved?.rejected_reason], ['APPROVED', null])
  for (const value of [{ event: 'FLAGGED' }, { event: 'NEW' }, {}]) {
    assert.equal(await applyStatusUpdate(templates, db, await event('hello_world', value)), undefined)
  }
  assert.equal(
    await applyStatusUpdate(templates, db, {
      waba_id: WABA,
      at_s: ++time_s,
      value: { message_template_id: 5, event: 'PAUSED' },
    }),
    undefined,
  )
})

test('quality, category and components webhooks', async () => {
  const { db } = world.house
  const quality = { previous_quality_score: 'GREEN', new_quality_score: 'RED' }
  assert.equal(
    (await applyQualityUpdate(templates, db, await event('order_shipped', quality)))?.quality_score,
    'RED',
  )
  const ahead = {
    new_category: 'UTILITY',
    correct_category: 'MARKETING',
    category_update_timestamp: time_s + 86_400,
  }
  assert.equal(
    (await applyCategoryUpdate(templates, db, await event('order_shipped', ahead)))?.category,
    'UTILITY',
  )
  const done = { previous_category: 'UTILITY', new_category: 'MARKETING' }
  const changed = await applyCategoryUpdate(templates, db, await event('order_shipped', done))
  assert.deepEqual([changed?.category, changed?.previous_category], ['MARKETING', 'UTILITY'])
  const texts = {
    message_template_element: 'Hello {{1}}, order {{2}} left our shop today.',
    message_template_buttons: [
      {
        message_template_button_type: 'URL',
        message_template_button_text: 'Follow',
        message_template_button_url: 'https://example.com/x/{{1}}',
      },
    ],
  }
  const rewritten = await applyComponentsUpdate(templates, db, await event('order_shipped', texts))
  const [body, buttons] = rewritten?.components ?? []
  assert.equal(body?.text, texts.message_template_element)
  assert.ok(body?.example)
  const [button] = (buttons?.buttons ?? []) as Record<string, unknown>[]
  assert.deepEqual(
    [button?.text, button?.url, Array.isArray(button?.example)],
    ['Follow', 'https://example.com/x/{{1}}', true],
  )
})

test('what bind makes of each template, the simulator takes', async () => {
  await syncTemplates(templates, caller(tenant), undefined)
  const choices: [string, Record<string, unknown> | undefined][] = [
    ['hello_world', undefined],
    ['order_shipped', { 1: 'Ada', 2: '4711', button_0: '4711' }],
    ['appointment_reminder', { first_name: 'Ada', day: 'Monday', time: '10:30', button_0: 'YES' }],
    ['weekly_offer', { header: 'https://example.com/apples.jpg', 1: 'Ada' }],
    ['login_code', { 1: '123456' }],
  ]
  for (const [name, variables] of choices) {
    const template = await requireTemplate(templates, number, { template: name, language: 'en_US' })
    const bound = bind(template, variables === undefined ? {} : { variables })
    assert.ok(bound.ok, `${name}: ${JSON.stringify(bound)}`)
    const verdict = await world.house.meta.send({
      token: number.token,
      phone_number_id: number.phone_number_id,
      body: {
        ...{
          messaging_product: 'whatsapp',
          to: `+1555010100${choices.findIndex(choice => choice[0] === name) + 3}`,
          type: 'template',
        },
        template: {
          name,
          language: { code: 'en_US' },
          ...(bound.components.length > 0 ? { components: bound.components } : {}),
        },
      },
      deadline_ms_left: 5000,
    })
    assert.equal(verdict.kind, 'accepted', `${name}: ${JSON.stringify(verdict)}`)
  }
})

test('a revoked token marks the account when a sync meets it', async () => {
  world.setGate((_, path) =>
    path.endsWith('message_templates')
      ? { status: 401, body: { error: { code: 190, message: 'gone' } } }
      : undefined,
  )
  assert.equal(
    (await failure(syncTemplates(templates, caller(tenant), undefined))).code,
    'meta_token_invalid',
  )
  assert.equal((await failure(requireSendable(accounts, caller(tenant), NUMBER))).code, 'meta_token_invalid')
})
