// The process is killed while recipients come in: afterwards there are all of them or none, and a repeated call with the
// same key ends with all of them and a true answer.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { newCampaign, upload } from '../../../test/campaigns.ts'
import { apiOf, eventually, type Gateway, spawnGateway, startWorld, type World } from '../../../test/carom.ts'

const ROWS = 30_000

let world: World
before(async () => {
  world = await startWorld()
})
after(() => world.close())

const csv = `phone,name\n${Array.from({ length: ROWS }, (_, n) => `+49151${10_000_000 + n},Person ${n}`).join('\n')}\n`

async function start(): Promise<{ gateway: Gateway; api: ReturnType<typeof apiOf> }> {
  const gateway = spawnGateway(world.env)
  return { gateway, api: apiOf(await gateway.ready(), world.owner_key) }
}

/** Between the first byte and the answer; the last one may come after it. */
const KILLS_MS = [30, 250, 600, 1_200]

test('killed at any moment of an upload', async t => {
  let { gateway, api } = await start()
  for (const [n, delay] of KILLS_MS.entries()) {
    // The sandbox is connected a moment after the door opens.
    const id = await eventually(() => newCampaign(api))
    const headers = { 'idempotency-key': `crash-${n}` }
    const answered = upload(api, id, csv, headers).then(
      answer => answer.status,
      () => 'cut off',
    )
    await sleep(delay)
    await gateway.kill('SIGKILL')
    const answer = await answered
    ;({ gateway, api } = await start())
    const total = async () => (await api('GET', `/whatsapp/campaigns/${id}`)).body.counts.total
    const left = await total()
    t.diagnostic(`after ${delay} ms: ${answer}, ${left} recipients`)
    assert.ok([0, ROWS].includes(left), `killed after ${delay} ms: ${left} of ${ROWS}`)
    if (answer === 200) assert.equal(left, ROWS)
    const again = async () => {
      const replay = await upload(api, id, csv, headers)
      assert.equal(replay.status, 200, replay.text)
      return replay.body
    }
    const { added, duplicates, invalid } = await eventually(again, { timeout_ms: 60_000, every_ms: 500 })
    assert.deepEqual([added, duplicates, invalid], [ROWS, 0, 0])
    assert.equal(await total(), ROWS)
  }
  await gateway.stop()
})
