// The whole gateway for a benchmark: the program itself as its own process, over the embedded PostgreSQL as it is shipped
// (durable) in a temporary directory, with an account of many fast numbers and people whom it knows.

import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { type Embedded, startEmbedded } from '../server/db/embedded.ts'
import { silentLog } from '../server/kit/log.ts'
import { endChild, type Program } from './channel.ts'
import { signature, textBody, WEBHOOK_PATH } from './load/webhooks.ts'
import { NUMBERS, PEOPLE, TOKEN, WABA } from './world.ts'

export type Gateway = {
  readonly url: string
  /** Of the gateway's Node process, and of PostgreSQL's first. */
  readonly pid: number
  readonly postgres_pid: number
  /** For looking on, and for filling it. */
  readonly database_url: string
  /** A key that no rate limit holds back. */
  key: string
  /** For looking on from outside. */
  readonly db: pg.Client
  /** Starts the program anew over the same data. */
  restart(node_flags?: string[]): Promise<void>
  /** Kills it where it stands, and starts it anew. */
  kill(): Promise<void>
  /** Stops PostgreSQL and starts it anew, with the program stopped meanwhile. */
  restartPostgres(): Promise<void>
  /** Waits until every webhook was applied; answers how long that took. */
  settled(): Promise<number>
  stop(): Promise<void>
}

const OWNER_KEY = `cm_live_${randomBytes(16).toString('hex')}`
const MAX_RPM = 1_000_000

/** `env`: settings beside those of every benchmark. `bare`: with what the sandbox brings, and nobody else. `people`: without it nobody is known yet. */
export async function startGateway(
  meta: Program,
  env: Record<string, string> = {},
  { bare = false, people = true } = {},
): Promise<Gateway> {
  const folder = await mkdtemp(join(tmpdir(), 'carom-bench-'))
  const clients = Number(env.CAROM_PROCESSES ?? 1)
  const startPostgres = () => startEmbedded({ data_dir: join(folder, 'db'), log: silentLog, clients })
  let embedded = await startPostgres()
  const start = (flags: string[] = []) =>
    startServer({ folder, meta_url: meta.url, database_url: embedded.url, flags, env })
  let server = await start()
  let db = await connect(embedded.url)
  let stopped: Promise<void> | undefined
  const gateway: Gateway = {
    get url() {
      return server.url
    },
    get pid() {
      return server.child.pid as number
    },
    get postgres_pid() {
      return embedded.pid
    },
    get database_url() {
      return embedded.url
    },
    key: '',
    get db() {
      return db
    },
    async restart(flags) {
      await endChild(server.child)
      server = await start(flags)
    },
    async kill() {
      const gone = once(server.child, 'exit')
      server.child.kill('SIGKILL')
      await gone
      server = await start()
    },
    async restartPostgres() {
      await Promise.all([endChild(server.child), db.end()])
      await embedded.stop()
      embedded = await startPostgres()
      server = await start()
      db = await connect(embedded.url)
    },
    settled: () => settled(db),
    stop: () => (stopped ??= stop(server.child, db, embedded, folder)),
  }
  const leave = () => void gateway.stop().finally(() => process.exit(130))
  process.once('SIGINT', leave).once('SIGTERM', leave)
  try {
    gateway.key = await makeKey(server.url)
    if (!bare) {
      await connectNumbers(gateway)
      if (people) await meetPeople(gateway)
    }
    // What the preparations left in the process's memory is not what an idle gateway needs.
    await gateway.restart()
    return gateway
  } catch (error) {
    await gateway.stop()
    throw error
  }
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url })
  // Ctrl-C reaches PostgreSQL as well, which then hangs up on us first.
  client.on('error', () => {})
  await client.connect()
  return client
}

type Server = { child: ChildProcess; url: string }

async function startServer(of: {
  folder: string
  meta_url: string
  database_url: string
  flags: string[]
  env: Record<string, string>
}): Promise<Server> {
  // As "npm start" runs it.
  const launcher = join(import.meta.dirname, '../carom.js')
  const child = spawn(process.execPath, ['--max-semi-space-size=16', ...of.flags, launcher, 'serve'], {
    cwd: of.folder,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env.PATH,
      PORT: '0',
      DATA_DIR: join(of.folder, 'data'),
      DATABASE_URL: of.database_url,
      META_GRAPH_URL: of.meta_url,
      CAROM_OWNER_KEY: OWNER_KEY,
      LOG_LEVEL: 'warn',
      ...of.env,
    },
  })
  const { promise, resolve, reject } = Promise.withResolvers<Server>()
  const abandon = () => child.kill('SIGKILL')
  process.once('exit', abandon)
  child.once('exit', () => process.off('exit', abandon))
  let said = ''
  child.stdout?.setEncoding('utf8').on('data', text => {
    said += text
    const url = /API +(http:\S+)\/api\/v1/.exec(said)?.[1]
    if (url) resolve({ child, url })
  })
  child.once('exit', code => reject(new Error(`The gateway could not start (exit ${code}).`)))
  return promise
}

async function stop(server: ChildProcess, db: pg.Client, embedded: Embedded, folder: string): Promise<void> {
  await endChild(server)
  await db.end().catch(() => {})
  await embedded.stop()
  await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
}

async function makeKey(url: string): Promise<string> {
  const made = await post(url, '/api/v1/keys', OWNER_KEY, {
    name: 'bench',
    scopes: ['*'],
    rate_limit_rpm: MAX_RPM,
  })
  return (made as { key: string }).key
}

/** The sandbox's own two are connected by now. */
async function connectNumbers(gateway: Gateway): Promise<void> {
  for (const phone_number_id of NUMBERS.slice(2)) {
    const account = { waba_id: WABA, phone_number_id, access_token: TOKEN }
    await post(gateway.url, '/api/v1/whatsapp/onboarding/manual', gateway.key, account)
  }
}

const PEOPLE_A_WEBHOOK = 100

/** Everybody writes once: so the gateway knows them, and their windows are open. */
async function meetPeople(gateway: Gateway): Promise<void> {
  for (let first = 0; first < PEOPLE; first += PEOPLE_A_WEBHOOK) {
    const body = textBody(Array.from({ length: PEOPLE_A_WEBHOOK }, (_, n) => first + n))
    const headers = { 'content-type': 'application/json', 'x-hub-signature-256': signature(body) }
    const response = await fetch(gateway.url + WEBHOOK_PATH, { method: 'POST', headers, body })
    if (!response.ok) throw new Error(`A webhook was refused: ${response.status} ${await response.text()}`)
  }
  await gateway.settled()
  const { rows } = await gateway.db.query<{ count: string }>('select count(*) from windows')
  if (Number(rows[0]?.count) !== PEOPLE)
    throw new Error(`Only ${rows[0]?.count} of ${PEOPLE} people were met.`)
}

async function settled(db: pg.Client): Promise<number> {
  const began = performance.now()
  for (;;) {
    if ((await backlog(db)) === 0) return performance.now() - began
    if (performance.now() - began > 120_000) throw new Error('The projection does not come to an end.')
    await sleep(20)
  }
}

/** Webhooks that are stored and not yet applied. */
export async function backlog(db: pg.Client): Promise<number> {
  const { rows } = await db.query<{ count: string }>('select count(*) from inbox where projected_at is null')
  return Number(rows[0]?.count)
}

async function post(url: string, path: string, key: string, body: object): Promise<unknown> {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
  const response = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) })
  if (!response.ok) throw new Error(`POST ${path} was answered ${response.status}: ${await response.text()}`)
  return response.json()
}
