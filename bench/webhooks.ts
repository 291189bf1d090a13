// npm run bench:webhooks: Meta's webhooks into the bare floor (signature checked, forgotten) and into the gateway (stored
// durably before the 200, applied by the same process meanwhile), in turn; then a steady stream.

import { type Program, startProgram } from './channel.ts'
import { backlog, type Gateway, startGateway } from './gateway.ts'
import type { Outcome, Run } from './load/run.ts'
import { WEBHOOK_PATH } from './load/webhooks.ts'
import { residentMb, shapeOfMachine, watchMemory } from './machine.ts'
import { type Options, readOptions } from './options.ts'
import type { Taken } from './programs/fakeMeta.ts'
import { atLeast, below, errorLines, keep, ms, table, whole } from './report.ts'
import { measure, type Round, type Side, sideOf } from './sides.ts'

type Cell = { name: string; connections: number; bar?: number }

const CELLS: Cell[] = [
  { name: '16', connections: 16 },
  { name: '64', connections: 64, bar: 0.6 },
  { name: '256', connections: 256, bar: 0.6 },
]

type Figures = {
  cell: Cell
  floor: Side
  gateway: Side
  ratio: number
  ratios: number[]
  /** After each round of the gateway: webhooks not yet applied, and how long those took. */
  backlogs: { left: number; drained_in_ms: number }[]
  rss_mb: number
}

type Steady = { rate: number; side: Side; backlog: number; drained_in_ms: number; rss_mb: number }

type Bench = { options: Options; meta: Program; floor: Program; load: Program; gateway: Gateway }

const STEADY_PER_SECOND = 2_000

/** More than the gateway takes in a second on a machine like today's; past it bodies come a second time. */
const MADE_PER_SECOND = 24_000

await main()

async function main(): Promise<void> {
  const options = readOptions()
  const [meta, load, floor] = await Promise.all(
    ['fakeMeta', 'load', 'webhookFloor'].map(name => startProgram(name)),
  )
  if (!meta || !load || !floor) throw new Error('A program is missing.')
  process.stdout.write('Preparing the gateway (numbers, contacts, sent messages) …\n')
  const gateway = await startGateway(meta)
  const bench: Bench = { options, meta, floor, load, gateway }
  const all: Figures[] = []
  let steady: Steady | undefined
  let idle_mb = 0
  try {
    await sendMessages(bench)
    await gateway.restart()
    await new Promise(resolve => setTimeout(resolve, 3_000))
    idle_mb = residentMb(gateway.pid)
    if (options.wanted('steady')) steady = await runSteady(bench)
    for (const cell of CELLS.filter(({ name }) => options.wanted(name))) all.push(await runCell(bench, cell))
  } finally {
    await gateway.stop()
    await Promise.all([floor, load, meta].map(program => program.stop()))
  }
  report(all, steady, idle_mb)
  const file = await keep('webhooks', { quick: options.quick, idle_mb, cells: all, steady })
  process.stdout.write(`\nKept in ${file}\n`)
}

/** The messages that the statuses will be about. */
async function sendMessages({ options, meta, load, gateway }: Bench): Promise<void> {
  await meta.ask('keep', true)
  const plan = { kind: 'template', to: 'known', key: gateway.key }
  const duration_ms = options.quick ? 2_000 : 8_000
  await load.ask('send', { url: gateway.url, connections: 64, duration_ms, expect: 201, plan })
  await load.ask('know', await meta.ask<Taken[]>('kept'))
  await meta.ask('keep', false)
}

async function runCell(bench: Bench, cell: Cell): Promise<Figures> {
  const { options, gateway, load } = bench
  process.stdout.write(`${cell.name} connections …\n`)
  await load.ask('prepare', (MADE_PER_SECOND * options.warm_ms) / 1000)
  await post(bench, cell, bench.floor, options.warm_ms)
  await post(bench, cell, gateway, options.warm_ms)
  await gateway.settled()
  const memory = watchMemory(gateway.pid)
  const [floors, gateways]: [Round[], Round[]] = [[], []]
  const backlogs: Figures['backlogs'] = []
  for (let round = 0; round < options.rounds; round++) {
    await load.ask('prepare', (MADE_PER_SECOND * options.round_ms) / 1000)
    floors.push(await post(bench, cell, bench.floor, options.round_ms))
    gateways.push(await post(bench, cell, gateway, options.round_ms))
    backlogs.push({ left: await backlog(gateway.db), drained_in_ms: await gateway.settled() })
  }
  const [floor, through] = [sideOf(floors), sideOf(gateways)]
  const ratios = gateways.map((round, at) => round.per_second / (floors[at]?.per_second ?? 0))
  const ratio = through.per_second / floor.per_second
  return { cell, floor, gateway: through, ratio, ratios, backlogs, rss_mb: memory.stop() }
}

async function runSteady(bench: Bench): Promise<Steady> {
  const { options, gateway, load } = bench
  const rate = STEADY_PER_SECOND
  const duration_ms = options.quick ? 4_000 : 15_000
  process.stdout.write(`${whole(rate)} a second …\n`)
  const how = { name: 'steady', connections: 64 }
  await load.ask('prepare', (rate * (duration_ms + 2_000)) / 1000)
  await post(bench, how, gateway, 2_000, rate)
  await gateway.settled()
  const memory = watchMemory(gateway.pid)
  const round = await post(bench, how, gateway, duration_ms, rate)
  const left = await backlog(gateway.db)
  const drained_in_ms = await gateway.settled()
  return { rate, side: sideOf([round]), backlog: left, drained_in_ms, rss_mb: memory.stop() }
}

function post(
  bench: Bench,
  cell: Cell,
  side: Gateway | Program,
  duration_ms: number,
  rate?: number,
): Promise<Round> {
  const { load } = bench
  const how: Run = { url: side.url, connections: cell.connections, duration_ms, expect: 200 }
  const postgres = 'postgres_pid' in side ? { postgres: side.postgres_pid } : {}
  const parts = { server: side.pid, ...postgres, load: load.pid }
  return measure(parts, () => load.ask<Outcome>('post', rate === undefined ? how : { ...how, rate }))
}

function report(all: Figures[], steady: Steady | undefined, idle_mb: number): void {
  const { cores, cpu, node } = shapeOfMachine()
  const lines = [
    `\nWebhooks (POST ${WEBHOOK_PATH}), ${cores} cores (${cpu}), Node ${node}, embedded PostgreSQL, durable`,
  ]
  if (all.length > 0) lines.push(...cellTables(all))
  if (steady) lines.push(...steadyLines(steady))
  lines.push(`RSS of the gateway's Node at rest, before any load: ${below(idle_mb, 150)} MB`)
  const errors = [
    ...all.flatMap(({ cell, floor, gateway }) => [
      ...errorLines(`${cell.name}, floor`, floor.errors),
      ...errorLines(`${cell.name}, gateway`, gateway.errors),
    ]),
    ...errorLines('steady', steady?.side.errors ?? {}),
  ]
  lines.push(...(errors.length === 0 ? ['Errors: none.'] : ['Errors:', ...errors]))
  process.stdout.write(`${lines.join('\n')}\n`)
}

function cellTables(all: Figures[]): string[] {
  return [
    table(
      [
        'connections',
        'floor/s',
        'gateway/s',
        'ratio',
        'lowest–highest',
        'floor p50/p99 ms',
        'gateway p50/p99 ms',
      ],
      all.map(({ cell, floor, gateway, ratio, ratios }) => [
        ...[cell.name, whole(floor.per_second), whole(gateway.per_second), atLeast(ratio, cell.bar)],
        `${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}`,
        ...[floor, gateway].map(side => `${ms(side.p50_ms)} / ${ms(side.p99_ms)}`),
      ]),
    ),
    'CPU: µs a webhook while they came in, and what was left to apply after a round',
    table(
      [
        'connections',
        'floor',
        'load',
        'gateway',
        'PostgreSQL',
        'load',
        'left',
        'applied in s',
        'gateway RSS MB',
      ],
      all.map(({ cell, floor, gateway, backlogs, rss_mb }) => [
        ...[cell.name, perWebhook(floor, 'server'), perWebhook(floor, 'load')],
        ...['server', 'postgres', 'load'].map(name => perWebhook(gateway, name)),
        whole(Math.max(...backlogs.map(({ left }) => left))),
        (Math.max(...backlogs.map(({ drained_in_ms }) => drained_in_ms)) / 1000).toFixed(1),
        below(rss_mb, 300),
      ]),
    ),
  ]
}

function steadyLines({ rate, side, backlog, drained_in_ms, rss_mb }: Steady): string[] {
  return [
    `Steady ${whole(rate)}/s: ${whole(side.per_second)}/s answered, p50 ${ms(side.p50_ms)} ms, p99 ${below(side.p99_ms, 50)} ms;`,
    `  ${whole(backlog)} not yet applied at the end, applied ${ms(drained_in_ms)} ms later; RSS ${below(rss_mb, 300)} MB;`,
    `  CPU µs a webhook: gateway ${perWebhook(side, 'server')}, PostgreSQL ${perWebhook(side, 'postgres')}`,
    '',
  ]
}

function perWebhook(side: Side, name: string): string {
  return whole(((side.cpu_s[name] ?? 0) * 1e6) / side.answered)
}
