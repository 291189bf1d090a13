// npm run bench:bots: 200 customers write to a bot with a slow model, at the same moment, and again and again while the
// gateway is killed; half of Meta's webhooks come twice and in another order. Every question must get one answer, the right
// one. And what Carom adds to the model's own time.

import { setTimeout as sleep } from 'node:timers/promises'
import { type Program, startProgram } from './channel.ts'
import { type Gateway, startGateway } from './gateway.ts'
import { type Histogram, note, quantile } from './load/histogram.ts'
import { cpuSeconds, familyCpuSeconds, shapeOfMachine, watchMemory } from './machine.ts'
import { readOptions } from './options.ts'
import type { Heard, Wish } from './programs/customers.ts'
import type { Thought } from './programs/model.ts'
import { keep, table, whole } from './report.ts'

const NUMBER = '500100200300402'
const DEBOUNCE_MS = 200
const ENV = {
  CAROM_ALLOW_PRIVATE_WEBHOOKS: 'true',
  CAROM_SEND_TIMEOUT_MS: '2000',
  CAROM_RECONCILE_SECONDS: '15',
}

/** A "Hello!" that comes long before or after its question, because the gateway was down, is a turn of its own. */
const TO_HELLO = 'The answer to nothing.'

type Bench = { gateway: Gateway; customers: Program; model: Program }

type Run = {
  name: string
  customers: number
  turns: number
  seconds: number
  kills: number
  missing: number
  doubled: number
  wrong: number
  asked: number
  /** Beside debounce and model. */
  added: Histogram
  node_us: number
  postgres_us: number
  rss_mb: number
}

await main()

async function main(): Promise<void> {
  const options = readOptions()
  const [customers, model] = await Promise.all([startProgram('customers'), startProgram('model')])
  process.stdout.write('Preparing the gateway …\n')
  const gateway = await startGateway(customers, ENV, { bare: true })
  const bench = { gateway, customers, model }
  const runs: Run[] = []
  try {
    await makeBot(bench)
    const [many, rounds, kills] = options.quick ? [50, 3, 2] : [200, 10, 10]
    const talk = { customers: many, rounds, pause_ms: [2_600, 5_000] as [number, number] }
    const all: [string, Wish, number][] = [
      ['at once', { first: 1_000, customers: many, rounds: 1, pause_ms: [0, 0] }, 0],
      ['talk', { first: 2_000, ...talk }, 0],
      ['killed', { first: 3_000, ...talk }, kills],
    ]
    for (const [name, wish, times] of all)
      if (options.wanted(name)) runs.push(await run(bench, name, wish, times))
  } finally {
    await gateway.stop()
    await Promise.all([customers.stop(), model.stop()])
  }
  report(runs)
  const figures = runs.map(({ added, ...rest }) => ({
    ...{ ...rest, added_p50_ms: quantile(added, 0.5), added_p99_ms: quantile(added, 0.99) },
  }))
  process.stdout.write(`\nKept in ${await keep('bots', { quick: options.quick, runs: figures })}\n`)
}

async function makeBot({ gateway, model }: Bench): Promise<void> {
  const config = {
    provider: 'openai-compatible',
    base_url: model.url,
    model: 'bench',
    debounce_ms: DEBOUNCE_MS,
  }
  const limits = { replies_per_hour_per_contact: 1_000 }
  const bot = await call(gateway, '/bots', { name: 'Bench', config: { ...config, limits } })
  await call(gateway, `/whatsapp/phone_numbers/${NUMBER}/link-bot`, { bot_id: bot.id })
  await call(gateway, `/whatsapp/phone_numbers/${NUMBER}/autoreply`, { enabled: true })
}

async function run(bench: Bench, name: string, wish: Wish, kills: number): Promise<Run> {
  const { gateway, customers, model } = bench
  const turns = wish.customers * wish.rounds
  process.stdout.write(`${name}: ${whole(turns)} turns …\n`)
  await model.ask('forget')
  const memory = watchMemory(gateway.pid)
  const cpu = [cpuSeconds(gateway.pid), familyCpuSeconds(gateway.postgres_pid)]
  const began = performance.now()
  await customers.ask('begin', wish)
  for (let kill = 1; kill <= kills; kill++) {
    const far = Math.floor((turns * kill) / (kills + 1))
    while ((await customers.ask<number>('answered')) < far && (await customers.ask<number>('left')) > 0)
      await sleep(50)
    await gateway.kill()
  }
  while ((await customers.ask<number>('left')) > 0) await sleep(50)
  const seconds = (performance.now() - began) / 1000
  const after = [cpuSeconds(gateway.pid), familyCpuSeconds(gateway.postgres_pid)]
  const [node_us = 0, postgres_us = 0] = after.map((s, place) => ((s - (cpu[place] ?? 0)) * 1e6) / turns)
  const rss_mb = memory.stop()
  await everythingEnds(gateway)
  const { asked, took_ms } = await model.ask<Thought>('thought')
  const heard = await customers.ask<Heard>('heard')
  return {
    ...{ name, customers: wish.customers, turns, seconds, kills, asked, ...judge(heard, wish) },
    added: addedBy(heard, new Map(took_ms)),
    ...{ node_us: kills > 0 ? Number.NaN : node_us, postgres_us, rss_mb },
  }
}

/** No turn is open and no message under way, and what might still come of them has had its time. */
async function everythingEnds({ db }: Gateway): Promise<void> {
  const end = performance.now() + 120_000
  for (;;) {
    const { rows } = await db.query(`select
      (select count(*) from bot_turns where state = 'open') + (select count(*) from messages
        where status in ('queued', 'sending', 'unknown')) as left`)
    if (Number(rows[0].left) === 0) break
    if (performance.now() > end) throw new Error(`${rows[0].left} turns and messages do not come to an end.`)
    await sleep(200)
  }
  await sleep(6_000)
}

/** Every question once, and in its turn. */
function judge({ told }: Heard, { rounds }: Wish): Pick<Run, 'missing' | 'doubled' | 'wrong'> {
  const sum = { missing: 0, doubled: 0, wrong: 0 }
  for (const [customer, answers] of told) {
    const wanted = Array.from({ length: rounds }, (_, round) => `The answer to ${customer}-${round}.`)
    const times = (answer: string) => answers.filter(one => one === answer).length
    sum.missing += wanted.filter(answer => times(answer) === 0).length
    sum.doubled += wanted.reduce((more, answer) => more + Math.max(0, times(answer) - 1), 0)
    const others = answers.filter(answer => !wanted.includes(answer))
    const greeted = others.filter(answer => answer === TO_HELLO).length
    const first = wanted.map(answer => answers.indexOf(answer)).filter(place => place >= 0)
    sum.wrong += others.length - Math.min(greeted, Math.floor(rounds / 3))
    if (first.some((place, n) => n > 0 && place < (first[n - 1] ?? 0))) sum.wrong++
  }
  return sum
}

function addedBy({ waited_ms }: Heard, took: Map<string, number>): Histogram {
  const added: Histogram = new Map()
  for (const [question, ms] of waited_ms)
    note(added, Math.max(1, ms - DEBOUNCE_MS - (took.get(question) ?? 0)))
  return added
}

async function call(gateway: Gateway, path: string, body: object): Promise<{ id: string }> {
  const headers = { authorization: `Bearer ${gateway.key}`, 'content-type': 'application/json' }
  const answer = await fetch(`${gateway.url}/api/v1${path}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`POST ${path} was answered ${answer.status}: ${await answer.text()}`)
  return answer.json() as Promise<{ id: string }>
}

function report(runs: Run[]): void {
  const { cores, cpu, node } = shapeOfMachine()
  const heads = [
    'run',
    'customers',
    'turns',
    'turns/s',
    'kills',
    'missing',
    'doubled',
    'wrong',
    'model asked',
  ]
  const more = ['added p50 ms', 'added p99 ms', 'Node µs', 'PostgreSQL µs', 'RSS MB']
  const rows = runs.map(one => [
    ...[
      one.name,
      whole(one.customers),
      whole(one.turns),
      (one.turns / one.seconds).toFixed(1),
      String(one.kills),
    ],
    ...[String(one.missing), String(one.doubled), String(one.wrong), whole(one.asked)],
    ...[whole(quantile(one.added, 0.5)), whole(quantile(one.added, 0.99))],
    ...[Number.isNaN(one.node_us) ? '–' : whole(one.node_us), whole(one.postgres_us), String(one.rss_mb)],
  ])
  const title = `\nBots, ${cores} cores (${cpu}), Node ${node}, embedded PostgreSQL, durable`
  process.stdout.write(`${title}\n${table([...heads, ...more], rows)}\n`)
}
