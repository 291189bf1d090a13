// The process is killed again and again while a person with much behind them is forgotten: the next one goes on, and in the
// end nothing is left.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import {
  ADA,
  apiOf,
  eventually,
  freePort,
  type Gateway,
  NUMBER,
  spawnGateway,
  startWorld,
  type World,
} from './carom.ts'
import { placesOf } from './placesOf.ts'

const KILLS = 4
const MESSAGES = 20_000

let world: World
let gateway: Gateway
let db: pg.Client
before(async () => {
  world = await startWorld({ env: { PORT: String(await freePort()), LOG_LEVEL: 'error' } })
  db = new pg.Client({ connectionString: world.database_url })
  await db.connect()
  gateway = spawnGateway(world.env)
})
after(async () => {
  await gateway.kill('SIGKILL')
  await db.end()
  await world.close()
})

test(`${KILLS} kills while a person is forgotten`, async t => {
  const api = apiOf(await gateway.ready(), world.owner_key)
  const hello = { phone_number_id: NUMBER, to: ADA, template: 'hello_world', language: 'en_US' }
  const sent = await api('POST', '/whatsapp/messages/template', hello)
  assert.equal(sent.status, 201, sent.text)
  await eventually(async () => {
    assert.equal((await api('GET', `/whatsapp/messages/${sent.body.id}`)).body.status, 'read')
  })
  await multiply(sent.body.id)
  const asked = await api('POST', `/whatsapp/contacts/${sent.body.contact.id}/erase`, {})
  assert.equal(asked.status, 202, asked.text)
  const seen = new Set<string>()
  for (let kill = 0; kill < KILLS; kill++) {
    await sleep(50 + Math.random() * 400)
    await gateway.kill('SIGKILL')
    const { rows } = await db.query('select step, state from erasures')
    seen.add(rows[0].step)
    // A lease that nobody holds any more; the test does not wait for its end.
    await db.query('update erasures set due_at = now() where due_at is not null')
    gateway = spawnGateway(world.env)
    await gateway.ready()
  }
  await eventually(
    async () => {
      const { body } = await api('GET', `/whatsapp/erasures/${asked.body.id}`)
      assert.equal(body.state, 'done', JSON.stringify(body))
    },
    { timeout_ms: 120_000, every_ms: 100 },
  )
  t.diagnostic(`killed in ${[...seen].join(', ')}`)
  assert.deepEqual(
    await placesOf(db as unknown as pg.Pool, [ADA.replace('+', ''), 'word-77', sent.body.wamid]),
    [],
  )
  assert.equal((await db.query('select from messages')).rowCount, 0)
})

/** The same message many times over, with as many stored webhooks and events. */
async function multiply(id: string): Promise<void> {
  await db.query(
    `insert into messages (id, tenant_id, phone_number_id, contact_id, direction, type, status, recipient, content, created_at)
     select gen_random_uuid(), tenant_id, phone_number_id, contact_id, 'outbound', 'text', 'read', recipient,
       '{"body": "word-77"}', created_at
     from messages, generate_series(1, $2) where id = $1`,
    [id, MESSAGES],
  )
  await db.query(
    `insert into inbox (id, body, projected_at)
     select gen_random_uuid(), body, now() from (select body from inbox order by id limit 1) one, generate_series(1, $1)`,
    [MESSAGES],
  )
  await db.query(
    `insert into events (id, tenant_id, type, at, contact_id, data)
     select gen_random_uuid(), tenant_id, 'conversation.updated', now(), contact_id, '{"text": "word-77"}'
     from messages where id <> $1`,
    [id],
  )
}
