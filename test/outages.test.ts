// What happens to a running gateway: its database is killed, it is asked to stop while it sends, it is started twice.

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { apiOf, eventually, freePort, type Gateway, spawnGateway, startWorld, type World } from './carom.ts'
import { assertOnceEach, startSendStream, startSmallTalk } from './sendStream.ts'

const settings = { enforce_window: 'off', latency_ms: 50, sent_ms: 20, delivered_ms: 60, read_ms: 120 }

/** A gateway over an embedded PostgreSQL of its own, as everybody's first one is. */
async function startEmbeddedWorld(t: TestContext, env: Record<string, string> = {}) {
  const world = await startWorld({
    env: {
      PORT: String(await freePort()),
      // Longer than this simulator needs on a busy machine: what it takes later would rightly count as not taken.
      CAROM_SEND_TIMEOUT_MS: '5000',
      CAROM_RECONCILE_SECONDS: '15',
      LOG_LEVEL: 'error',
      ...env,
    },
    settings: { ...settings, webhooks: { retry_first_ms: 100 } },
  })
  const { DATABASE_URL: _, ...own } = world.env
  world.env = own
  const gateways: Gateway[] = []
  const endSmallTalk = startSmallTalk(world)
  t.after(async () => {
    endSmallTalk()
    for (const gateway of gateways) await gateway.stop()
    await world.close()
  })
  const start = () => {
    const gateway = spawnGateway(world.env)
    gateways.push(gateway)
    return gateway
  }
  const gateway = start()
  const url = await gateway.ready()
  return { world, gateway, url, start }
}

async function postmasterPid(world: World): Promise<number> {
  const file = await readFile(join(world.data_dir, 'postgres', 'postmaster.pid'), 'utf8')
  return Number(file.split('\n')[0])
}

async function allRead(world: World, url: string): Promise<void> {
  const api = apiOf(url, world.owner_key)
  await eventually(
    async () => {
      for (const status of ['queued', 'sending', 'unknown', 'accepted', 'sent', 'delivered']) {
        assert.deepEqual((await api('GET', `/whatsapp/messages?status=${status}`)).body.data, [], status)
      }
    },
    { timeout_ms: 60_000, every_ms: 200 },
  )
}

test('its PostgreSQL is killed while it sends: it recovers by itself', async t => {
  const { world, gateway, url } = await startEmbeddedWorld(t)
  const stream = startSendStream(world, { url: () => url, per_second: 40, name: 'outage' })
  for (let kill = 0; kill < 2; kill++) {
    await sleep(500)
    process.kill(await postmasterPid(world), 'SIGKILL')
    const answers = stream.done.size
    await eventually(() => assert.ok(stream.done.size > answers + 20, 'sends go through again'), {
      timeout_ms: 30_000,
    })
  }
  const count = await stream.finished()
  t.diagnostic(`${count} sends: ${JSON.stringify(Object.fromEntries(stream.seen))}`)
  assert.equal(gateway.child.exitCode, null, 'the same process went on')
  await assertOnceEach(world, stream)
  await allRead(world, url)
  const ready = await fetch(`${url}/readyz`)
  assert.equal(ready.status, 200, await ready.text())
})

test('asked to stop while it sends, it finishes what is in flight and loses nothing', async t => {
  const { world, gateway, url, start } = await startEmbeddedWorld(t)
  const stream = startSendStream(world, { url: () => url, per_second: 40, name: 'stopped' })
  await sleep(700)
  const asked = performance.now()
  await gateway.stop()
  const { code } = await gateway.exited
  assert.deepEqual([code, performance.now() - asked < 10_000], [0, true])
  assert.equal(gateway.stderr().trim(), '')
  assert.equal([...stream.seen.keys()].filter(name => name.startsWith('5')).length, 0, 'no send was refused')
  await start().ready()
  const count = await stream.finished()
  t.diagnostic(`${count} sends: ${JSON.stringify(Object.fromEntries(stream.seen))}`)
  // What was in flight got its answer before the end: no key was left for its replay to find out about.
  assert.equal(stream.seen.get('409 not_confirmed'), undefined)
  assert.equal(stream.seen.get('409 idempotency_key_in_use'), undefined)
  await assertOnceEach(world, stream)
  await allRead(world, url)
})

test('a second gateway on the same DATA_DIR refuses with a sentence, and the first goes on', async t => {
  const { world, url } = await startEmbeddedWorld(t)
  const second = spawnGateway({ ...world.env, PORT: '0' })
  const { code } = await second.exited
  assert.equal(code, 1)
  assert.match(second.stderr(), /Carom could not start: .*(in use|already|another)/)
  assert.ok(!/\n\s+at /.test(second.stderr()), second.stderr())
  assert.equal((await fetch(`${url}/readyz`)).status, 200)

  const same = spawnGateway({ ...world.env, DATA_DIR: `${world.data_dir}/other` })
  assert.equal((await same.exited).code, 1)
  assert.match(same.stderr(), /cannot listen on 127\.0\.0\.1:\d+: another program does/)
})

test('Ctrl-C stops it within three seconds, and a port or a folder is free afterwards', async t => {
  const { world, gateway, url, start } = await startEmbeddedWorld(t)
  const pid = await postmasterPid(world)
  await fetch(`${url}/healthz`) // a client that keeps its connection does not hold it up
  const asked = performance.now()
  await gateway.kill('SIGINT')
  const took_ms = performance.now() - asked
  assert.equal((await gateway.exited).code, 0)
  assert.ok(took_ms < 3_000, `it took ${took_ms} ms`)
  assert.throws(() => process.kill(pid, 0), 'PostgreSQL has stopped too')
  assert.equal(await start().ready(), url)
})
