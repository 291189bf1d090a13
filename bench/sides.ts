// One side of a comparison, measured over several rounds: what it answered, how fast, and what that cost whom.

import { type Histogram, merge, quantile } from './load/histogram.ts'
import type { Outcome } from './load/run.ts'
import { cpuSeconds, familyCpuSeconds } from './machine.ts'

/** CPU seconds by process. */
export type Cpu = Record<string, number>

/** Who takes part. PostgreSQL is counted with all its processes. */
export type Parts = { server: number; postgres?: number; meta?: number; load: number }

export type Round = Outcome & { cpu: Cpu }

export type Side = {
  per_second: number
  p50_ms: number
  p99_ms: number
  answered: number
  errors: Record<string, number>
  /** Over all rounds, what came after the end of each included. */
  cpu_s: Cpu
  rounds: number[]
}

export async function measure(parts: Parts, work: () => Promise<Outcome>): Promise<Round> {
  const before = cpuOf(parts)
  const outcome = await work()
  const after = cpuOf(parts)
  const cpu = Object.fromEntries(Object.entries(after).map(([name, s]) => [name, s - (before[name] ?? 0)]))
  return { ...outcome, cpu }
}

export function sideOf(rounds: Round[]): Side {
  const latency: Histogram = merge(rounds.map(round => round.latency))
  return {
    per_second: rounds.reduce((sum, round) => sum + round.per_second, 0) / rounds.length,
    p50_ms: quantile(latency, 0.5),
    p99_ms: quantile(latency, 0.99),
    answered: rounds.reduce((sum, round) => sum + round.ok, 0),
    errors: addUp(rounds.map(round => round.errors)),
    cpu_s: addUp(rounds.map(round => round.cpu)),
    rounds: rounds.map(round => round.per_second),
  }
}

function cpuOf({ server, postgres, meta, load }: Parts): Cpu {
  return {
    server: cpuSeconds(server),
    ...(postgres === undefined ? {} : { postgres: familyCpuSeconds(postgres) }),
    ...(meta === undefined ? {} : { meta: cpuSeconds(meta) }),
    load: cpuSeconds(load),
  }
}

function addUp(parts: Record<string, number>[]): Record<string, number> {
  const sum: Record<string, number> = {}
  for (const part of parts) for (const [name, n] of Object.entries(part)) sum[name] = (sum[name] ?? 0) + n
  return sum
}
