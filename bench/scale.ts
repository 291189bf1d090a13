// npm run bench:scale: the same sends through one process and through two of the same machine (CAROM_PROCESSES), each over a
// fresh database. On two cores PostgreSQL, the load and the fake Meta want their share too, so twice is not to be had here.

import { type Program, startProgram } from './channel.ts'
import { startGateway } from './gateway.ts'
import type { Outcome } from './load/run.ts'
import type { SendPlan } from './load/sends.ts'
import { shapeOfMachine } from './machine.ts'
import { readOptions } from './options.ts'
import type { Counted } from './programs/fakeMeta.ts'
import { errorLines, keep, ms, table, whole } from './report.ts'
import { type Round, type Side, sideOf } from './sides.ts'

const PROCESSES = [1, 2]
const CONNECTIONS = 256
const LATENCY_MS = 50

const options = readOptions()
const [meta, load] = await Promise.all([startProgram('fakeMeta'), startProgram('load')])
await meta.ask('setLatency', LATENCY_MS)
const sides: Side[] = []
try {
  for (const processes of PROCESSES) sides.push(await through(processes, meta, load))
} finally {
  await Promise.all([meta.stop(), load.stop()])
}
const { cores, cpu, node } = shapeOfMachine()
const [one] = sides
process.stdout.write(
  `\nSends by processes, ${cores} cores (${cpu}), Node ${node}, ${CONNECTIONS} connections, Meta ${LATENCY_MS} ms away\n`,
)
process.stdout.write(
  `${table(
    ['processes', 'sends/s', 'to one', 'p50/p99 ms'],
    sides.map((side, at) => [
      ...[
        String(PROCESSES[at]),
        whole(side.per_second),
        (side.per_second / (one?.per_second ?? 1)).toFixed(2),
      ],
      `${ms(side.p50_ms)} / ${ms(side.p99_ms)}`,
    ]),
  )}\n`,
)
const errors = sides.flatMap((side, at) => errorLines(`${PROCESSES[at]} processes`, side.errors))
process.stdout.write(
  errors.length === 0 ? 'Errors: none. Every 201 reached Meta, once.\n' : `${errors.join('\n')}\n`,
)
process.stdout.write(
  `Kept in ${await keep('scale', { quick: options.quick, processes: PROCESSES, sides })}\n`,
)

async function through(processes: number, meta: Program, load: Program): Promise<Side> {
  process.stdout.write(`${processes} ${processes === 1 ? 'process' : 'processes'} …\n`)
  const gateway = await startGateway(meta, { CAROM_PROCESSES: String(processes) })
  const plan: SendPlan = { kind: 'template', to: 'known', key: gateway.key }
  const send = (duration_ms: number): Promise<Outcome> =>
    load.ask('send', { url: gateway.url, connections: CONNECTIONS, duration_ms, expect: 201, plan })
  try {
    await send(options.warm_ms)
    const rounds: Round[] = []
    for (let round = 0; round < options.rounds; round++) {
      await meta.ask('count')
      const outcome = { ...(await send(options.round_ms)), cpu: {} }
      const { messages, twice } = await meta.ask<Counted>('count')
      if (twice > 0) outcome.errors['message that reached Meta twice'] = twice
      if (messages !== outcome.ok)
        outcome.errors[`Meta counted ${messages} for ${outcome.ok} answers of 201`] = 1
      rounds.push(outcome)
    }
    return sideOf(rounds)
  } finally {
    await gateway.stop()
  }
}
