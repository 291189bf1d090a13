// What fails holds back its own line and nothing else; what has failed can be sent again, in its place.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import pg from 'pg'
import { expectedOrder, makeContacts, writeRound } from '../../../bench/load/flood.ts'
import { eventually, freePort, type Journey, startJourney } from '../../../test/carom.ts'
import { type Got, type Receiver, startReceiver } from '../receiver.fixture.ts'

let carom: Journey
let receiver: Receiver
let db: pg.Client
let of: { tenant_id: string; number_id: string }
before(async () => {
  carom = await startJourney({
    env: { CAROM_ALLOW_PRIVATE_WEBHOOKS: 'true', CAROM_WEBHOOK_RETRIES: '0.2,0.2,3600' },
  })
  receiver = await startReceiver()
  db = new pg.Client({ connectionString: carom.database_url })
  await db.connect()
  of = (await db.query('select tenant_id, id as number_id from phone_numbers order by id limit 1')).rows[0]
})
after(async () => {
  await db.end()
  await carom.close()
  await receiver.close()
})

async function endpoint(path: string, more: object = {}): Promise<string> {
  const made = await carom.api('POST', '/webhooks', {
    url: receiver.url + path,
    events: ['message.*'],
    ...more,
  })
  assert.equal(made.status, 201, made.text)
  return made.body.id
}

const at = (path: string) => receiver.got.filter(call => call.path === path)
const takenAt = (path: string) => at(path).filter(call => call.status === 200)
const contactOf = (call: Got) => call.body.data.contact.id
const deliveries = async (id: string, query = '') =>
  (await carom.api('GET', `/webhooks/${id}/deliveries?limit=100${query}`)).body.data

test('an event that one contact stumbles over holds back that contact alone; by hand its line goes on', async () => {
  const id = await endpoint('/poison')
  const [sick = '', ...well] = await makeContacts(db, of.tenant_id, 4)
  const poisoned = new Set<string>()
  const refuses = ({ path, headers }: { path: string; headers: Got['headers'] }) => ({
    status: path === '/poison' && poisoned.has(String(headers['webhook-id'])) ? 500 : 200,
    body: 'cannot digest this',
  })
  receiver.behave(refuses)
  await db.query('begin')
  await writeRound(db, { ...of, contact_ids: [sick, ...well] })
  const first = (await expectedOrder(db, of.tenant_id)).get(sick)?.[0] as string
  poisoned.add(first)
  await db.query('commit')
  await eventually(() => assert.equal(takenAt('/poison').length, 12))
  assert.ok(!takenAt('/poison').some(call => contactOf(call) === sick))
  const [head] = await eventually(async () => {
    const waiting = (await deliveries(id, '&status=waiting')).toReversed()
    assert.equal(waiting.length, 4)
    assert.equal(waiting[0].attempts.length, 3)
    return waiting
  })
  assert.deepEqual(
    [head.event_id, head.attempts[0].status, head.attempts[0].response_body],
    [first, 500, 'cannot digest this'],
  )
  const in_s = (Date.parse(head.next_attempt_at) - Date.now()) / 1000
  assert.ok(in_s > 3_500 && in_s < 4_000, `the next attempt is in ${in_s} s`)
  assert.equal(at('/poison').filter(call => call.status === 500).length, 3)

  poisoned.clear()
  const again = await carom.api('POST', `/webhooks/${id}/deliveries/${head.id}/redeliver`)
  assert.deepEqual([again.status, again.body.id], [202, head.id], again.text)
  await eventually(() => assert.equal(takenAt('/poison').length, 16))
  const expected = (await expectedOrder(db, of.tenant_id)).get(sick)
  const order = takenAt('/poison').filter(call => contactOf(call) === sick)
  assert.deepEqual(
    order.map(call => call.body.id),
    expected,
  )
  const texts = at('/poison')
    .filter(call => call.headers['webhook-id'] === first)
    .map(call => call.text)
  assert.equal(new Set(texts).size, 1, 'what is sent again is the same, byte for byte')
  await carom.api('DELETE', `/webhooks/${id}`)
})

test('through with its schedule a delivery has failed, and lets its line go on; all that failed can be sent again', async () => {
  const id = await endpoint('/given-up')
  const [contact = ''] = await makeContacts(db, of.tenant_id, 1)
  receiver.behave(({ path }) => ({ status: path === '/given-up' ? 503 : 200 }))
  await writeRound(db, { ...of, contact_ids: [contact] })
  const attempts = (n: number) =>
    eventually(async () => assert.equal((await deliveries(id)).at(-1).attempts.length, n))
  await attempts(3)
  // An hour later, as far as the queue is concerned.
  await db.query('update delivery_lines set due_at = now() where webhook_id = $1', [id])
  await eventually(async () => assert.equal((await deliveries(id)).at(-1).status, 'failed'))
  await eventually(async () =>
    assert.ok((await deliveries(id)).at(-2).attempts.length > 0, 'the next has its turn'),
  )
  receiver.behave(() => ({ status: 200 }))
  const { status, body } = await carom.api('POST', `/webhooks/${id}/redeliver`, { status: 'failed' })
  assert.deepEqual([status, body], [202, { queued: 1, next_from: null }])
  await eventually(() => assert.equal(takenAt('/given-up').length, 4))
  const expected = (await expectedOrder(db, of.tenant_id)).get(contact)
  assert.deepEqual(
    takenAt('/given-up').map(call => call.body.id),
    expected,
  )
  await carom.api('DELETE', `/webhooks/${id}`)
})

test('a time can be sent again, with what was missed while the endpoint was off', async () => {
  const id = await endpoint('/range')
  const from = new Date().toISOString()
  const [contact = ''] = await makeContacts(db, of.tenant_id, 1)
  await writeRound(db, { ...of, contact_ids: [contact] })
  await eventually(() => assert.equal(takenAt('/range').length, 4))
  await carom.api('PUT', `/webhooks/${id}`, { is_active: false })
  const off = await carom.api('POST', `/webhooks/${id}/redeliver`, { from })
  assert.deepEqual([off.status, off.body.error.code], [409, 'invalid_state'])
  await writeRound(db, { ...of, contact_ids: [contact] })
  await carom.api('GET', '/events') // everything is settled when it answers
  await carom.api('PUT', `/webhooks/${id}`, { is_active: true })
  const { body } = await carom.api('POST', `/webhooks/${id}/redeliver`, { from })
  assert.deepEqual(body, { queued: 8, next_from: null })
  await eventually(() => assert.equal(takenAt('/range').length, 12))
  const expected = (await expectedOrder(db, of.tenant_id)).get(contact)
  assert.deepEqual(
    takenAt('/range')
      .slice(4)
      .map(call => call.body.id),
    expected,
  )
  for (const wish of [
    {},
    { status: 'failed', from },
    { to: from },
    { status: 'failed', to: from },
    { from, to: from },
  ]) {
    assert.equal(
      (await carom.api('POST', `/webhooks/${id}/redeliver`, wish)).status,
      422,
      JSON.stringify(wish),
    )
  }
  await carom.api('DELETE', `/webhooks/${id}`)
})

test('an endpoint that is down gets one at a time; when it is back everything follows at once', async () => {
  const port = await freePort()
  const id = await endpoint('', { url: `http://127.0.0.1:${port}/down` })
  const contact_ids = await makeContacts(db, of.tenant_id, 30)
  await writeRound(db, { ...of, contact_ids })
  const health = async () => (await carom.api('GET', `/webhooks/${id}`)).body
  await eventually(async () => assert.ok((await health()).failures >= 10))
  const { failing_since, last_success_at } = await health()
  assert.ok(Date.now() - Date.parse(failing_since) < 60_000)
  assert.equal(last_success_at, null)
  await eventually(async () => {
    const { rows } = await db.query('select next_try_at > now() as waits from webhooks where id = $1', [id])
    assert.equal(rows[0].waits, true)
  })
  const url = `${receiver.url}/back`
  // All but one have failed often by now, and would wait for hours.
  await eventually(async () => {
    const late = await db.query(
      `update delivery_lines set due_at = now() + interval '5 hours' where webhook_id = $1 and lease_owner is null`,
      [id],
    )
    assert.equal(late.rowCount, 30)
  })
  await db.query(
    'update delivery_lines set due_at = now() where (webhook_id, line) = (select webhook_id, line from delivery_lines where webhook_id = $1 limit 1)',
    [id],
  )
  await db.query('update webhooks set url = $2, next_try_at = now() where id = $1', [id, url])
  await eventually(() => assert.equal(takenAt('/back').length, 120), { timeout_ms: 30_000 })
  assert.equal((await health()).failures, 0)
  await carom.api('DELETE', `/webhooks/${id}`)
})

test('with nothing but failures for five days an endpoint is switched off', async () => {
  receiver.behave(({ path }) => ({ status: path === '/hopeless' ? 500 : 200 }))
  const id = await endpoint('/hopeless')
  const [contact = ''] = await makeContacts(db, of.tenant_id, 1)
  await db.query(
    `update webhooks set failures = 1, failing_since = now() - interval '4 days 23 hours' where id = $1`,
    [id],
  )
  await writeRound(db, { ...of, contact_ids: [contact] })
  await eventually(() => assert.equal(at('/hopeless').length, 3))
  assert.equal((await carom.api('GET', `/webhooks/${id}`)).body.is_active, true)
  await db.query(`update webhooks set failing_since = now() - interval '5 days' where id = $1`, [id])
  await db.query('update delivery_lines set due_at = now() where webhook_id = $1', [id])
  await eventually(async () => {
    const { body } = await carom.api('GET', `/webhooks/${id}`)
    assert.deepEqual([body.is_active, body.disabled_reason], [false, 'failing'])
  })
  const { data } = (await carom.api('GET', '/events?type=webhook.disabled')).body
  assert.equal(data.at(-1).data.id, id)
})

test('what was deleted, and what nobody waits for, is swept away', async () => {
  const { keepEvents } = await import('../keep.ts')
  await keepEvents(carom.carom.rooms.events)
  const { rows } =
    await db.query(`select (select count(*) from deliveries d where not exists (select from webhooks where id = d.webhook_id)) as orphans,
    (select count(*) from delivery_lines where waiting = 0) as idle, (select count(*) from deleted_webhooks) as graves`)
  assert.deepEqual(rows[0], { orphans: '0', idle: '0', graves: '0' })
})
