// Accounts are compared with Meta by themselves: rows that are the same are not touched, one process does an account, and
// what was missed is repaired.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { eventually } from '../../test/carom.ts'
import { connectManually } from '../accounts/onboard.ts'
import { openAccounts, requireSendable, type SendableNumber } from '../accounts/room.ts'
import { caller, NUMBER, openTestWorld, type TestWorld, TOKEN, WABA } from '../accounts/world.fixture.ts'
import { sql } from '../db/sql.ts'
import { recorded } from '../events/recorded.fixture.ts'
import { doubtTemplates } from './doubt.ts'
import { findTemplate } from './find.ts'
import { compareAll, startKeepingTrue } from './keepTrue.ts'
import { openTemplates, type Templates } from './room.ts'
import { syncTemplates } from './sync.ts'
import { claimDue } from './syncQueries.ts'

const MANY = 5_000

let world: TestWorld
let templates: Templates
let tenant: string
let number: SendableNumber

before(async () => {
  world = await openTestWorld()
  const accounts = openAccounts(world.house)
  templates = openTemplates(world.house, accounts)
  tenant = await world.newTenant()
  fillSimulator()
  await connectManually(accounts, tenant, { waba_id: WABA, phone_number_id: NUMBER, access_token: TOKEN })
  number = await requireSendable(accounts, caller(tenant), NUMBER)
})
after(() => world.close())

const told = () => recorded(world.house.db, 'template.%')
const atMeta = () => world.simulator.world.templates
const sync = () => syncTemplates(templates, caller(tenant), WABA)

/** Some of them with a picture, whose link is another at every reading. */
function fillSimulator(): void {
  const [hello, offer] = ['hello_world', 'weekly_offer'].map(name =>
    [...atMeta().values()].find(template => template.name === name),
  )
  assert.ok(hello && offer)
  for (let at = atMeta().size; at < MANY; at++) {
    const id = String(7_000_000 + at)
    atMeta().set(id, { ...structuredClone(at % 5 === 0 ? offer : hello), id, name: `bulk_${at}` })
  }
}

/** Every row with where it lies and who wrote or locked it last. */
const rows = () =>
  world.house.db.query<{ name: string }>(sql`
    select name, ctid::text, xmin::text, xmax::text from templates order by name, language`)

const dueIn = async () => {
  const row = await world.house.db.one<{ s: number }>(
    sql`select extract(epoch from sync_due_at - now())::float8 as s from template_syncs`,
  )
  return Math.round(row?.s ?? Number.NaN)
}

test('5,000 templates in one pass: rows that are the same are not even locked, and nobody is told', async () => {
  assert.equal((await told()).length, 0, 'reading an account for the first time is no news')
  const before = await rows()
  assert.equal(before.length, MANY)
  const began = performance.now()
  const same = { created: 0, updated: 0, unchanged: MANY, removed: 0, templates: MANY }
  assert.deepEqual(await sync(), same)
  const took_ms = performance.now() - began
  assert.deepEqual(await rows(), before)
  assert.equal(world.calls.filter(call => call.endsWith('message_templates')).length, 2 * (MANY / 100))
  assert.ok(took_ms < 60_000, `${took_ms} ms`)

  for (const [id, template] of atMeta()) if (template.name === 'bulk_77') atMeta().delete(id)
  for (const [, template] of atMeta()) if (template.name === 'bulk_78') template.quality = 'GREEN'
  assert.deepEqual(await sync(), {
    ...same,
    unchanged: MANY - 2,
    updated: 1,
    removed: 1,
    templates: MANY - 1,
  })
  const changed = (await rows()).filter((row, at) => JSON.stringify(row) !== JSON.stringify(before[at]))
  assert.deepEqual(
    changed.map(row => row.name),
    ['bulk_77', 'bulk_78'],
  )
  const news = (await told()).map(({ data }) => data as { name: string; changes: object })
  assert.deepEqual(
    news.map(({ name, changes }) => [name, changes]),
    [
      ['bulk_78', { quality_score: { from: 'UNKNOWN', to: 'GREEN' } }],
      ['bulk_77', { status: { from: 'APPROVED', to: 'DELETED' } }],
    ],
  )
})

test('every six hours, give or take half an hour; sooner where something is in doubt, and not in a crowd', async () => {
  const next = await dueIn()
  assert.ok(next > 5.4 * 3600 && next <= 6.5 * 3600, `${next} s`)
  await doubtTemplates(templates, number.account_id, 131047)
  assert.equal(await dueIn(), next)
  await doubtTemplates(templates, number.account_id, 132001)
  const soon = await dueIn()
  assert.ok(soon <= 30, `${soon} s`)
})

test('the loop repairs what no webhook told; two processes do not compare the same account', async () => {
  const { db } = world.house
  const hello = [...atMeta().values()].find(template => template.name === 'hello_world')
  assert.ok(hello)
  hello.status = 'PAUSED'
  await db.query(sql`update template_syncs set sync_due_at = now() - interval '1 second'`)
  const [one, two] = await Promise.all([1, 2].map(() => claimDue(db, 5, 900, new Date())))
  assert.equal((one?.length ?? 0) + (two?.length ?? 0), 1)
  await db.query(sql`update template_syncs set sync_due_at = now() - interval '1 second'`)
  const loop = startKeepingTrue(templates)
  await eventually(async () => {
    const { template } = await findTemplate(templates, number.account_id, 'hello_world', 'en_US')
    assert.equal(template?.status, 'PAUSED')
    assert.ok((await dueIn()) > 5.4 * 3600)
  })
  await loop.drain()
})

test('one that fails is tried again in about ten minutes', async () => {
  const { db } = world.house
  await db.query(sql`update template_syncs set sync_due_at = now() - interval '1 second'`)
  const due = await claimDue(db, 5, 900, new Date())
  world.setGate(() => ({ status: 400, body: { error: { code: 100, message: 'x' } } }))
  await compareAll(templates, due)
  world.setGate(undefined)
  const retry = await dueIn()
  assert.ok(retry > 400 && retry < 800, `${retry} s`)
  assert.ok(world.logged.some(line => line.includes('could not be compared')))
})

test('a comparison that was asked for while one ran still comes', async () => {
  const { db } = world.house
  await db.query(sql`update template_syncs set sync_due_at = now() - interval '1 second', ended_at = null`)
  const due = await claimDue(db, 5, 900, new Date())
  templates.doubted.clear()
  await doubtTemplates(templates, number.account_id, 132000)
  await compareAll(templates, due)
  assert.ok((await dueIn()) <= 0)
})

test('what a webhook told while a page was on its way is newer than the page', async () => {
  const { db, clock } = world.house
  const { template } = await findTemplate(templates, number.account_id, 'order_shipped', 'en_US')
  assert.ok(template)
  let webhook: Promise<unknown> | undefined
  world.setGate((_, path) => {
    webhook ??= path.endsWith('message_templates')
      ? db.query(
          sql`update templates set status = 'DISABLED', updated_at = ${clock.now()} where id = ${template.id}`,
        )
      : undefined
    return undefined
  })
  await sync()
  world.setGate(undefined)
  assert.ok(webhook)
  await webhook
  const row = await db.one(sql`select status from templates where id = ${template.id}`)
  assert.equal(row?.status, 'DISABLED')
  await sync()
  assert.equal(
    (await db.one(sql`select status from templates where id = ${template.id}`))?.status,
    'APPROVED',
  )
})
