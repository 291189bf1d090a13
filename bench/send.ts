// npm run bench:send: sends through the bare floor and through the whole gateway, in turn, against the same fake Meta.
// Every message that was answered 201 must have reached Meta once.

import { setTimeout as sleep } from 'node:timers/promises'
import { type Program, startProgram } from './channel.ts'
import { type Gateway, startGateway } from './gateway.ts'
import type { Outcome } from './load/run.ts'
import type { SendPlan } from './load/sends.ts'
import { residentMb, shapeOfMachine, watchMemory } from './machine.ts'
import { type Options, readOptions } from './options.ts'
import type { Counted } from './programs/fakeMeta.ts'
import { atLeast, below, errorLines, keep, ms, table, whole } from './report.ts'
import { measure, type Round, type Side, sideOf } from './sides.ts'

type Cell = {
  name: string
  latency_ms: number
  connections: number
  kind: SendPlan['kind']
  to: SendPlan['to']
  bar?: number
}

const CELLS: Cell[] = [
  { name: '0ms/64', latency_ms: 0, connections: 64, kind: 'template', to: 'known', bar: 0.35 },
  { name: '0ms/256', latency_ms: 0, connections: 256, kind: 'template', to: 'known', bar: 0.5 },
  { name: '50ms/64', latency_ms: 50, connections: 64, kind: 'template', to: 'known' },
  { name: '50ms/256', latency_ms: 50, connections: 256, kind: 'template', to: 'known', bar: 0.85 },
  { name: 'text 0ms/256', latency_ms: 0, connections: 256, kind: 'text', to: 'known' },
  { name: 'strangers 0ms/256', latency_ms: 0, connections: 256, kind: 'template', to: 'strangers' },
]

type Figures = { cell: Cell; floor: Side; gateway: Side; ratio: number; ratios: number[]; rss_mb: number }

type Bench = { options: Options; meta: Program; floor: Program; load: Program; gateway: Gateway }

await main()

async function main(): Promise<void> {
  const options = readOptions()
  const [meta, load] = await Promise.all([startProgram('fakeMeta'), startProgram('load')])
  const floor = await startProgram('sendFloor', { meta_url: meta.url })
  process.stdout.write('Preparing the gateway (numbers, contacts, open windows) …\n')
  const gateway = await startGateway(meta)
  const bench: Bench = { options, meta, floor, load, gateway }
  await sleep(3_000)
  const idle_mb = residentMb(gateway.pid)
  const all: Figures[] = []
  try {
    for (const cell of CELLS.filter(({ name }) => options.wanted(name))) {
      process.stdout.write(`${cell.name} …\n`)
      all.push(await runCell(bench, cell))
    }
  } finally {
    await gateway.stop()
    await Promise.all([floor, load, meta].map(program => program.stop()))
  }
  report(all, idle_mb)
  const file = await keep('send', { quick: options.quick, idle_mb, cells: all })
  process.stdout.write(`\nKept in ${file}\n`)
}

async function runCell(bench: Bench, cell: Cell): Promise<Figures> {
  const { options, gateway } = bench
  await bench.meta.ask('setLatency', cell.latency_ms)
  await onFloor(bench, cell, options.warm_ms)
  await onGateway(bench, cell, options.warm_ms)
  const memory = watchMemory(gateway.pid)
  const [floors, gateways]: [Round[], Round[]] = [[], []]
  for (let round = 0; round < options.rounds; round++) {
    floors.push(await onFloor(bench, cell, options.round_ms))
    gateways.push(await onGateway(bench, cell, options.round_ms))
  }
  const [floor, through] = [sideOf(floors), sideOf(gateways)]
  const ratios = gateways.map((round, at) => round.per_second / (floors[at]?.per_second ?? 0))
  const ratio = through.per_second / floor.per_second
  return { cell, floor, gateway: through, ratio, ratios, rss_mb: memory.stop() }
}

async function onFloor(bench: Bench, cell: Cell, duration_ms: number): Promise<Round> {
  const { floor, meta, load } = bench
  await meta.ask('count')
  const parts = { server: floor.pid, meta: meta.pid, load: load.pid }
  const round = await measure(parts, () => send(bench, cell, floor.url, duration_ms))
  const { bare } = await meta.ask<Counted>('count')
  if (bare !== round.ok) round.errors[`Meta counted ${bare} for ${round.ok} answers`] = 1
  return round
}

async function onGateway(bench: Bench, cell: Cell, duration_ms: number): Promise<Round> {
  const { gateway, meta, load } = bench
  await meta.ask('count')
  const parts = { server: gateway.pid, postgres: gateway.postgres_pid, meta: meta.pid, load: load.pid }
  const round = await measure(parts, () => send(bench, cell, gateway.url, duration_ms))
  const { messages, checksum, twice } = await meta.ask<Counted>('count')
  if (twice > 0) round.errors['message that reached Meta twice'] = twice
  if (messages !== round.ok) round.errors[`Meta counted ${messages} for ${round.ok} answers of 201`] = 1
  else if (checksum !== round.checksum) round.errors['Meta got other ids than were answered'] = 1
  return round
}

function send({ load, gateway }: Bench, cell: Cell, url: string, duration_ms: number): Promise<Outcome> {
  const { connections, kind, to } = cell
  const plan: SendPlan = { kind, to, key: gateway.key }
  return load.ask('send', { url, connections, duration_ms, expect: 201, plan })
}

function report(all: Figures[], idle_mb: number): void {
  const { cores, cpu, node } = shapeOfMachine()
  const lines = [`\nSends, ${cores} cores (${cpu}), Node ${node}, embedded PostgreSQL, durable`]
  lines.push(
    table(
      ['cell', 'floor/s', 'gateway/s', 'ratio', 'lowest–highest', 'floor p50/p99 ms', 'gateway p50/p99 ms'],
      all.map(({ cell, floor, gateway, ratio, ratios }) => [
        ...[cell.name, whole(floor.per_second), whole(gateway.per_second), atLeast(ratio, cell.bar)],
        `${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}`,
        ...[floor, gateway].map(side => `${ms(side.p50_ms)} / ${ms(side.p99_ms)}`),
      ]),
    ),
  )
  lines.push(
    'CPU: µs a send, by process (floor: its Node · Meta · load; gateway: its Node · PostgreSQL · Meta · load)',
  )
  lines.push(
    table(
      ['cell', 'floor', 'Meta', 'load', 'gateway', 'PostgreSQL', 'Meta', 'load', 'gateway RSS MB'],
      all.map(({ cell, floor, gateway, rss_mb }) => [
        cell.name,
        ...['server', 'meta', 'load'].map(name => perSend(floor, name)),
        ...['server', 'postgres', 'meta', 'load'].map(name => perSend(gateway, name)),
        below(rss_mb, 300),
      ]),
    ),
  )
  lines.push(`RSS of the gateway's Node at rest, before any load: ${below(idle_mb, 150)} MB`)
  const errors = all.flatMap(({ cell, floor, gateway }) => [
    ...errorLines(`${cell.name}, floor`, floor.errors),
    ...errorLines(`${cell.name}, gateway`, gateway.errors),
  ])
  lines.push(
    ...(errors.length === 0 ? ['Errors: none. Every 201 reached Meta, once.'] : ['Errors:', ...errors]),
  )
  process.stdout.write(`${lines.join('\n')}\n`)
}

function perSend(side: Side, name: string): string {
  return whole(((side.cpu_s[name] ?? 0) * 1e6) / side.answered)
}
