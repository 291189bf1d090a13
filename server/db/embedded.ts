/**
 * The PostgreSQL that Carom brings along: started over files in the data directory, watched, and started again if it
 * dies. Whoever asks gets a URL like any other; nothing above this file knows that the server is ours.
 */
import { mkdir, realpath } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { Log } from '../kit/log.ts'
import { type Cluster, prepareCluster, USER } from './embedded/cluster.ts'
import { type Engine, prepareEngine } from './embedded/engine.ts'
import { type Lock, takeLock } from './embedded/lock.ts'
import { stopOrphan } from './embedded/orphan.ts'
import { type Place, places } from './embedded/places.ts'
import { type Postmaster, StartFailure, startPostmaster } from './embedded/postmaster.ts'
import { chooseUser } from './embedded/user.ts'
import { errorCode } from './failures.ts'

export type Embedded = {
  url: string
  /** Quick and clean; after it the data directory is free for others. */
  stop(): Promise<void>
  /** Of the postmaster that runs now. */
  readonly pid: number
}
type Parts = { engine: Engine; cluster: Cluster; log: Log; clients: number }

/** `clients`: how many processes of Carom will use it. */
export async function startEmbedded(options: {
  data_dir: string
  log: Log
  clients?: number
}): Promise<Embedded> {
  const { log, clients = 1 } = options
  await mkdir(resolve(options.data_dir), { recursive: true, mode: 0o700 })
  const data_dir = await realpath(options.data_dir)
  const lock = await takeLock(data_dir)
  try {
    const as = await chooseUser(join(data_dir, 'postgres'))
    const engine = await prepareEngine({ data_dir, as, log })
    const parts = { engine, cluster: await prepareCluster(data_dir, engine), log, clients }
    await stopOrphan(parts.cluster, log)
    const { place, postmaster } = await startSomewhere(parts)
    await ensureDatabase(place.url).catch(async error => {
      await postmaster.stop()
      throw error
    })
    return watch(parts, place, postmaster, lock)
  } catch (error) {
    await lock.release()
    throw error
  }
}

async function startSomewhere(parts: Parts): Promise<{ place: Place; postmaster: Postmaster }> {
  let failure: unknown
  for await (const place of places(parts.cluster, parts.engine.as)) {
    try {
      return { place, postmaster: await startWhenFree(parts, place) }
    } catch (error) {
      if (!(error instanceof StartFailure && error.place_refused)) throw error
      failure = error
    }
  }
  throw failure
}

const MAX_WAIT_MS = 15_000

/** The last processes of a killed postmaster need a moment to notice that they are alone. */
async function startWhenFree(parts: Parts, place: Place): Promise<Postmaster> {
  const end = Date.now() + MAX_WAIT_MS
  for (;;) {
    try {
      return await startPostmaster({ ...parts, place })
    } catch (error) {
      if (!(error instanceof StartFailure && error.not_yet) || Date.now() > end) throw error
      await sleep(100)
    }
  }
}

/** initdb makes no database for applications, and a crash may have come between it and us. */
async function ensureDatabase(url: string): Promise<void> {
  const missing = await visit(url, async () => {}).then(
    () => false,
    error => {
      if (errorCode(error) === '3D000') return true
      throw error
    },
  )
  if (!missing) return
  const maintenance = url.replace(/\/[^/]*$/, '/postgres')
  await visit(maintenance, async client => void (await client.query(`create database ${USER}`)))
}

async function visit(url: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  client.on('error', () => {})
  try {
    await client.connect()
    await work(client)
  } finally {
    await client.end().catch(() => {})
  }
}

function watch(parts: Parts, place: Place, first: Postmaster, lock: Lock): Embedded {
  const { log } = parts
  const stopping = new AbortController()
  let current = first
  let running = true
  let stopped: Promise<void> | undefined
  const abandon = () => running && current.abandon()
  process.on('exit', abandon)

  async function keepAlive(): Promise<void> {
    while (!stopping.signal.aborted) {
      const how = await current.exited
      running = false
      if (stopping.signal.aborted) return
      log.error({ pid: current.pid, how }, 'PostgreSQL ended unexpectedly; starting it again')
      await startAgain()
    }
  }

  async function startAgain(): Promise<void> {
    for (let backoff_ms = 100; !stopping.signal.aborted; backoff_ms = Math.min(backoff_ms * 2, 5_000)) {
      try {
        current = await startWhenFree(parts, place)
        running = true
        log.info({ pid: current.pid }, 'PostgreSQL is running again')
        return
      } catch (error) {
        log.error({ err: error }, 'PostgreSQL could not be started again; trying once more')
        await sleep(backoff_ms, undefined, { signal: stopping.signal }).catch(() => {})
      }
    }
  }

  async function stop(): Promise<void> {
    stopping.abort()
    if (running) await current.stop()
    await kept
    if (running) await current.stop() // it was just being started again
    process.off('exit', abandon)
    await lock.release()
  }

  const kept = keepAlive()
  return {
    url: place.url,
    stop: () => (stopped ??= stop()),
    get pid() {
      return current.pid
    },
  }
}
