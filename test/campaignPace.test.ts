// How fast campaigns go: they share a number fairly, keep a pace of their own, and follow Meta where it allows less than it said.

import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import type pg from 'pg'
import { atMeta, exactCounts, listeningLog, lookInto, newHello, toldCounts } from './campaigns.ts'
import { eventually, type Journey, NUMBER, startJourney } from './carom.ts'

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

const slow = { timeout_ms: 120_000, every_ms: 100 }
const act = async (id: string, verb: string) =>
  assert.ok((await carom.api('POST', `/whatsapp/campaigns/${id}/${verb}`)).status < 300)
const sentOf = async (id: string) => (await toldCounts(db, id)).sent

test('campaigns of one number take turns, and one with a pace of its own keeps it', async () => {
  const on = { phone_number_id: NUMBER }
  const ids = [
    await newHello(carom.api, 2_000, on),
    await newHello(carom.api, 2_000, on),
    await newHello(carom.api, 2_000, { ...on, rate_per_second: 4 }),
  ]
  await Promise.all(ids.map(id => act(id, 'launch')))
  const began_ms = Date.now()
  const [first, second, third] = await eventually(async () => {
    const sent = (await Promise.all(ids.map(sentOf))) as [number, number, number]
    assert.ok(sent[0] + sent[1] >= 500)
    return sent
  }, slow)
  const seconds = (Date.now() - began_ms) / 1000
  assert.ok(Math.abs(first - second) <= 0.3 * (first + second), `${first} and ${second}`)
  assert.ok(third >= 3 && third <= 4 * seconds + 4, `${third} in ${seconds} s`)
  assert.ok(first + second + third <= 80 * seconds + 80, `${first + second + third} in ${seconds} s`)
  for (const id of ids) await act(id, 'cancel')
})

test('where Meta is slower than it said, the campaign slows down, and everybody gets it once', async () => {
  const { rows } = await db.query(
    'update phone_numbers set messages_per_second = 400 where phone_number_id = $1 returning account_id',
    [NUMBER],
  )
  await db.query(`select pg_notify('carom_accounts', $1)`, [rows[0].account_id])
  const before = (await atMeta(carom, NUMBER)).size
  const id = await newHello(carom.api, 800, { phone_number_id: NUMBER })
  await act(id, 'launch')
  await eventually(async () => assert.equal((await toldCounts(db, id)).read, 800), slow)
  const { failed, sent, total } = await exactCounts(db, id)
  assert.deepEqual([failed, sent, total], [0, 800, 800])
  const { rows: pace } = await db.query(
    `select max(attempts)::int as most, max(p.throttled_at) is not null as slowed
     from messages m left join number_pace p on p.phone_number_id = m.phone_number_id where campaign_id = $1`,
    [id],
  )
  assert.ok(pace[0].slowed && pace[0].most > 1, 'Meta said that it was too fast')
  const times = await atMeta(carom, NUMBER)
  assert.equal(times.size - before, 800)
  assert.deepEqual(
    [...times.values()].filter(n => n !== 1),
    [],
  )
})
