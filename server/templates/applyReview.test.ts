// Webhooks about templates that come late, twice, for another template of the same name, or with an id too large to read;
// and what a send costs once its template is known.

import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { eventually } from '../../test/carom.ts'
import { connectManually } from '../accounts/onboard.ts'
import { openAccounts, requireSendable, type SendableNumber } from '../accounts/room.ts'
import { caller, NUMBER, openTestWorld, type TestWorld, TOKEN, WABA } from '../accounts/world.fixture.ts'
import { sql } from '../db/sql.ts'
import { lastEvent, recorded } from '../events/recorded.fixture.ts'
import { applyCategoryUpdate, applyComponentsUpdate, applyStatusUpdate } from './applyReview.ts'
import { bindFor, fillIn } from './bindFor.ts'
import { findSendable } from './find.ts'
import { openTemplates, type Templates } from './room.ts'
import type { TemplateRow } from './schema.ts'

let world: TestWorld
let templates: Templates
let number: SendableNumber
let row: TemplateRow
let before_test = 0

before(async () => {
  world = await openTestWorld()
  const accounts = openAccounts(world.house)
  templates = openTemplates(world.house, accounts)
  const tenant = await world.newTenant()
  await connectManually(accounts, tenant, { waba_id: WABA, phone_number_id: NUMBER, access_token: TOKEN })
  number = await requireSendable(accounts, caller(tenant), NUMBER)
})
after(() => world.close())
beforeEach(async () => {
  before_test = await lastEvent(world.house.db)
  row = await stored()
})

const told = () => recorded(world.house.db, 'template.%', before_test)

async function stored(): Promise<TemplateRow> {
  const { db } = world.house
  const found = await db.one<TemplateRow>(
    sql`select * from templates where name = 'order_shipped' and language = 'en_US'`,
  )
  assert.ok(found)
  return found
}

function event(at_s: number, value: object, id: unknown = Number(row.meta_template_id)) {
  const named = {
    message_template_id: id,
    message_template_name: 'order_shipped',
    message_template_language: 'en-US',
  }
  return { waba_id: WABA, at_s, value: { ...named, ...value } }
}

const status = (at_s: number, name: string, more: object = {}, id?: unknown) =>
  applyStatusUpdate(templates, world.house.db, event(at_s, { event: name, ...more }, id))
const category = (at_s: number, value: object) =>
  applyCategoryUpdate(templates, world.house.db, event(at_s, value))

const syncDue = async () => {
  const due = await world.house.db.one<{ s: number }>(
    sql`select extract(epoch from sync_due_at - now())::float8 as s from template_syncs`,
  )
  return due?.s ?? Number.NaN
}

test('a late status does not bring an old category back', async () => {
  await category(200, { previous_category: 'UTILITY', new_category: 'MARKETING' })
  const late = await status(150, 'PAUSED', { message_template_category: 'UTILITY' })
  assert.deepEqual(
    [late?.status, late?.category, late?.previous_category],
    ['PAUSED', 'MARKETING', 'UTILITY'],
  )
  const back = await status(250, 'APPROVED', { message_template_category: 'UTILITY' })
  assert.equal(back?.category, 'UTILITY')
  assert.equal(await category(240, { correct_category: 'MARKETING', new_category: 'UTILITY' }), undefined)
  assert.deepEqual(
    (await told()).map(({ data }) => (data as { changes: object }).changes),
    [
      {
        category: { from: 'UTILITY', to: 'MARKETING' },
        previous_category: { from: null, to: 'UTILITY' },
      },
      { status: { from: 'APPROVED', to: 'PAUSED' } },
      {
        status: { from: 'PAUSED', to: 'APPROVED' },
        category: { from: 'MARKETING', to: 'UTILITY' },
        previous_category: { from: 'UTILITY', to: 'MARKETING' },
      },
    ],
  )
})

test('an announced change that comes by another way is announced no more', async () => {
  await category(300, { correct_category: 'MARKETING', new_category: 'UTILITY' })
  assert.equal((await stored()).correct_category, 'MARKETING')
  await status(310, 'APPROVED', { message_template_category: 'MARKETING' })
  assert.equal((await stored()).correct_category, null)
})

test('what is told of another template of the same name leaves this one alone, and has the account compared', async () => {
  await world.house.db.query(sql`update template_syncs set sync_due_at = now() + interval '1 hour'`)
  assert.equal(await status(400, 'DELETED', {}, 123456), undefined)
  assert.ok((await syncDue()) > 3000, 'the end of one that is not known needs no answer')
  assert.equal(await status(400, 'DISABLED', {}, 123456), undefined)
  assert.equal((await stored()).status, 'APPROVED')
  assert.ok((await syncDue()) < 31)
})

test('an id that a number cannot hold exactly is known by its name', async () => {
  const large = JSON.parse('12345678901234567')
  assert.equal((await status(500, 'PAUSED', {}, large))?.status, 'PAUSED')
  assert.equal((await status(510, 'APPROVED', {}, row.meta_template_id))?.status, 'APPROVED')
})

test('new texts are taken over at once, and the rest is fetched soon', async () => {
  await world.house.db.query(sql`update template_syncs set sync_due_at = now() + interval '1 hour'`)
  const texts = { message_template_element: 'Hello {{1}}, your order {{2}} has left.' }
  const changed = await applyComponentsUpdate(templates, world.house.db, event(600, texts))
  assert.equal(changed?.components[0]?.text, texts.message_template_element)
  assert.ok((await syncDue()) < 31)
})

test('one template for ten thousand recipients: looked up once, filled in without a query', async () => {
  let statements = 0
  const counting = {
    ...templates,
    db: {
      ...templates.db,
      query: ((statement: Parameters<typeof templates.db.query>[0]) => {
        statements++
        return templates.db.query(statement)
      }) as typeof templates.db.query,
    },
  }
  const choice = { template: 'order_shipped', language: 'en_US' }
  await eventually(async () => {
    const found = await findSendable(templates, number, choice)
    assert.ok(found.ok && String(found.template.components[0]?.text).includes('has left'))
  })
  for (let n = 0; n < 10_000; n++) {
    const found = await findSendable(counting, number, choice)
    assert.ok(found.ok)
    const filled = fillIn(found.template, { variables: { 1: 'Ada', 2: String(n), button_0: 'x' } })
    assert.ok(filled.ok)
    if (n % 1000 === 0)
      await bindFor(counting, number, { ...choice, variables: { 1: 'a', 2: 'b', button_0: 'c' } })
  }
  assert.equal(statements, 0)
})
