// The real program is killed again and again in the middle of sending. Every send that a client asked for, with one
// Idempotency-Key until the final answer, reaches Meta exactly once.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { apiOf, eventually, freePort, type Gateway, spawnGateway, startWorld, type World } from './carom.ts'
import { assertOnceEach, startSendStream, startSmallTalk } from './sendStream.ts'

const KILLS = 15
/** A slow machine kills less often: what is in the dark then waits as long again. */
const KILLING_MS = 20_000

let world: World
let gateway: Gateway | undefined
let endSmallTalk = () => {}
before(async () => {
  world = await startWorld({
    env: {
      PORT: String(await freePort()),
      // Longer than this simulator needs on a busy machine: what it takes later would rightly count as not taken.
      CAROM_SEND_TIMEOUT_MS: '8000',
      CAROM_RECONCILE_SECONDS: '20',
      LOG_LEVEL: 'error',
    },
    settings: {
      ...{ enforce_window: 'off', latency_ms: 150, sent_ms: 20, delivered_ms: 60, read_ms: 120 },
      webhooks: { retry_first_ms: 100 },
    },
  })
})
after(async () => {
  endSmallTalk()
  await gateway?.kill('SIGKILL')
  await world.close()
})

test('kills in a stream of sends: nothing lost, nothing twice', async t => {
  const url = `http://127.0.0.1:${world.env.PORT}`
  gateway = spawnGateway(world.env)
  await gateway.ready()
  endSmallTalk = startSmallTalk(world)
  const stream = startSendStream(world, { url: () => url, per_second: 50, name: 'killed' })
  let kills = 0
  for (const end = performance.now() + KILLING_MS; kills < KILLS && performance.now() < end; kills++) {
    await sleep(100 + Math.random() * 500)
    // Meta goes on trying for days; held back meanwhile, its backoff does not outgrow the short reconcile time.
    await hold(true)
    await gateway.kill('SIGKILL')
    gateway = spawnGateway(world.env)
    await gateway.ready()
    await hold(false)
  }
  await sleep(300)
  const count = await stream.finished()
  t.diagnostic(`${kills} kills, ${count} sends: ${JSON.stringify(Object.fromEntries(stream.seen))}`)
  assert.ok(count > 100 && (stream.seen.get('no answer') ?? 0) >= kills)
  await assertOnceEach(world, stream)
  await everythingSettles(url, stream.done)
  assert.equal(gateway.stderr().trim(), '')
})

async function hold(paused: boolean): Promise<void> {
  await world.sim('PATCH', '/_sim/settings', { webhooks: { paused } })
}

/** No row is left in the dark, and what clients were told is what came to be. */
async function everythingSettles(url: string, done: Map<string, string>): Promise<void> {
  const api = apiOf(url, world.owner_key)
  for (const status of ['queued', 'sending', 'unknown', 'accepted', 'sent', 'delivered']) {
    await eventually(
      async () => assert.deepEqual((await api('GET', `/whatsapp/messages?status=${status}`)).body.data, []),
      { timeout_ms: 90_000, every_ms: 200 },
    )
  }
  for (const id of [...done.values()].filter((_, n) => n % 20 === 0)) {
    assert.equal((await api('GET', `/whatsapp/messages/${id}`)).body.status, 'read')
  }
}
