// npm run bench:templates: an account of 5,000 templates is compared with Meta, with nothing changed and with 50 that have;
// and one template is filled in for many recipients. Meta is the simulator, in a process of its own.

import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from 'pg'
import { fillIn } from '../server/templates/bindFor.ts'
import type { TemplateRow } from '../server/templates/schema.ts'
import { startProgram } from './channel.ts'
import { startGateway } from './gateway.ts'
import { residentMb, shapeOfMachine, watchMemory } from './machine.ts'
import { readOptions } from './options.ts'
import { keep, ms, table, whole } from './report.ts'

type Pass = {
  what: string
  took_ms: number
  /** Of the table of templates, inserted and updated. */
  written: number
  wal_kb: number
  growth_mb: number
}

const MANY = 5_000
const CHANGED = 50
const RECIPIENTS = 100_000

await main()

async function main(): Promise<void> {
  const { rounds, quick } = readOptions()
  const meta = await startProgram('manyTemplates')
  const gateway = await startGateway(meta, {}, { bare: true })
  const passes: Pass[] = []
  const measured = async (what: string) =>
    passes.push(await measure(gateway.db, gateway.pid, what, () => sync(gateway)))
  try {
    await meta.ask('fill', MANY)
    await measured('all new')
    for (let round = 0; round < rounds; round++) {
      await measured('nothing changed')
      await meta.ask('touch', CHANGED)
      await measured(`${CHANGED} changed`)
    }
    const template = await read(gateway.db)
    const fills_per_second = fillMany(template)
    report(passes, fills_per_second)
    process.stdout.write(`\nKept in ${await keep('templates', { quick, passes, fills_per_second })}\n`)
  } finally {
    await gateway.stop()
    await meta.stop()
  }
}

async function sync({ url, key }: { url: string; key: string }): Promise<void> {
  const response = await fetch(`${url}/api/v1/whatsapp/templates/sync`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: '{}',
  })
  const text = await response.text()
  if (!response.ok || JSON.parse(text).templates !== MANY) throw new Error(`${response.status}: ${text}`)
}

async function measure(db: Client, pid: number, what: string, work: () => Promise<void>): Promise<Pass> {
  const before = await countersOf(db)
  const before_mb = residentMb(pid)
  const memory = watchMemory(pid)
  const began = performance.now()
  await work()
  const took_ms = performance.now() - began
  const growth_mb = memory.stop() - before_mb
  // PostgreSQL counts what a connection wrote once that has been idle for a moment.
  await sleep(1_500)
  const after = await countersOf(db)
  return {
    ...{ what, took_ms, growth_mb },
    written: after.written - before.written,
    wal_kb: (after.wal - before.wal) / 1024,
  }
}

async function countersOf(db: Client): Promise<{ written: number; wal: number }> {
  const { rows } = await db.query(`
    select (n_tup_ins + n_tup_upd)::float8 as written, pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::float8 as wal
    from pg_stat_user_tables where relname = 'templates'`)
  return rows[0]
}

async function read(db: Client): Promise<TemplateRow> {
  const { rows } = await db.query(`select * from templates where name like 'shop%' order by name limit 1`)
  return rows[0]
}

/** As a campaign does it: the same template, other values for each. */
function fillMany(template: TemplateRow): number {
  const began = performance.now()
  for (let n = 0; n < RECIPIENTS; n++) {
    const filled = fillIn(template, { variables: { 1: `Ada ${n}`, 2: String(n), button_0: `${n}` } })
    if (!filled.ok) throw new Error(JSON.stringify(filled.issues))
  }
  return (RECIPIENTS / (performance.now() - began)) * 1000
}

function report(passes: Pass[], fills_per_second: number): void {
  const { cores, cpu, node } = shapeOfMachine()
  const rows = passes.map(({ what, took_ms, written, wal_kb, growth_mb }) => [
    ...[what, ms(took_ms), whole(written), whole(wal_kb), whole(growth_mb)],
  ])
  process.stdout.write(
    [
      `\n${whole(MANY)} templates compared with Meta, ${cores} cores (${cpu}), Node ${node}`,
      table(['pass', 'took ms', 'rows written', 'WAL KB', 'RSS growth MB'], rows),
      `One template filled in for ${whole(RECIPIENTS)} recipients: ${whole(fills_per_second)} a second\n`,
    ].join('\n'),
  )
}
