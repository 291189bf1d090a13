import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Failure } from '../kit/errors.ts'
import { newId } from '../kit/ids.ts'
import { linkBot, setAutoreply } from './answerBy.ts'
import { requireNumberRow } from './find.ts'
import { connectManually } from './onboard.ts'
import {
  type Accounts,
  findByMetaId,
  findByWaba,
  findNumber,
  markTokenInvalid,
  openAccounts,
  requireSandboxAllowed,
  requireSendable,
  sendableById,
} from './room.ts'
import { applyAccountUpdate, applyReviewUpdate } from './webhooks/applyAccount.ts'
import { applyCapability, applyNameUpdate, applyQuality } from './webhooks/applyNumbers.ts'
import { caller, NUMBER, openTestWorld, SECOND, type TestWorld, TOKEN, WABA } from './world.fixture.ts'

let world: TestWorld
let accounts: Accounts
let other: Accounts
let tenant: string
let account_id: string
let time_s = 1_793_000_000

before(async () => {
  world = await openTestWorld()
  accounts = openAccounts(world.house)
  other = openAccounts(world.house)
  tenant = await world.newTenant()
  for (const phone_number_id of [NUMBER, SECOND]) {
    const wish = { waba_id: WABA, phone_number_id, access_token: TOKEN }
    account_id = (await connectManually(accounts, tenant, wish)).account.id
  }
})
after(() => world.close())

function event(value: Record<string, unknown>, at_s = ++time_s) {
  return { waba_id: WABA, at_s, value }
}

const code = (expected: string) => (error: unknown) => error instanceof Failure && error.code === expected

async function eventually(check: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if (await check()) return
    await new Promise(resolve => setTimeout(resolve, 20))
  }
  assert.fail('It did not become so within two seconds.')
}

test('a number is found by either id, by Meta, and by its WABA', async () => {
  const number = await findNumber(accounts, tenant, NUMBER)
  assert.deepEqual([number?.token, number?.messages_per_second, number?.held], [TOKEN, 80, true])
  assert.equal((await findNumber(accounts, tenant, number?.id ?? ''))?.phone_number_id, NUMBER)
  assert.equal((await findByMetaId(accounts, SECOND))?.messages_per_second, 1000)
  assert.equal((await findByWaba(accounts, WABA))?.tenant_id, tenant)
  assert.equal((await sendableById(accounts, number?.id ?? ''))?.token, TOKEN)
  assert.equal(await findNumber(accounts, newId(), NUMBER), undefined)
  assert.equal(await findByMetaId(accounts, '1'), undefined)
})

test('sending needs a number of the tenant; a test key a sandbox number', async () => {
  assert.equal((await requireSendable(accounts, caller(tenant), NUMBER)).phone_number_id, NUMBER)
  await assert.rejects(requireSendable(accounts, caller(newId()), NUMBER), code('not_found'))
  assert.throws(() => requireSandboxAllowed(caller(tenant, true), { sandbox: false }), code('sandbox_key'))
  requireSandboxAllowed(caller(tenant, true), { sandbox: true })
})

test('quality, throughput and limits: idempotent, in any order, tolerant', async () => {
  const { db } = world.house
  const upgrade = event({
    display_phone_number: '15550100001',
    event: 'THROUGHPUT_UPGRADE',
    max_daily_conversations_per_business: 'TIER_UNLIMITED',
  })
  const [changed] = await applyQuality(accounts, db, upgrade)
  assert.deepEqual(
    [changed?.messages_per_second, changed?.throughput_level, changed?.messaging_limit],
    [1000, 'HIGH', 'TIER_UNLIMITED'],
  )
  assert.deepEqual(await applyQuality(accounts, db, upgrade), [])
  const old = event({ display_phone_number: '15550100001', current_limit: 'TIER_250' }, upgrade.at_s - 100)
  assert.deepEqual(await applyQuality(accounts, db, old), [])
  const flagged = event({ display_phone_number: '15550100001', event: 'FLAGGED', current_limit: 'TIER_10K' })
  const [red] = await applyQuality(accounts, db, flagged)
  assert.deepEqual([red?.quality_rating, red?.status, red?.messaging_limit], ['RED', 'FLAGGED', 'TIER_10K'])
  await applyQuality(accounts, db, event({ display_phone_number: '15550100001', event: 'UNFLAGGED' }))
  assert.equal((await requireNumberRow(accounts, tenant, NUMBER)).status, 'CONNECTED')
  for (const value of [{}, { display_phone_number: '999' }, { display_phone_number: null, event: 7 }]) {
    assert.deepEqual(await applyQuality(accounts, db, event(value)), [])
  }
  assert.equal(
    (await applyCapability(accounts, db, event({ max_daily_conversations_per_business: 2000 }))).length,
    2,
  )
  assert.equal(
    (await applyCapability(accounts, db, event({ max_daily_conversations_per_business: 'TIER_2K' }))).length,
    0,
  )
})

test('another process forgets what it remembered', async () => {
  await findNumber(other, tenant, NUMBER)
  await applyQuality(
    accounts,
    world.house.db,
    event({ display_phone_number: '15550100001', event: 'FLAGGED' }),
  )
  await eventually(async () => (await findNumber(other, tenant, NUMBER))?.status === 'FLAGGED')
  await applyQuality(
    accounts,
    world.house.db,
    event({ display_phone_number: '15550100001', event: 'UNFLAGGED' }),
  )
})

test('a new display name counts once it is approved', async () => {
  const { db } = world.house
  const wish = { display_phone_number: '15550100002', requested_verified_name: 'Bread' }
  await applyNameUpdate(accounts, db, event({ ...wish, decision: 'REJECTED', rejection_reason: 'UNKNOWN' }))
  assert.notEqual((await requireNumberRow(accounts, tenant, SECOND)).verified_name, 'Bread')
  const [row] = await applyNameUpdate(accounts, db, event({ ...wish, decision: 'APPROVED' }))
  assert.equal(row?.verified_name, 'Bread')
})

test('restrictions end by themselves, bans when they are lifted', async () => {
  const { db, clock } = world.house
  const until = Math.floor(clock.nowMs() / 1000) + 3600
  const restriction = (expiration: number) =>
    event({ event: 'ACCOUNT_RESTRICTION', restriction_info: [{ restriction_type: 'X', expiration }] })
  const told = await applyAccountUpdate(accounts, db, restriction(until))
  assert.equal(told.accounts[0]?.status, 'restricted')
  assert.equal(told.accounts[0]?.restricted_until?.getTime(), until * 1000)
  assert.equal((await requireSendable(other, caller(tenant), NUMBER)).phone_number_id, NUMBER)
  await applyAccountUpdate(accounts, db, restriction(until - 7200))
  await eventually(async () => (await findNumber(other, tenant, NUMBER))?.account_status === 'connected')
  await applyAccountUpdate(
    accounts,
    db,
    event({ event: 'DISABLED_UPDATE', ban_info: { waba_ban_state: 'DISABLE' } }),
  )
  await eventually(async () => (await findNumber(other, tenant, NUMBER))?.account_status === 'restricted')
  const lifted = await applyAccountUpdate(
    accounts,
    db,
    event({ event: 'DISABLED_UPDATE', ban_info: { waba_ban_state: 'REINSTATE' } }),
  )
  assert.equal(lifted.accounts[0]?.status, 'connected')
  assert.equal(
    (await applyReviewUpdate(accounts, db, event({ decision: 'REJECTED' }))).accounts[0]?.review_status,
    'REJECTED',
  )
  for (const value of [
    {},
    { event: 'NEW_THING' },
    { event: 'ACCOUNT_RESTRICTION', restriction_info: null },
  ]) {
    await applyAccountUpdate(accounts, db, event(value))
  }
  await applyAccountUpdate(
    accounts,
    db,
    event({ event: 'DISABLED_UPDATE', ban_info: { waba_ban_state: 'REINSTATE' } }),
  )
})

test('bots: linking one that exists, answering only with an active one', async () => {
  const { db } = world.house
  const bot_id = newId()
  await assert.rejects(linkBot(accounts, db, tenant, NUMBER, bot_id), code('invalid_parameter'))
  await assert.rejects(setAutoreply(accounts, db, tenant, NUMBER, true), code('invalid_state'))
  const bot = { is_active: false }
  accounts.hooks.findBot = async (_, tenant_id, id) =>
    tenant_id === tenant && id === bot_id ? bot : undefined
  assert.equal((await linkBot(accounts, db, tenant, NUMBER, bot_id)).bot_id, bot_id)
  await assert.rejects(setAutoreply(accounts, db, tenant, NUMBER, true), code('invalid_state'))
  bot.is_active = true
  assert.equal((await setAutoreply(accounts, db, tenant, NUMBER, true)).autoreply_enabled, true)
  const unlinked = await linkBot(accounts, db, tenant, NUMBER, null)
  assert.deepEqual([unlinked.bot_id, unlinked.autoreply_enabled], [null, false])
  await assert.rejects(linkBot(accounts, db, newId(), NUMBER, null), code('not_found'))
})

test('an invalid token stops sends; removal by the partner counts as one; deletion lets go', async () => {
  const { db } = world.house
  await Promise.all([markTokenInvalid(accounts, account_id), markTokenInvalid(accounts, account_id)])
  await assert.rejects(requireSendable(accounts, caller(tenant), NUMBER), code('meta_token_invalid'))
  assert.equal(world.logged.filter(line => line.includes('no longer accepts')).length, 1)
  await applyAccountUpdate(
    accounts,
    db,
    event({ event: 'DISABLED_UPDATE', ban_info: { waba_ban_state: 'REINSTATE' } }),
  )
  assert.equal((await findNumber(accounts, tenant, NUMBER))?.account_status, 'token_invalid')
  await connectManually(accounts, tenant, { waba_id: WABA, phone_number_id: NUMBER, access_token: TOKEN })
  const removed = {
    ...event({ event: 'PARTNER_REMOVED', waba_info: { waba_id: WABA } }),
    waba_id: '800100200300999',
  }
  assert.equal((await applyAccountUpdate(accounts, db, removed)).accounts[0]?.status, 'token_invalid')
  const deleted = await applyAccountUpdate(accounts, db, event({ event: 'ACCOUNT_DELETED' }))
  assert.equal(deleted.accounts[0]?.status, 'disconnected')
  await eventually(async () => (await findByMetaId(other, NUMBER)) === undefined)
  await eventually(async () => (await findNumber(accounts, tenant, NUMBER))?.held === false)
  await assert.rejects(requireSendable(accounts, caller(tenant), NUMBER), code('invalid_state'))
})
