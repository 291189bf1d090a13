// npm run bench:analytics: ten million messages of ninety days, how long the analytics of all of them take, and what keeping
// the roll-ups costs the webhooks. --messages=N fills fewer.

import { parseArgs } from 'node:util'
import { openDatabase } from '../server/db/pool.ts'
import { sql } from '../server/db/sql.ts'
import { silentLog } from '../server/kit/log.ts'
import { type Asked, ask, questions } from './analytics/ask.ts'
import { type Filled, fill } from './analytics/fill.ts'
import { type Projected, project } from './analytics/project.ts'
import { startProgram } from './channel.ts'
import { type Gateway, startGateway } from './gateway.ts'
import { shapeOfMachine } from './machine.ts'
import { atLeast, below, keep, ms, table, whole } from './report.ts'

const WEBHOOKS = 20_000
const RATIO_BAR = 0.8

await main()

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      messages: { type: 'string', default: '10000000' },
      times: { type: 'string', default: '100' },
      rounds: { type: 'string', default: '5' },
    },
  })
  const [messages, times, rounds] = [values.messages, values.times, values.rounds].map(Number) as [
    number,
    number,
    number,
  ]
  const meta = await startProgram('fakeMeta')
  const gateway = await startGateway(meta)
  const db = openDatabase({
    url: gateway.database_url,
    max_connections: 3,
    application_name: 'bench',
    log: silentLog,
    statement_timeout_ms: 0,
    idle_in_transaction_timeout_ms: 0,
  })
  try {
    const projected = await measureProjection(gateway, db, rounds)
    process.stdout.write(`Filling ${whole(messages)} messages …\n`)
    const filled = await fill(db, messages)
    const asked: Asked[] = []
    for (const question of questions(filled.number, filled.campaign)) {
      asked.push(await ask(gateway.url, gateway.key, question, times))
    }
    const sizes = await sizesOf(db)
    report({ messages, filled, asked, projected, sizes })
    const file = await keep('analytics', { messages, filled, asked, projected, sizes })
    process.stdout.write(`\nKept in ${file}\n`)
  } finally {
    await db.close()
    await gateway.stop()
    await meta.stop()
  }
}

type Db = ReturnType<typeof openDatabase>

/** In turn, so that what disturbs the machine disturbs both; the first pair warms up. */
async function measureProjection(gateway: Gateway, db: Db, rounds: number): Promise<Projected[]> {
  const all: Projected[] = []
  for (let round = 0; round <= rounds; round++) {
    for (const kept of [false, true]) {
      const one = await project(gateway, db, kept, WEBHOOKS)
      if (round > 0) all.push(one)
      process.stdout.write(
        `Webhooks ${kept ? 'with' : 'without'} roll-ups: ${whole(one.per_second)}/s, ${whole(one.cpu_us)} µs of CPU each\n`,
      )
    }
  }
  return all
}

type Sizes = { messages_mb: number; rollups_mb: number; rollup_rows: number }

async function sizesOf(db: Db): Promise<Sizes> {
  const row = await db.one<Sizes>(sql`
    select pg_total_relation_size('messages') / 1048576 as messages_mb,
      pg_total_relation_size('rollup_days') / 1048576 as rollups_mb, (select count(*) from rollup_days) as rollup_rows`)
  return row as Sizes
}

function report(of: {
  messages: number
  filled: Filled
  asked: Asked[]
  projected: Projected[]
  sizes: Sizes
}): void {
  const { cores, cpu, node } = shapeOfMachine()
  const { copy, indexes, rollups } = of.filled.seconds
  const mean = (kept: boolean, figure: 'per_second' | 'cpu_us') => {
    const some = of.projected.filter(one => one.kept === kept)
    return some.reduce((sum, one) => sum + one[figure], 0) / some.length
  }
  const [rate, bare] = [mean(true, 'per_second'), mean(false, 'per_second')]
  const { messages_mb, rollups_mb, rollup_rows } = of.sizes
  const lines = [
    `\nAnalytics of ${whole(of.messages)} messages in 90 days, ${cores} cores (${cpu}), Node ${node}, embedded PostgreSQL, durable`,
    table(
      ['question', 'p50 ms', 'p95 ms', 'KB'],
      of.asked.map(one => [one.name, ms(one.p50_ms), below(one.p95_ms, one.bar_ms), whole(one.bytes / 1024)]),
    ),
    `Webhooks applied: ${whole(rate)}/s with roll-ups, ${whole(bare)}/s without: ${atLeast(rate / bare, RATIO_BAR)}`,
    `CPU of the gateway and PostgreSQL for each: ${whole(mean(true, 'cpu_us'))} µs with, ${whole(mean(false, 'cpu_us'))} µs without`,
    `Roll-ups: ${whole(rollup_rows)} rows, ${whole(rollups_mb)} MB, beside ${whole(messages_mb)} MB of messages`,
    `Filling: ${whole(copy)} s, indexes ${whole(indexes)} s, counting all anew ${whole(rollups)} s`,
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
}
