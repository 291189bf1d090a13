// Three real processes (one `api`, two `worker`) over one PostgreSQL, under load, while one thing after the other goes wrong.
// What comes of every message is held against what Meta got, what the tenant's endpoint heard, and how fast each number was.

import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { type Embedded, startEmbedded } from '../server/db/embedded.ts'
import { type Receiver, startReceiver } from '../server/events/receiver.fixture.ts'
import { silentLog } from '../server/kit/log.ts'
import {
  type Api,
  apiOf,
  eventually,
  freePort,
  type Gateway,
  NUMBER,
  spawnGateway,
  startWorld,
  type World,
} from './carom.ts'
import { startSendStream } from './sendStream.ts'

const QUEUED = 900
const INBOUND_EVERY_MS = 150
/** The lease of a send: its deadline and ten seconds. */
const SEND_TIMEOUT_MS = 1_500
const PAST_LEASE_MS = SEND_TIMEOUT_MS + 10_500

export type Stage = {
  world: World
  database: Embedded
  receiver: Receiver
  url: string
  api: Api
  /** By name: `api`, `one`, `two`. */
  processes: Map<string, Gateway>
  start(name: string): Promise<void>
  close(): Promise<void>
}

export async function openStage(): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'carom-scale-'))
  const [database, receiver, port] = await Promise.all([
    startEmbedded({ data_dir: folder, log: silentLog }),
    startReceiver(),
    freePort(),
  ])
  const world = await startWorld({
    settings: {
      ...{ enforce_window: 'off', latency_ms: 60, sent_ms: 20, delivered_ms: 60, read_ms: 120 },
      webhooks: { retry_first_ms: 100 },
    },
  })
  const env = {
    ...world.env,
    DATABASE_URL: database.url,
    // Small on purpose: calls wait for connections all the time.
    DATABASE_POOL: '4',
    CAROM_SEND_TIMEOUT_MS: String(SEND_TIMEOUT_MS),
    CAROM_RECONCILE_SECONDS: '12',
    CAROM_ALLOW_PRIVATE_WEBHOOKS: 'true',
    CAROM_WEBHOOK_RETRIES: '1,1,1,1,1,1,1,1,1,1',
    LOG_LEVEL: 'silent',
  }
  const processes = new Map<string, Gateway>()
  const start = async (name: string) => {
    const own =
      name === 'api' ? { CAROM_ROLE: 'api', PORT: String(port) } : { CAROM_ROLE: 'worker', PORT: '0' }
    const gateway = spawnGateway({ ...env, ...own })
    processes.set(name, gateway)
    await gateway.ready()
  }
  await start('api')
  await Promise.all([start('one'), start('two')])
  const url = `http://127.0.0.1:${port}`
  return {
    ...{ world, database, receiver, url, api: apiOf(url, world.owner_key), processes, start },
    async close() {
      for (const gateway of processes.values()) {
        gateway.child.kill('SIGCONT')
        await gateway.kill('SIGKILL')
      }
      await receiver.close()
      await world.close()
      await database.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Meta tries for days; held back while nobody can listen, its pauses do not outgrow the short reconcile time. */
async function withheld(stage: Stage, work: () => Promise<void>): Promise<void> {
  const hold = (paused: boolean) => stage.world.sim('PATCH', '/_sim/settings', { webhooks: { paused } })
  await hold(true)
  await work()
  await hold(false)
}

/** Everything that may go wrong, each told by a sentence. */
export const MISHAPS: Record<string, (stage: Stage) => Promise<void>> = {
  async 'a worker is killed'(stage) {
    await stage.processes.get('one')?.kill('SIGKILL')
    await sleep(500)
    await stage.start('one')
  },
  async 'PostgreSQL is restarted'(stage) {
    await withheld(stage, async () => {
      process.kill(stage.database.pid, 'SIGINT')
      await sleep(500)
      await eventually(() => visit(stage, client => client.query('select 1')))
    })
  },
  async 'a worker sleeps past its leases and wakes; meanwhile the api is killed, and PostgreSQL has no connection left'(
    stage,
  ) {
    const child = stage.processes.get('two')?.child
    child?.kill('SIGSTOP')
    const asleep = sleep(PAST_LEASE_MS)
    await withheld(stage, async () => {
      await stage.processes.get('api')?.kill('SIGKILL')
      await stage.start('api')
    })
    await fillConnections(stage)
    await asleep
    child?.kill('SIGCONT')
  },
  async 'the api and a worker are restarted'(stage) {
    await withheld(stage, async () => {
      await Promise.all(['api', 'two'].map(name => stage.processes.get(name)?.stop()))
      await stage.start('api')
    })
    await stage.start('two')
  },
}

/** Nobody gets a new one for a while. */
async function fillConnections(stage: Stage): Promise<void> {
  const taken: pg.Client[] = []
  for (let full = false; !full; ) {
    const client = new pg.Client({ connectionString: stage.database.url })
    client.on('error', () => {})
    await client.connect().then(
      () => taken.push(client),
      () => {
        full = true
      },
    )
  }
  await sleep(1_500)
  await Promise.all(taken.map(client => client.end()))
}

async function visit(stage: Stage, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: stage.database.url })
  client.on('error', () => {})
  await client.connect()
  await work(client).finally(() => client.end())
}

export type Figures = {
  single: number
  queued: number
  inbound: number
  not_confirmed: number
  fastest: number
}

/** Load all the while; answers figures for the diagnostics. */
export async function playThrough(stage: Stage, say: (words: string) => void): Promise<Figures> {
  const { world, api, receiver } = stage
  const made = await api('POST', '/webhooks', { url: `${receiver.url}/told`, events: ['message.*'] })
  assert.equal(made.status, 201, made.text)
  const stream = startSendStream(world, { url: () => stage.url, per_second: 15, name: 'single' })
  const queue = fillQueue(api)
  const people = startPeople(world)
  for (const [words, happen] of Object.entries(MISHAPS)) {
    say(words)
    await happen(stage)
    await sleep(500)
  }
  const [single, queued] = await Promise.all([stream.finished(), queue])
  // People write on: in silence nobody could tell what Meta never took.
  await settled(stage)
  const written = await people.stop()
  const messages = await allInbound(api, written.length)
  const at_meta = await atMeta(world)
  const not_confirmed = compare(messages, at_meta, { singles: [...stream.done.keys()], queued })
  const inbound = messages.filter(one => one.direction === 'inbound').map(one => one.content.body)
  assert.deepEqual(inbound.sort(), written.sort(), 'each inbound message once')
  await everythingTold(receiver, messages)
  return { single, queued: queued.length, inbound: inbound.length, not_confirmed, fastest: paceOf(at_meta) }
}

// biome-ignore lint/suspicious/noExplicitAny: tests look into bodies freely
type Told = any

/** More than one number's pace for a while: they wait, and both workers send them. */
async function fillQueue(api: Api): Promise<string[]> {
  const waiting = Array.from({ length: QUEUED }, (_, n) => `queued ${n}`)
  const texts = [...waiting]
  const lane = async () => {
    for (let text = waiting.shift(); text !== undefined; text = waiting.shift()) {
      const n = text.split(' ')[1]?.padStart(4, '0')
      const body = { phone_number_id: NUMBER, to: `+4916${n}00001`, text, ignore_window: true }
      const headers = { prefer: 'respond-async', 'idempotency-key': randomUUID() }
      for (;;) {
        const answer = await api('POST', '/whatsapp/messages', body, headers).catch(() => undefined)
        // 201: cut off after it was stored, and sent meanwhile.
        if (answer?.status === 202 || answer?.status === 201) break
        await sleep(200)
      }
    }
  }
  await Promise.all(Array.from({ length: 16 }, lane))
  return texts
}

function startPeople(world: World) {
  const written: string[] = []
  const asked: Promise<unknown>[] = []
  const timer = setInterval(() => {
    const text = `person ${written.length}`
    written.push(text)
    const user = `4917${String(written.length % 40).padStart(4, '0')}0000`
    asked.push(world.sim('POST', '/_sim/messages', { phone_number_id: NUMBER, user, text }))
  }, INBOUND_EVERY_MS)
  return {
    async stop() {
      clearInterval(timer)
      await Promise.all(asked)
      return written
    },
  }
}

async function settled({ api }: Stage): Promise<void> {
  for (const status of ['queued', 'sending', 'unknown', 'accepted', 'sent', 'delivered']) {
    await eventually(
      async () =>
        assert.deepEqual((await api('GET', `/whatsapp/messages?status=${status}`)).body.data, [], status),
      { timeout_ms: 120_000, every_ms: 250 },
    )
  }
}

/** What the people wrote last may still be on its way. */
function allInbound(api: Api, count: number): Promise<Told[]> {
  return eventually(
    async () => {
      const found = await allMessages(api)
      assert.equal(found.filter(one => one.direction === 'inbound').length, count)
      return found
    },
    { timeout_ms: 60_000, every_ms: 500 },
  )
}

async function allMessages(api: Api): Promise<Told[]> {
  const found: Told[] = []
  for (let cursor = ''; ; ) {
    const { body } = await api('GET', `/whatsapp/messages?limit=100${cursor && `&cursor=${cursor}`}`)
    found.push(...body.data)
    if (!body.next_cursor) return found
    cursor = encodeURIComponent(body.next_cursor)
  }
}

async function atMeta(world: World): Promise<Told[]> {
  const found: Told[] = []
  for (let after = ''; ; after = found.at(-1).id) {
    const path = `/_sim/messages?direction=to_user&limit=500${after && `&after=${encodeURIComponent(after)}`}`
    const { data } = (await world.sim('GET', path)).body
    if (data.length === 0) return found
    found.push(...data)
  }
}

/**
 * Meta got each text once at most, and exactly those that are read here. What failed Meta never had: a client that waits for
 * the answer sends that again; what was queued fails only where its answer was lost. Answers how many were not confirmed.
 */
function compare(messages: Told[], at_meta: Told[], asked: { singles: string[]; queued: string[] }): number {
  const counts = Map.groupBy(at_meta, one => one.content.body)
  const twice = [...counts].filter(([, all]) => all.length > 1).map(([text]) => text)
  assert.deepEqual(twice.slice(0, 5), [], `${twice.length} twice`)
  const outbound = messages.filter(one => one.direction === 'outbound')
  const failed = outbound.filter(one => one.status === 'failed')
  const not_confirmed = failed.filter(one => one.error.code === 'not_confirmed')
  const queued = failed.filter(one => one.content.body.startsWith('queued'))
  assert.deepEqual(
    queued.filter(one => !not_confirmed.includes(one)),
    [],
  )
  const read = outbound.filter(one => one.status === 'read').map(one => one.content.body)
  assert.deepEqual(
    read.sort(),
    [...counts.keys()].sort(),
    'what is read here, Meta had, and the other way round',
  )
  const known = new Set(outbound.map(one => one.content.body))
  assert.deepEqual(
    [...asked.singles.filter(text => !counts.has(text)), ...asked.queued.filter(text => !known.has(text))],
    [],
    'nothing lost',
  )
  return not_confirmed.length
}

const STEPS = ['message.accepted', 'message.sent', 'message.delivered', 'message.read']

/** At least once each, always under the same id. */
async function everythingTold(receiver: Receiver, messages: Told[]): Promise<void> {
  const wanted = messages.flatMap(({ id, direction, status }) => {
    if (direction === 'inbound') return [`message.received ${id}`]
    return status === 'read' ? STEPS.map(step => `${step} ${id}`) : []
  })
  await eventually(
    () => {
      const told = Map.groupBy(receiver.got, ({ body }) => `${body.type} ${body.data.id}`)
      const missing = wanted.filter(one => !told.has(one))
      assert.deepEqual(missing.slice(0, 5), [], `${missing.length} of ${wanted.length} events`)
      const doubled = [...told].filter(([, all]) => new Set(all.map(one => one.body.id)).size > 1)
      assert.deepEqual(
        doubled.map(([name]) => name),
        [],
      )
    },
    { timeout_ms: 120_000, every_ms: 500 },
  )
}

const PACE_WINDOW_S = 5

/** The most messages a second that the slow number sent within any five seconds: what stutters for less is the machine. */
function paceOf(at_meta: Told[]): number {
  const times = at_meta.filter(one => one.phone_number_id === NUMBER).map(one => Date.parse(one.timestamp))
  times.sort((a, b) => a - b)
  let [most, first] = [0, 0]
  for (const [last, at] of times.entries()) {
    while ((times[first] ?? 0) <= at - PACE_WINDOW_S * 1_000) first++
    most = Math.max(most, last - first + 1)
  }
  return most / PACE_WINDOW_S
}
