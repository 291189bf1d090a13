// npm run bench:events: 100,000 events of messages to endpoints that take everything, and to one that fails three times in
// ten while the gateway is killed, beside one that is dead and one that never answers. None may be missing, doubled after
// those seen before are passed by, or out of order for its contact. And what deliveries take from the intake of Meta's
// webhooks.

import { setTimeout as sleep } from 'node:timers/promises'
import { type Program, startProgram } from './channel.ts'
import { type Gateway, startGateway } from './gateway.ts'
import { expectedOrder, makeContacts, writeRound } from './load/flood.ts'
import { type Histogram, merge, quantile } from './load/histogram.ts'
import type { Outcome } from './load/run.ts'
import { cpuSeconds, familyCpuSeconds, shapeOfMachine, watchMemory } from './machine.ts'
import { type Options, readOptions } from './options.ts'
import type { Taken } from './programs/fakeMeta.ts'
import type { Received } from './programs/receiver.ts'
import { keep, ms, table, whole } from './report.ts'

const EVENTS_A_MESSAGE = 4
const RETRIES = `0.2,0.5,${new Array(30).fill('1').join(',')}`
const ENV = { CAROM_ALLOW_PRIVATE_WEBHOOKS: 'true', CAROM_WEBHOOK_RETRIES: RETRIES }

type Bench = {
  options: Options
  gateway: Gateway
  receiver: Program
  load: Program
  meta: Program
  of: Tenant
}
type Tenant = { tenant_id: string; number_id: string }

type Run = {
  name: string
  events: number
  seconds: number
  calls: number
  twice: number
  kills: number
  missing: number
  out_of_order: number
  node_us: number
  postgres_us: number
  rss_mb: number
}
type Intake = { name: string; per_second: number[]; latency: Histogram; delivered_per_second: number }

await main()

async function main(): Promise<void> {
  const options = readOptions()
  const [meta, receiver, load] = await Promise.all([
    startProgram('fakeMeta'),
    startProgram('receiver'),
    startProgram('load'),
  ])
  process.stdout.write('Preparing the gateway …\n')
  const gateway = await startGateway(meta, ENV)
  const runs: Run[] = []
  const intakes: Intake[] = []
  try {
    const { rows } = await gateway.db.query(
      'select tenant_id, id as number_id from phone_numbers order by id limit 1',
    )
    const bench: Bench = { options, gateway, receiver, load, meta, of: rows[0] }
    const [contacts, rounds] = options.quick ? [200, 12] : [1_000, 25]
    if (options.wanted('well')) runs.push(await run(bench, { name: 'well', contacts, rounds, kills: 0 }))
    if (options.wanted('flaky'))
      runs.push(await run(bench, { name: 'flaky', contacts, rounds, kills: options.quick ? 1 : 5 }))
    if (options.wanted('intake')) intakes.push(...(await compareIntake(bench)))
  } finally {
    await gateway.stop()
    await Promise.all([meta, receiver, load].map(program => program.stop()))
  }
  report(runs, intakes)
  const shown = intakes.map(({ latency, ...rest }) => ({ ...rest, p99_ms: quantile(latency, 0.99) }))
  process.stdout.write(`\nKept in ${await keep('events', { quick: options.quick, runs, intakes: shown })}\n`)
}

type Wish = { name: string; contacts: number; rounds: number; kills: number }

async function run(bench: Bench, { name, contacts, rounds, kills }: Wish): Promise<Run> {
  const { gateway, receiver, of } = bench
  const events = contacts * rounds * EVENTS_A_MESSAGE
  process.stdout.write(`${name}: ${whole(events)} events …\n`)
  const endpoints = [`${receiver.url}/${name}`]
  if (kills > 0) endpoints.push('http://127.0.0.1:9/dead', `${receiver.url}/mute`)
  const ids = await Promise.all(endpoints.map(url => makeEndpoint(gateway, url)))
  const contact_ids = await makeContacts(gateway.db, of.tenant_id, contacts)
  const memory = watchMemory(gateway.pid)
  const cpu = [cpuSeconds(gateway.pid), familyCpuSeconds(gateway.postgres_pid)]
  const began = performance.now()
  const writing = (async () => {
    for (let round = 0; round < rounds; round++) await writeRound(gateway.db, { ...of, contact_ids })
  })()
  for (let kill = 1; kill <= kills; kill++) {
    await delivered(bench, name, Math.floor((events * kill) / (kills + 2)))
    await gateway.kill()
  }
  await writing
  await delivered(bench, name, events)
  const seconds = (performance.now() - began) / 1000
  const after = [cpuSeconds(gateway.pid), familyCpuSeconds(gateway.postgres_pid)]
  const [node_us = 0, postgres_us = 0] = after.map((s, place) => ((s - (cpu[place] ?? 0)) * 1e6) / events)
  const received = await receiver.ask<Received>('received', `/${name}`)
  const order = new Map(received.order)
  const expected = await expectedOrder(gateway.db, of.tenant_id)
  const lines = contact_ids.map(id => ({ want: expected.get(id) ?? [], got: order.get(id) ?? [] }))
  for (const id of ids) await call(gateway, 'DELETE', `/webhooks/${id}`)
  return {
    ...{ name, events, seconds, kills, calls: received.calls, twice: received.taken - received.events },
    missing: lines.reduce((sum, { want, got }) => sum + want.length - got.length, 0),
    out_of_order: lines.filter(({ want, got }) => want.join() !== got.join()).length,
    ...{ node_us: kills > 0 ? Number.NaN : node_us, postgres_us, rss_mb: memory.stop() },
  }
}

/** Waits until the endpoint has taken that many different events. */
async function delivered({ receiver }: Bench, name: string, count: number): Promise<void> {
  const end = performance.now() + 900_000
  for (;;) {
    const { events } = await receiver.ask<Received>('count', `/${name}`)
    if (events >= count) return
    if (performance.now() > end) throw new Error(`Only ${events} of ${count} events arrived at /${name}.`)
    await sleep(50)
  }
}

/** The same storm of webhooks from Meta without endpoints, with one that is flaky, and with two that are down; by turns. */
async function compareIntake(bench: Bench): Promise<Intake[]> {
  const { gateway, load, meta, receiver, options } = bench
  await meta.ask('keep', true)
  const plan = { kind: 'template', to: 'known', key: gateway.key }
  await load.ask('send', {
    url: gateway.url,
    connections: 64,
    duration_ms: options.round_ms,
    expect: 201,
    plan,
  })
  await load.ask('know', await meta.ask<Taken[]>('kept'))
  await meta.ask('keep', false)
  const kinds = [
    ['no endpoint', []],
    ['flaky endpoint', [`${receiver.url}/flaky`]],
    ['dead and mute endpoints', ['http://127.0.0.1:9/dead', `${receiver.url}/mute`]],
  ] as const
  const found = kinds.map(
    ([name]): Intake => ({ name, per_second: [], latency: new Map(), delivered_per_second: 0 }),
  )
  for (let turn = 0; turn < options.rounds * kinds.length; turn++) {
    const [name, urls] = kinds[turn % kinds.length] as (typeof kinds)[number]
    const one = found[turn % kinds.length] as Intake
    process.stdout.write(`intake, ${name} …\n`)
    const ids = await Promise.all(urls.map(url => makeEndpoint(gateway, url)))
    await sleep(2_000)
    await load.ask('prepare', 12_000)
    const before = await receiver.ask<Received>('count', '/flaky')
    const how = { url: gateway.url, connections: 64, duration_ms: options.round_ms, expect: 200 }
    const outcome = await load.ask<Outcome>('post', how)
    const after = await receiver.ask<Received>('count', '/flaky')
    await gateway.settled()
    for (const id of ids) await call(gateway, 'DELETE', `/webhooks/${id}`)
    one.per_second.push(outcome.per_second)
    one.latency = merge([one.latency, outcome.latency])
    one.delivered_per_second += ((after.taken - before.taken) * 1000) / options.round_ms / options.rounds
  }
  return found
}

async function makeEndpoint(gateway: Gateway, url: string): Promise<string> {
  const made = (await call(gateway, 'POST', '/webhooks', { url, events: ['message.*'] })) as { id: string }
  return made.id
}

async function call(gateway: Gateway, method: string, path: string, body?: object): Promise<unknown> {
  const headers = { authorization: `Bearer ${gateway.key}`, 'content-type': 'application/json' }
  const answer = await fetch(`${gateway.url}/api/v1${path}`, {
    method,
    headers,
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  if (!answer.ok) throw new Error(`${method} ${path} was answered ${answer.status}: ${await answer.text()}`)
  return answer.status === 204 ? undefined : answer.json()
}

function report(runs: Run[], intakes: Intake[]): void {
  const { cores, cpu, node } = shapeOfMachine()
  const lines = [`\nEvents, ${cores} cores (${cpu}), Node ${node}, embedded PostgreSQL, durable`]
  lines.push(
    table(
      [
        'endpoint',
        'events',
        'events/s',
        'calls',
        'kills',
        'missing',
        'lines out of order',
        'sent twice',
        'Node µs',
        'PostgreSQL µs',
        'RSS MB',
      ],
      runs.map(one => [
        ...[
          one.name,
          whole(one.events),
          whole(one.events / one.seconds),
          whole(one.calls),
          String(one.kills),
        ],
        ...[String(one.missing), String(one.out_of_order), String(one.twice)],
        ...[Number.isNaN(one.node_us) ? '–' : whole(one.node_us), whole(one.postgres_us), String(one.rss_mb)],
      ]),
    ),
  )
  if (intakes.length > 0) {
    lines.push(
      table(
        ["Meta's webhooks, 64 connections", 'taken in/s', 'lowest–highest', 'p99 ms', 'delivered/s'],
        intakes.map(one => [
          one.name,
          whole(one.per_second.reduce((sum, n) => sum + n, 0) / one.per_second.length),
          `${whole(Math.min(...one.per_second))}–${whole(Math.max(...one.per_second))}`,
          ms(quantile(one.latency, 0.99)),
          whole(one.delivered_per_second),
        ]),
      ),
    )
  }
  process.stdout.write(`${lines.join('\n')}\n`)
}
