// Answers that are lost on their way: one that Meta never took is sent again, unless something else was said meanwhile. And
// what the contact takes back is not answered.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createBot, heard, hears, switchOn, type Turn, turnsOf, write } from './bots.ts'
import { eventually, type Journey, startJourney } from './carom.ts'
import { startTenantServer, type TenantServer } from './tenantServer.ts'

let carom: Journey
let tenant: TenantServer
let bot_id: string
before(async () => {
  tenant = await startTenantServer()
  const env = {
    CAROM_ALLOW_PRIVATE_WEBHOOKS: 'true',
    CAROM_SEND_TIMEOUT_MS: '1000',
    CAROM_RECONCILE_SECONDS: '2',
  }
  carom = await startJourney({ env })
  bot_id = (await createBot(carom, { engine: 'webhook', url: tenant.url, debounce_ms: 50 })).id
  await switchOn(carom, bot_id)
})
after(async () => {
  await carom.close()
  await tenant.close()
})

const cutSends = (on: boolean) => carom.sim('PATCH', '/_sim/settings', { reset_before_rate: on ? 1 : 0 })

async function statusOf(id: string): Promise<string> {
  return (await carom.api('GET', `/whatsapp/messages/${id}`)).body.status
}

/** The answer of the newest turn is in the dark: the connection broke, and nobody knows whether Meta took it. */
function inTheDark(): Promise<Turn> {
  return eventually(
    async () => {
      const [turn] = await turnsOf(carom, bot_id)
      assert.equal(turn?.state, 'answered')
      assert.equal(await statusOf(turn.message_ids[0]), 'unknown')
      return turn
    },
    { timeout_ms: 20_000 },
  )
}

const patience = { timeout_ms: 40_000, every_ms: 100 }

/** Webhooks keep coming: only then silence about a message proves anything. */
async function othersWrite(user: string): Promise<void> {
  await write(carom, user, 'Not about this')
}

test('an answer that Meta never took is sent again, once', async () => {
  tenant.answer(() => ({ text: 'Here you are.' }))
  await cutSends(true)
  await write(carom, '15550601001', 'Where is it?')
  const turn = await inTheDark()
  await cutSends(false)
  await othersWrite('15550601002')
  const [lost] = turn.message_ids
  await eventually(async () => assert.equal(await statusOf(lost), 'failed'), patience)
  assert.deepEqual(await hears(carom, '15550601001', 1), ['Here you are.'])
  const turns = await turnsOf(carom, bot_id)
  const after = turns.find(one => one.id === turn.id)
  assert.equal(after.message_ids.length, 1)
  assert.notEqual(after.message_ids[0], lost)
})

test('it is not sent again where something was said since', async () => {
  await cutSends(true)
  await write(carom, '15550601003', 'Where is it?')
  const turn = await inTheDark()
  await cutSends(false)
  tenant.answer(() => ({ text: 'The newer answer.' }))
  await write(carom, '15550601003', 'Hello?')
  await eventually(async () => assert.equal(await statusOf(turn.message_ids[0]), 'failed'), patience)
  await eventually(async () => {
    const { rows } = await carom.carom.rooms.bots.db.pool.query(
      'select due_at from bot_turns where id = $1',
      [turn.id],
    )
    assert.equal(rows[0].due_at, null)
  }, patience)
  assert.deepEqual(await heard(carom, '15550601003'), ['The newer answer.'])
})

test('a message that was deleted is not answered', async () => {
  await carom.api('PUT', `/bots/${bot_id}`, { config: { debounce_ms: 1_500 } })
  const wamid = await write(carom, '15550601004', 'Never mind')
  const revoke = { type: 'revoke', revoke: { original_message_id: wamid } }
  await write(carom, '15550601004', revoke)
  const turn = await eventually(async () => {
    const [newest] = await turnsOf(carom, bot_id)
    assert.equal(newest?.state, 'dropped')
    return newest
  })
  assert.equal(turn.reason.code, 'withdrawn')
})
