// The whole life of a campaign, where its parts meet: what a preflight blocks is not launched, who says STOP meanwhile gets
// nothing more, and counts, list, export and events tell the same story.

import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { parse } from 'csv-parse/sync'
import type pg from 'pg'
import { readConfig } from '../server/config.ts'
import { silentLog } from '../server/kit/log.ts'
import { startCarom } from '../server/start.ts'
import {
  crowd,
  exactCounts,
  expectStatus,
  listeningLog,
  lookInto,
  newCampaign,
  newHello,
  OFFER,
  recipientsOf,
  upload,
} from './campaigns.ts'
import { apiOf, eventually, FAST_NUMBER, type Journey, NUMBER, startJourney, startWorld } from './carom.ts'

let carom: Journey
let db: pg.Pool
const { log, errors } = listeningLog()
before(async () => {
  carom = await startJourney({ log, settings: { sent_ms: 20, delivered_ms: 50, read_ms: 100 } })
  db = lookInto(carom.database_url)
})
afterEach(() => assert.deepEqual(errors.splice(0), []))
after(async () => {
  await db.end()
  await carom.close()
})

const slow = { timeout_ms: 60_000, every_ms: 100 }
const path = (id: string, end = '') => `/whatsapp/campaigns/${id}${end}`
const act = (id: string, verb: string, body?: object) => carom.api('POST', path(id, `/${verb}`), body)
const campaignOf = async (id: string) => (await carom.api('GET', path(id))).body
const becomes = (id: string, status: string) =>
  eventually(async () => assert.equal((await campaignOf(id)).status, status), slow)
const says = (user: string, text: string) =>
  carom.sim('POST', '/_sim/messages', { phone_number_id: NUMBER, user: user.replace('+', ''), text })

test('what a preflight calls a blocker, a launch refuses; what is ready begins', async () => {
  const codes = async (id: string) =>
    (await act(id, 'preflight')).body.blockers.map((one: { code: string }) => one.code)
  const refusal = async (id: string) => (await act(id, 'launch')).body.error
  const nobody = await newCampaign(carom.api, { template: 'hello_world' })
  assert.deepEqual(await codes(nobody), ['no_recipients'])
  assert.deepEqual((await refusal(nobody)).code, 'invalid_state')

  // The first hundreds lack a value, and somebody behind them does not.
  const offer = await newCampaign(carom.api, OFFER)
  await upload(carom.api, offer, `to,name\n${crowd(300).join(',\n')},\n`)
  assert.deepEqual(await codes(offer), ['nobody_sendable'])
  assert.match((await refusal(offer)).message, /Of 300 nobody can be sent to; the first: .*"name"/)
  await upload(carom.api, offer, 'to,name\n+15550101009,Zoe\n')
  assert.deepEqual(await codes(offer), [])
  expectStatus(await act(offer, 'launch'), 202)
  await becomes(offer, 'completed')
  const { counts } = await campaignOf(offer)
  assert.deepEqual([counts.total, counts.failed, counts.sent], [301, 300, 1])

  const hello = await newHello(carom.api, 3)
  const { wabas } = (await carom.sim('GET', '/_sim/world')).body
  const of = wabas[0].templates.find((one: { name: string }) => one.name === 'hello_world')
  await carom.sim('PATCH', `/_sim/templates/${of.id}`, { status: 'PAUSED' })
  await eventually(async () => assert.deepEqual(await codes(hello), ['template_not_approved']), slow)
  assert.equal((await refusal(hello)).code, 'template_not_approved')
  await carom.sim('PATCH', `/_sim/templates/${of.id}`, { status: 'APPROVED' })
  await eventually(async () => expectStatus(await act(hello, 'launch'), 202), slow)
  assert.deepEqual(await codes(hello), ['invalid_state'])
})

test('who says STOP before their turn is skipped, also between two tries; START brings them back', async () => {
  const [stays, leaves, returns] = crowd(3) as [string, string, string]
  const trying = '+4915999709500'
  const slowly = { ...OFFER, phone_number_id: NUMBER, rate_per_second: 1 }
  const id = await newCampaign(carom.api, slowly)
  const people = [trying, stays, leaves, returns]
  await upload(carom.api, id, `to,name\n${people.map(to => `${to},A`).join('\n')}\n`)
  await says(returns, 'STOP')
  expectStatus(await act(id, 'launch'), 202)
  // Meta does not take the first; while it waits for its next try, the campaign is paused, and people have their say.
  await eventually(async () => {
    const { rows } = await db.query('select from messages where campaign_id = $1 and attempts > 0', [id])
    assert.ok(rows.length > 0)
  }, slow)
  expectStatus(await act(id, 'pause'), 200)
  for (const user of [trying, leaves]) await says(user, 'Stop!')
  await says(returns, 'START')
  await eventually(async () => {
    const consent = (who: string) => carom.api('GET', `/whatsapp/contacts/${encodeURIComponent(who)}/consent`)
    assert.equal((await consent(trying)).body.marketing_opt_out, true)
    assert.equal((await consent(leaves)).body.marketing_opt_out, true)
    assert.equal((await consent(returns)).body.marketing_opt_out, false)
  }, slow)
  expectStatus(await act(id, 'resume'), 200)
  await becomes(id, 'completed')
  await eventually(async () => assert.equal((await campaignOf(id)).counts.read, 2), slow)
  const found = await recipientsOf(carom.api, id)
  assert.deepEqual(
    found.map(one => [one.to, one.status, one.reason?.code ?? null]),
    [
      [trying, 'skipped', 'opted_out'],
      [stays, 'read', null],
      [leaves, 'skipped', 'opted_out'],
      [returns, 'read', null],
    ],
  )
  const { skipped, failed, pending } = await exactCounts(db, id)
  assert.deepEqual([skipped, failed, pending], [2, 0, 0])
})

test('counts, list, export, messages and events tell the same story', async () => {
  const odd = ['9026', '9049', '9403'].map((ending, n) => `+4915999${800 + n}${ending}`)
  const id = await newHello(carom.api, [...crowd(20), ...odd])
  expectStatus(await act(id, 'launch'), 202)
  await eventually(async () => {
    const now = await exactCounts(db, id)
    assert.deepEqual([now.read, now.failed, now.pending], [20, 2, 1])
  }, slow)
  const { counts } = await campaignOf(id)
  const list = await recipientsOf(carom.api, id)
  const csv = parse((await carom.api('GET', path(id, '/recipients.csv'))).text, { columns: true, bom: true })
  for (const rows of [list, csv] as { status: string; sent_at: string | null; read_at: string | null }[][]) {
    const of = (status: string) => rows.filter(row => row.status === status).length
    assert.deepEqual(
      [rows.length, of('pending'), of('failed'), of('skipped'), of('unknown')],
      [counts.total, counts.pending, counts.failed, counts.skipped, counts.unknown],
    )
    const went = rows.filter(row => row.sent_at)
    assert.deepEqual([went.length, went.filter(row => row.read_at).length], [counts.sent, counts.read])
  }
  const messages = (await carom.api('GET', `/whatsapp/messages?campaign_id=${id}&limit=100`)).body.data
  assert.equal(messages.length, 23)
  const { body } = await carom.api('GET', '/events?type=campaign.updated&limit=100')
  const told = body.data.filter((one: { data: { id: string } }) => one.data.id === id)
  assert.deepEqual(
    new Set(told.map((one: { data: { status: string } }) => one.data.status)),
    new Set(['draft', 'running']),
  )
  // The one that Meta spares waits for another day; without it, it is over.
  expectStatus(await act(id, 'cancel'), 200)
  await eventually(async () => assert.deepEqual((await exactCounts(db, id)).skipped, 1), slow)
})

test('a scheduled campaign keeps its time; one whose minute passed while nobody was there begins with the next start', async () => {
  const world = await startWorld({ settings: { sent_ms: 20 } })
  try {
    const first = await startCarom(readConfig(world.env), silentLog)
    const api = apiOf(first.url, world.owner_key)
    const id = await newHello(api, 5)
    const scheduled_at = new Date(Date.now() + 5_000).toISOString()
    expectStatus(await api('POST', path(id, '/launch'), { scheduled_at }), 202)
    assert.equal((await api('PATCH', path(id), { scheduled_at: null })).body.error.param, 'scheduled_at')
    expectStatus(await api('PATCH', path(id), { name: 'At its time', phone_number_id: FAST_NUMBER }), 200)
    await first.close()
    await sleep(Math.max(0, Date.parse(scheduled_at) - Date.now()) + 100)
    const second = await startCarom(readConfig(world.env), silentLog)
    const later = apiOf(second.url, world.owner_key)
    await eventually(async () => {
      const { body } = await later('GET', path(id))
      assert.deepEqual([body.status, body.counts.sent, body.name], ['completed', 5, 'At its time'])
    }, slow)
    await second.close()
  } finally {
    await world.close()
  }
})
