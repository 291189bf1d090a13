// The real program, killed in the middle of delivering to an endpoint that fails three times in ten, beside one that is dead
// and one that never answers: every event arrives, none twice after those seen before are passed by, in order for
// each contact. bench/events.ts does the same with 100,000.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { expectedOrder, makeContacts, writeRound } from '../../bench/load/flood.ts'
import {
  apiOf,
  eventually,
  freePort,
  type Gateway,
  spawnGateway,
  startWorld,
  type World,
} from '../../test/carom.ts'
import { type Receiver, startReceiver } from './receiver.fixture.ts'

const CONTACTS = 40
const ROUNDS = 10

let world: World
let gateway: Gateway
let receiver: Receiver
let db: pg.Client
before(async () => {
  world = await startWorld({
    env: {
      CAROM_ALLOW_PRIVATE_WEBHOOKS: 'true',
      CAROM_WEBHOOK_RETRIES: `0.1,0.2,${new Array(18).fill('0.5').join(',')}`,
      PORT: String(await freePort()),
      LOG_LEVEL: 'error',
    },
  })
  receiver = await startReceiver(({ path }) => {
    if (path !== '/flaky') return undefined
    return { status: Math.random() < 0.3 ? 503 : 200 }
  })
  gateway = spawnGateway(world.env)
  await gateway.ready()
  db = new pg.Client({ connectionString: world.database_url })
  await db.connect()
})
after(async () => {
  await db.end()
  await gateway.kill('SIGKILL')
  await receiver.close()
  await world.close()
})

test('nothing is missing, nothing is doubled, every contact in order', async t => {
  const api = apiOf(await gateway.ready(), world.owner_key)
  for (const url of [
    `${receiver.url}/flaky`,
    `http://127.0.0.1:${await freePort()}/dead`,
    `${receiver.url}/mute`,
  ]) {
    assert.equal((await api('POST', '/webhooks', { url, events: ['message.*'] })).status, 201)
  }
  const { rows } = await db.query('select tenant_id, id as number_id from phone_numbers order by id limit 1')
  const contact_ids = await makeContacts(db, rows[0].tenant_id, CONTACTS)
  const writing = (async () => {
    for (let round = 0; round < ROUNDS; round++) {
      await writeRound(db, { ...rows[0], contact_ids })
      await sleep(100)
    }
  })()
  for (let kill = 0; kill < 2; kill++) {
    await eventually(() => assert.ok(receiver.got.length > 200 * (kill + 1)), { timeout_ms: 60_000 })
    await gateway.kill('SIGKILL')
    // What the dead one held is taken up when its leases are over; nobody waits for that here.
    await db.query('update delivery_lines set due_at = now() where lease_owner is not null')
    gateway = spawnGateway(world.env)
    await gateway.ready()
  }
  await writing
  const expected = await expectedOrder(db, rows[0].tenant_id)
  const total = CONTACTS * ROUNDS * 4
  assert.equal([...expected.values()].flat().length, total)
  await eventually(() => assert.equal(new Set(taken().map(call => call.body.id)).size, total), {
    timeout_ms: 120_000,
    every_ms: 200,
  })
  t.diagnostic(`${receiver.got.length} calls, ${taken().length} taken, ${total} events`)
  assert.deepEqual(arrivedOrder(), expected)
  assert.equal(gateway.stderr().trim(), '')
})

function taken() {
  return receiver.got.filter(call => call.status === 200)
}

/** What a receiver that passes by what it has seen makes of the calls. */
function arrivedOrder(): Map<string, string[]> {
  const order = new Map<string, string[]>()
  const seen = new Set<string>()
  for (const { body } of taken()) {
    if (seen.has(body.id)) continue
    seen.add(body.id)
    const contact_id = body.data.contact.id
    order.set(contact_id, [...(order.get(contact_id) ?? []), body.id])
  }
  return order
}
