// Reading events: a client that was away catches up without missing or doubling anything, and one that watches is told.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import pg from 'pg'
import { makeContacts, writeRound } from '../../../bench/load/flood.ts'
import {
  ADA,
  apiOf,
  eventually,
  FAST_NUMBER,
  type Journey,
  NUMBER,
  startJourney,
} from '../../../test/carom.ts'
import { type Followed, follow } from './reader.fixture.ts'

let carom: Journey
let db: pg.Client
let of: { tenant_id: string; number_id: string }
before(async () => {
  carom = await startJourney()
  db = new pg.Client({ connectionString: carom.database_url })
  await db.connect()
  of = (
    await db.query('select tenant_id, id as number_id from phone_numbers where phone_number_id = $1', [
      NUMBER,
    ])
  ).rows[0]
})
after(async () => {
  await db.end()
  await carom.close()
})

type Told = { id: string; type: string; timestamp: string; data: { id: string } }

/** As a client reads that was away: until there is no more. */
async function catchUp(cursor: string | undefined, query = ''): Promise<{ told: Told[]; resume: string }> {
  const told: Told[] = []
  let place = cursor
  for (;;) {
    const at = place === undefined ? '' : `&cursor=${place}`
    const { status, body, text } = await carom.api('GET', `/events?limit=7${query}${at}`)
    assert.equal(status, 200, text)
    told.push(...body.data)
    place = body.next_cursor ?? undefined
    if (place === undefined) return { told, resume: body.resume_cursor }
  }
}

async function recorded(): Promise<string[]> {
  const { rows } = await db.query('select id from events where tenant_id = $1 order by seq', [of.tenant_id])
  return rows.map(row => row.id)
}

test('a client that was away reads on from where it was, page by page, in order', async () => {
  // What the start recorded can be read once no older transaction is open.
  const first = await eventually(async () => {
    const found = await catchUp(undefined)
    assert.deepEqual(
      found.told.map(event => event.id),
      await recorded(),
    )
    return found
  })
  const contact_ids = await makeContacts(db, of.tenant_id, 5)
  for (let round = 0; round < 3; round++) await writeRound(db, { ...of, contact_ids })
  const second = await eventually(async () => {
    const found = await catchUp(first.resume)
    assert.equal(found.told.length, 60)
    return found
  })
  assert.deepEqual(
    [...first.told, ...second.told].map(event => event.id),
    await recorded(),
  )
  const none = await catchUp(second.resume)
  assert.deepEqual([none.told, none.resume], [[], second.resume])
})

test('filters: types, contact, number, and a time', async () => {
  const from = new Date().toISOString()
  const hello = { to: ADA, template: 'hello_world', language: 'en_US' }
  const sent = await carom.api('POST', '/whatsapp/messages/template', {
    ...hello,
    phone_number_id: FAST_NUMBER,
  })
  const other = await carom.api('POST', '/whatsapp/messages/template', { ...hello, phone_number_id: NUMBER })
  const seen = async (query: string) => (await catchUp(undefined, query)).told
  await eventually(async () => assert.equal((await seen(`&type=message.read&from=${from}`)).length, 2))
  const all = await seen(`&from=${from}`)
  assert.equal(all.length, 8)
  const fast = await seen(`&phone_number_id=${FAST_NUMBER}&from=${from}`)
  assert.deepEqual(
    fast,
    all.filter(event => event.data.id === sent.body.id),
  )
  const steps = await seen(`&type=message.accepted,message.sent&contact=%2B${ADA.slice(1)}`)
  assert.deepEqual(
    steps.map(event => event.data.id).sort(),
    [sent, sent, other, other].map(one => one.body.id).sort(),
  )
  assert.deepEqual(await seen(`&contact=%2B4915999999999`), [])
  for (const bad of ['type=nonsense', 'cursor=nonsense', 'contact=12', 'from=yesterday']) {
    assert.equal((await carom.api('GET', `/events?${bad}`)).status, 422, bad)
  }
})

test('a filter that finds little leads on in steps', async () => {
  const before = await catchUp(undefined)
  await db.query(
    `insert into events (id, tenant_id, type, at, data) select gen_random_uuid(), $1, 'message.sent', now(), '{}' from generate_series(1, 12000)`,
    [of.tenant_id],
  )
  const [account] = (await carom.api('GET', '/whatsapp/accounts')).body.data
  await carom.api('PATCH', `/whatsapp/accounts/${account.id}`, { media_mirror: 'on' })
  const page = await carom.api('GET', `/events?type=account.*&cursor=${before.resume}`)
  assert.deepEqual([page.body.data.length, typeof page.body.next_cursor], [0, 'string'])
  const { told } = await catchUp(before.resume, '&type=account.*')
  assert.deepEqual(
    told.map(event => event.type),
    ['account.updated'],
  )
})

test('a stream tells what happens, and goes on after the last event that was seen', async () => {
  const { resume } = await catchUp(undefined, `&from=${new Date().toISOString()}`)
  const key = carom.owner_key

  const now = await follow(carom.url, key, '?type=message.*')
  const contact_ids = await makeContacts(db, of.tenant_id, 3)
  await writeRound(db, { ...of, contact_ids })
  const live = await eventually(() => {
    assert.equal(now.events.length, 12)
    return now.events
  })
  now.close()
  await writeRound(db, { ...of, contact_ids })
  const again = await follow(carom.url, key, '?type=message.*', live[4]?.place)
  await eventually(() => assert.equal(again.events.length, 7 + 12))
  assert.deepEqual(again.events.slice(0, 7).map(idOf), live.slice(5).map(idOf))
  const all = await follow(carom.url, key, `?cursor=${resume}`)
  await eventually(() => assert.equal(all.events.length, 24))
  assert.deepEqual([...live.slice(0, 5), ...again.events].map(idOf), all.events.map(idOf))
  for (const one of [again, all]) one.close()
})

const idOf = ({ data }: Followed['events'][number]) => data.id

test('nobody sees events of another tenant', async () => {
  const { body: tenant } = await carom.api('POST', '/tenants', { name: 'Others' })
  const theirs = apiOf(carom.url, tenant.owner_key)
  assert.deepEqual((await theirs('GET', '/events')).body.data, [])
  const stream = await follow(
    carom.url,
    tenant.owner_key,
    `?cursor=${Buffer.from('0').toString('base64url')}`,
  )
  await carom.api('POST', '/whatsapp/messages/template', {
    ...{ phone_number_id: NUMBER, to: ADA, template: 'hello_world', language: 'en_US' },
  })
  const [account] = (await carom.api('GET', '/whatsapp/accounts')).body.data
  await carom.api('PATCH', `/whatsapp/accounts/${account.id}`, { media_mirror: 'off' })
  await new Promise(resolve => setTimeout(resolve, 700))
  assert.deepEqual(stream.events, [])
  stream.close()
})
