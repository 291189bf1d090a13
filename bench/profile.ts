// node bench/profile.ts [--connections=64] [--kind=template|text|webhooks|campaign] [--seconds=8]: where the gateway's time goes under load.
// Node's sampling profiler for the JavaScript, pg_stat_statements for the SQL. Figures with a profiler on are no benchmark.

import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { completed, launch, makeCampaign, meet, setPace } from './campaignWorld.ts'
import { type Program, startProgram } from './channel.ts'
import { type Gateway, startGateway } from './gateway.ts'
import type { Outcome } from './load/run.ts'
import { heaviest, type Profile } from './profile/cpu.ts'
import { resetStatements, statements, watchStatements } from './profile/statements.ts'
import type { Taken } from './programs/fakeMeta.ts'

const { values } = parseArgs({
  options: {
    connections: { type: 'string', default: '64' },
    kind: { type: 'string', default: 'template' },
    to: { type: 'string', default: 'known' },
    seconds: { type: 'string', default: '8' },
    rows: { type: 'string', default: '40' },
    sql: { type: 'boolean', default: false },
  },
})
const how = { connections: Number(values.connections), duration_ms: Number(values.seconds) * 1000 }
const rows = Number(values.rows)

const [meta, load] = await Promise.all([startProgram('fakeMeta'), startProgram('load')])
const gateway = await startGateway(meta, {}, { people: values.kind !== 'campaign' })
const folder = await mkdtemp(join(tmpdir(), 'carom-profile-'))
try {
  if (values.kind === 'webhooks') await sendFirst(gateway, meta, load)
  if (values.sql) await watchStatements(gateway)
  await gateway.restart(['--cpu-prof', '--cpu-prof-interval=200', `--cpu-prof-dir=${folder}`])
  if (values.kind === 'campaign') await setPace(gateway, 1_000_000)
  await underLoad(2_000)
  await resetStatements(gateway.db)
  const began = process.hrtime.bigint() / 1000n
  const { ok, per_second, errors } = await underLoad(how.duration_ms)
  const ended = process.hrtime.bigint() / 1000n
  process.stdout.write(
    `\n${Math.round(per_second)} a second with the profiler on; errors: ${JSON.stringify(errors)}\n`,
  )
  process.stdout.write(await statements(gateway.db, ok))
  await gateway.settled()
  await gateway.restart()
  const [file] = (await readdir(folder)).filter(name => name.endsWith('.cpuprofile'))
  const profile = JSON.parse(await readFile(join(folder, file ?? ''), 'utf8')) as Profile
  process.stdout.write(heaviest(profile, { from: Number(began), to: Number(ended), units: ok, rows }))
} finally {
  await gateway.stop()
  await Promise.all([load, meta].map(program => program.stop()))
  await rm(folder, { recursive: true, force: true })
}

async function underLoad(duration_ms: number): Promise<Outcome> {
  const { url, key } = gateway
  const { connections } = how
  if (values.kind === 'campaign') return runCampaign(duration_ms * 3)
  if (values.kind !== 'webhooks') {
    const plan = { kind: values.kind, to: values.to, key }
    return load.ask('send', { url, connections, duration_ms, expect: 201, plan })
  }
  await load.ask('prepare', duration_ms * 12)
  return load.ask('post', { url, connections, duration_ms, expect: 200 })
}

async function runCampaign(recipients: number): Promise<Outcome> {
  const id = await makeCampaign(gateway, recipients)
  if (values.to === 'known') await meet(gateway, id)
  const began = performance.now()
  await launch(gateway, id)
  await completed(gateway, id, 300_000)
  const per_second = (recipients * 1000) / (performance.now() - began)
  return { answered: recipients, per_second, ok: recipients, errors: {}, checksum: 0, latency: new Map() }
}

async function sendFirst({ url, key }: Gateway, meta: Program, load: Program): Promise<void> {
  await meta.ask('keep', true)
  const plan = { kind: 'template', to: 'known', key }
  await load.ask('send', { url, connections: 64, duration_ms: 4_000, expect: 201, plan })
  await load.ask('know', await meta.ask<Taken[]>('kept'))
  await meta.ask('keep', false)
  await sleep(500)
}
