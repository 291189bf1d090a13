// Several processes of one machine behind one port (CAROM_PROCESSES): the first starts what they share, the embedded
// PostgreSQL and the simulator, then the others, which do all the work; one that dies is started again.

import cluster, { type Worker } from 'node:cluster'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { AggregatorRegistry } from 'prom-client'
import type { Config } from './config.ts'
import { startEmbedded } from './db/embedded.ts'
import { closeWhatIsNotTaken } from './handOver.ts'
import type { Log } from './kit/log.ts'
import { startSimulator } from './sandbox/simulator.ts'
import { secretKeys } from './secretKeys.ts'
import type { Carom } from './start.ts'

export type Started = Pick<Carom, 'url' | 'simulator_url' | 'new_owner_key'>

/** What a process tells the first one, and is told by it. */
export type Word = { started: Started } | { ask: 'metrics' } | { metrics: string }

const STOP_MS = 30_000
const FIRST_BACKOFF_MS = 500
const LAST_BACKOFF_MS = 10_000

export async function startProcesses(
  config: Config,
  log: Log,
): Promise<Started & { close(): Promise<void> }> {
  const shared = await startShared(config, log)
  let stopping = false
  cluster.setupPrimary({ exec: join(import.meta.dirname, '../carom.js'), args: ['serve'] })
  const fork = () => {
    const worker = cluster.fork(shared.env)
    closeWhatIsNotTaken(worker)
    return worker
  }
  cluster.on('message', answer)
  try {
    const started: Started[] = []
    // One after the other: the first makes the schema, the owner key and the sandbox account.
    for (let count = 0; count < config.CAROM_PROCESSES; count++) started.push(await startedOf(fork()))
    keepAlive(fork, () => stopping, log)
    const new_owner_key = started.find(one => one.new_owner_key !== undefined)?.new_owner_key
    return { ...(started[0] as Started), simulator_url: shared.simulator_url, new_owner_key, close }
  } catch (error) {
    await close()
    throw error
  }

  async function close(): Promise<void> {
    stopping = true
    await Promise.all(Object.values(cluster.workers ?? {}).map(worker => worker && end(worker)))
    await shared.close()
  }
}

async function startShared(config: Config, log: Log) {
  await mkdir(config.DATA_DIR, { recursive: true, mode: 0o700 })
  await secretKeys(config)
  const [embedded, simulator] = await Promise.all([
    config.DATABASE_URL
      ? undefined
      : startEmbedded({ data_dir: config.DATA_DIR, log, clients: config.CAROM_PROCESSES }),
    config.sandbox && !config.META_GRAPH_URL
      ? startSimulator({ port: config.SIMULATOR_PORT, data_dir: config.DATA_DIR, log })
      : undefined,
  ])
  return {
    simulator_url: simulator?.url ?? (config.sandbox ? config.META_GRAPH_URL : undefined),
    env: {
      ...(embedded ? { DATABASE_URL: embedded.url } : {}),
      ...(simulator ? { META_GRAPH_URL: simulator.url } : {}),
    },
    async close() {
      await simulator?.close()
      await embedded?.stop()
    },
  }
}

function startedOf(worker: Worker): Promise<Started> {
  return new Promise((resolve, reject) => {
    worker.on('message', (word: Word) => {
      if ('started' in word) resolve(word.started)
    })
    worker.once('exit', code =>
      reject(new Error(`A process ended with exit code ${code} before it had started.`)),
    )
  })
}

function keepAlive(fork: () => Worker, isStopping: () => boolean, log: Log): void {
  let failures = 0
  cluster.on('exit', async (worker, code, signal) => {
    if (isStopping()) return
    log.error({ pid: worker.process.pid, code, signal }, 'A process ended; starting another')
    await sleep(Math.min(LAST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** failures++))
    if (isStopping()) return
    startedOf(fork()).then(
      () => {
        failures = 0
      },
      (error: Error) => log.error({ err: error }, 'The new process did not start'),
    )
  })
}

/** Metrics are of all processes together, whichever of them was asked. */
async function answer(worker: Worker, word: Word): Promise<void> {
  if (typeof word !== 'object' || !('ask' in word)) return
  const metrics = await new AggregatorRegistry().clusterMetrics().catch(() => '')
  worker.send({ metrics } satisfies Word)
}

async function end(worker: Worker): Promise<void> {
  if (worker.isDead()) return
  const ended = new Promise(resolve => worker.once('exit', resolve))
  worker.process.kill('SIGTERM')
  const late = setTimeout(() => worker.process.kill('SIGKILL'), STOP_MS)
  await ended
  clearTimeout(late)
}

/** In one of the processes: the metrics of all of them. */
export function allMetrics(): Promise<string> {
  return new Promise(resolve => {
    const hear = (word: Word) => {
      if (typeof word !== 'object' || !('metrics' in word)) return
      process.off('message', hear)
      resolve(word.metrics)
    }
    process.on('message', hear)
    process.send?.({ ask: 'metrics' } satisfies Word)
  })
}
