// npm run bench:campaign [-- --quick] [--recipients=1000000] [--only=0ms,50ms,pace,singles]: a campaign against the bare loop
// that claims, sends and settles, in turn over the same PostgreSQL and the same fake Meta; then at Meta's pace of 1,000 a
// second with all status webhooks coming back; then single sends beside a campaign.

import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { completed, launch, makeCampaign, meet, setPace } from './campaignWorld.ts'
import { type Program, startProgram } from './channel.ts'
import { type Gateway, startGateway } from './gateway.ts'
import { quantile } from './load/histogram.ts'
import type { Outcome } from './load/run.ts'
import { cpuSeconds, familyCpuSeconds, shapeOfMachine, watchMemory } from './machine.ts'
import type { Counted } from './programs/fakeMeta.ts'
import { atLeast, below, keep, ms, table, whole } from './report.ts'

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    recipients: { type: 'string', default: '' },
    only: { type: 'string', default: '' },
  },
})

const UNLIMITED = 1_000_000
const METAS_PACE = 1_000
const RECIPIENTS = Number(values.recipients) || (values.quick ? 20_000 : 100_000)
const PACE_S = values.quick ? 10 : 60
const wanted = (name: string) => values.only === '' || values.only.split(',').includes(name)

type Bench = { meta: Program; floor: Program; load: Program; gateway: Gateway }

type Free = {
  name: string
  floor_per_second: number
  per_second: number
  ratio: number
  rss_mb: number
  get_ms: number[]
  cpu_us: Record<string, number>
}

await main()

async function main(): Promise<void> {
  const [meta, load] = await Promise.all([startProgram('fakeMeta'), startProgram('load')])
  process.stdout.write('Preparing the gateway …\n')
  const gateway = await startGateway(meta, {}, { people: wanted('singles') })
  const { host, port, database, user, password } = gateway.db
  const database_url = `postgres://${user}:${password ?? ''}@localhost:${port}/${database}?host=${encodeURIComponent(host)}`
  const floor = await startProgram('campaignFloor', { meta_url: meta.url, database_url })
  const bench: Bench = { meta, floor, load, gateway }
  const free: Free[] = []
  let paced: Awaited<ReturnType<typeof atMetasPace>> | undefined
  let beside: Awaited<ReturnType<typeof besideSingles>> | undefined
  try {
    for (const latency_ms of [0, 50]) {
      for (const people of ['known', 'strangers'] as const) {
        if (wanted(`${latency_ms}ms`)) free.push(await asFastAsItGoes(bench, latency_ms, people))
      }
    }
    if (wanted('pace')) paced = await atMetasPace(bench)
    if (wanted('singles')) beside = await besideSingles(bench)
  } finally {
    await floor.stop()
    await gateway.stop()
    await Promise.all([load, meta].map(program => program.stop()))
  }
  report(free, paced, beside)
  const file = await keep('campaign', { quick: values.quick, recipients: RECIPIENTS, free, paced, beside })
  process.stdout.write(`\nKept in ${file}\n`)
}

async function asFastAsItGoes(
  bench: Bench,
  latency_ms: number,
  people: 'known' | 'strangers',
): Promise<Free> {
  const { meta, floor, gateway } = bench
  const name = `${latency_ms} ms, ${people}`
  process.stdout.write(`${name} …\n`)
  await meta.ask('setLatency', latency_ms)
  await setPace(gateway, UNLIMITED)
  const rows = Math.min(RECIPIENTS, 100_000)
  await floor.ask('prepare', rows)
  const bare = await floor.ask<{ sent: number; ms: number }>('run')
  await floor.ask('drop')
  const id = await makeCampaign(gateway, RECIPIENTS)
  if (people === 'known') await meet(gateway, id)
  await gateway.db.query('checkpoint')
  await meta.ask('count')
  await meta.ask('watchArrivals')
  const memory = watchMemory(gateway.pid)
  const gets = watchGets(gateway, id)
  const before = cpuOf(bench)
  await launch(gateway, id)
  await completed(gateway, id, 60_000 + RECIPIENTS)
  const spent = Object.entries(cpuOf(bench)).map(([part, s]) => [
    part,
    ((s - (before[part] ?? 0)) * 1e6) / RECIPIENTS,
  ])
  const get_ms = gets.stop()
  const rss_mb = memory.stop()
  await verify(bench, RECIPIENTS)
  const per_second = middleRate(await meta.ask<number[]>('arrived'))
  const floor_per_second = (bare.sent * 1000) / bare.ms
  return {
    ...{ name, floor_per_second, per_second, ratio: per_second / floor_per_second, rss_mb, get_ms },
    cpu_us: Object.fromEntries(spent),
  }
}

async function atMetasPace(bench: Bench) {
  const { meta, gateway } = bench
  const recipients = METAS_PACE * PACE_S
  process.stdout.write(`${METAS_PACE} a second for ${PACE_S} s, with three webhooks each …\n`)
  await meta.ask('setLatency', 50)
  await setPace(gateway, METAS_PACE)
  const id = await makeCampaign(gateway, recipients)
  await meta.ask('report', { url: gateway.url, connections: 64 })
  await meta.ask('count')
  await meta.ask('watchArrivals')
  const memory = watchMemory(gateway.pid)
  const gets = watchGets(gateway, id)
  const before = cpuOf(bench)
  const began = performance.now()
  await launch(gateway, id)
  await completed(gateway, id, 60_000 + PACE_S * 3_000)
  const wall_s = (performance.now() - began) / 1000
  const busy = Object.entries(cpuOf(bench)).map(([part, s]) => [part, (s - (before[part] ?? 0)) / wall_s])
  const get_ms = gets.stop()
  const rss_mb = memory.stop()
  await verify(bench, recipients)
  const tenths = await meta.ask<number[]>('arrived')
  for (let waiting = 1; waiting > 0; await sleep(200)) {
    waiting = (await meta.ask<{ waiting: number }>('reported')).waiting
  }
  await gateway.settled()
  const reported = await meta.ask<{ ok: number; wrong: number; worst_ms: number }>('reported')
  await meta.ask('report', undefined)
  const seconds = secondsOf(tenths)
  return {
    ...{ per_second: middleRate(tenths), slowest: Math.min(...seconds), fastest: Math.max(...seconds) },
    ...{ rss_mb, get_ms, reported, busy: Object.fromEntries(busy), counts: await countsOf(gateway, id) },
  }
}

/** Single sends at a steady 100 a second, alone and beside a campaign that takes all it can get. */
async function besideSingles({ meta, load, gateway }: Bench) {
  await meta.ask('setLatency', 0)
  const sends = () =>
    load.ask<Outcome>('send', {
      ...{
        url: gateway.url,
        connections: 32,
        duration_ms: values.quick ? 4_000 : 10_000,
        rate: 100,
        expect: 201,
      },
      plan: { kind: 'template', to: 'known', key: gateway.key },
    })
  const figures: Record<string, { p50_ms: number; p99_ms: number; errors: Outcome['errors'] }> = {}
  const note = (name: string, { latency, errors }: Outcome) => {
    figures[name] = { p50_ms: quantile(latency, 0.5), p99_ms: quantile(latency, 0.99), errors }
  }
  for (const pace of [METAS_PACE, UNLIMITED]) {
    await setPace(gateway, pace)
    note(`alone, ${pace}`, await sends())
    const id = await makeCampaign(gateway, pace === UNLIMITED ? 400_000 : 40_000)
    await launch(gateway, id)
    await sleep(1_000)
    note(`beside a campaign, ${pace}`, await sends())
    await gateway.db.query(`update campaigns set status = 'cancelled', due_at = null where id = $1`, [id])
    await sleep(1_500)
  }
  return figures
}

async function verify({ meta }: Bench, recipients: number): Promise<void> {
  const { messages, twice } = await meta.ask<Counted>('count')
  if (messages !== recipients || twice > 0) {
    throw new Error(`Meta got ${messages} of ${recipients} messages, and ${twice} twice.`)
  }
}

/** Without the first and the last tenth of the time: how fast it goes once it goes. */
function middleRate(tenths: number[]): number {
  const cut = Math.floor(tenths.length / 10)
  const middle = tenths.slice(cut, tenths.length - cut)
  return (middle.reduce((sum, count) => sum + count, 0) * 10) / Math.max(1, middle.length)
}

function secondsOf(tenths: number[]): number[] {
  const whole_seconds = Math.floor(tenths.length / 10)
  const sums = Array.from({ length: whole_seconds }, (_, s) =>
    tenths.slice(s * 10, s * 10 + 10).reduce((sum, count) => sum + count, 0),
  )
  return sums.slice(1, -1)
}

/** Reads the campaign's counts over and over, as a console would. */
function watchGets({ url, key }: Gateway, id: string): { stop(): number[] } {
  const took: number[] = []
  let stopped = false
  const headers = { authorization: `Bearer ${key}` }
  void (async () => {
    while (!stopped) {
      const began = performance.now()
      const response = await fetch(`${url}/api/v1/whatsapp/campaigns/${id}`, { headers })
      await response.arrayBuffer()
      if (response.status === 200) took.push(performance.now() - began)
      await sleep(100)
    }
  })()
  return {
    stop() {
      stopped = true
      return took.sort((a, b) => a - b)
    },
  }
}

async function countsOf({ url, key }: Gateway, id: string): Promise<unknown> {
  const headers = { authorization: `Bearer ${key}` }
  const response = await fetch(`${url}/api/v1/whatsapp/campaigns/${id}`, { headers })
  return ((await response.json()) as { counts?: unknown }).counts
}

function cpuOf({ meta, gateway }: Bench): Record<string, number> {
  return {
    gateway: cpuSeconds(gateway.pid),
    PostgreSQL: familyCpuSeconds(gateway.postgres_pid),
    Meta: cpuSeconds(meta.pid),
  }
}

function at(sorted: number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}

function report(
  free: Free[],
  paced: Awaited<ReturnType<typeof atMetasPace>> | undefined,
  beside: Awaited<ReturnType<typeof besideSingles>> | undefined,
): void {
  const { cores, cpu, node } = shapeOfMachine()
  const lines = [`\nCampaigns, ${cores} cores (${cpu}), Node ${node}, embedded PostgreSQL, durable`]
  if (free.length > 0) {
    lines.push(
      table(
        [
          'Meta, people',
          'bare loop/s',
          'campaign/s',
          'ratio',
          'RSS MB',
          'GET p50/p99 ms',
          'CPU µs: Node · PostgreSQL · Meta',
        ],
        free.map(one => [
          ...[one.name, whole(one.floor_per_second), whole(one.per_second)],
          ...[
            atLeast(one.ratio, 0.6),
            below(one.rss_mb, 300),
            `${ms(at(one.get_ms, 0.5))} / ${ms(at(one.get_ms, 0.99))}`,
          ],
          ['gateway', 'PostgreSQL', 'Meta'].map(part => whole(one.cpu_us[part] ?? 0)).join(' · '),
        ]),
      ),
    )
  }
  if (paced) {
    const { per_second, slowest, fastest, rss_mb, get_ms, reported, busy, counts } = paced
    const off = Math.abs(per_second / METAS_PACE - 1) * 100
    lines.push(
      `At Meta's pace: ${per_second.toFixed(1)} a second (${off.toFixed(2)} % off; bar 2 %), seconds from ${slowest} to ${fastest};`,
      `  webhooks: ${whole(reported.ok)} answered 200, ${reported.wrong} not, slowest ${ms(reported.worst_ms)} ms; RSS ${below(rss_mb, 300)} MB;`,
      `  GET /campaigns/:id p50 ${ms(at(get_ms, 0.5))} ms, p99 ${ms(at(get_ms, 0.99))} ms (bar < 20); cores in use: ${JSON.stringify(busy)}`,
      `  counts at the end: ${JSON.stringify(counts)}`,
    )
  }
  for (const [name, { p50_ms, p99_ms, errors }] of Object.entries(beside ?? {})) {
    lines.push(`Single sends ${name}: p50 ${ms(p50_ms)} ms, p99 ${ms(p99_ms)} ms ${JSON.stringify(errors)}`)
  }
  process.stdout.write(`${lines.join('\n')}\n`)
}
