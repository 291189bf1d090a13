// A whole Carom for a test: a simulated Meta, a database of its own and the gateway, all on free ports. Inside this
// process by default; spawnGateway starts the real program, to be stopped or killed.

import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { readConfig } from '../server/config.ts'
import { type Log, silentLog } from '../server/kit/log.ts'
import { type Carom, startCarom } from '../server/start.ts'
import { type Simulator, startSimulator } from '../simulator/start.ts'
import { testDatabase } from './database.ts'

/** The simulator's first number, 80 messages a second; the second takes 1,000. */
export const NUMBER = '500100200300401'
export const FAST_NUMBER = '500100200300402'
export const ADA = '+15550101001'

// biome-ignore lint/suspicious/noExplicitAny: tests look into bodies freely
export type Answered = { status: number; headers: Headers; text: string; body: any }

export type Api = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<Answered>

export type World = {
  simulator: Simulator
  database_url: string
  data_dir: string
  owner_key: string
  /** The environment that a gateway of this world is started with. */
  env: Record<string, string>
  sim(method: string, path: string, body?: unknown): Promise<Answered>
  close(): Promise<void>
}

export type Journey = World & { carom: Carom; url: string; api: Api }

export type JourneyOptions = { env?: Record<string, string>; settings?: object; log?: Log }

/** A world with a gateway in this process. */
export async function startJourney(options: JourneyOptions = {}): Promise<Journey> {
  const world = await startWorld(options)
  try {
    const carom = await startCarom(readConfig(world.env), options.log ?? silentLog)
    return {
      ...world,
      carom,
      url: carom.url,
      api: apiOf(carom.url, world.owner_key),
      async close() {
        await carom.close()
        await world.close()
      },
    }
  } catch (error) {
    await world.close()
    throw error
  }
}

/** Meta and a database, with no gateway yet. */
export async function startWorld(options: JourneyOptions = {}): Promise<World> {
  const simulator = await startSimulator({ port: 0 })
  const database = await testDatabase()
  const data_dir = await mkdtemp(join(tmpdir(), 'carom-journey-'))
  const owner_key = `cm_live_${randomBytes(20).toString('hex')}`
  const sim = (method: string, path: string, body?: unknown) => call(simulator.url, method, path, body)
  if (options.settings) await sim('PATCH', '/_sim/settings', options.settings)
  return {
    simulator,
    database_url: database.url,
    data_dir,
    owner_key,
    sim,
    env: {
      PORT: '0',
      DATABASE_URL: database.url,
      DATA_DIR: data_dir,
      META_GRAPH_URL: simulator.url,
      CAROM_OWNER_KEY: owner_key,
      LOG_LEVEL: 'silent',
      ...options.env,
    },
    async close() {
      await simulator.close()
      await database.drop()
      await rm(data_dir, { recursive: true, force: true })
    },
  }
}

/** Calls below /api/v1 with that key; a path that begins with `//` is meant from the root (`//healthz`). */
export function apiOf(url: string, key: string | undefined): Api {
  const auth: Record<string, string> = key === undefined ? {} : { authorization: `Bearer ${key}` }
  return (method, path, body, headers = {}) =>
    call(url, method, path.startsWith('//') ? path.slice(1) : `/api/v1${path}`, body, { ...auth, ...headers })
}

/** A string or Buffer goes out as it is, everything else as JSON. */
async function call(
  base: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answered> {
  const plain = body === undefined || typeof body === 'string' || Buffer.isBuffer(body)
  const response = await fetch(base + path, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    body: plain ? ((body ?? null) as string | null) : JSON.stringify(body),
  })
  const endless = response.headers.get('content-type')?.startsWith('text/event-stream') === true
  const text = endless ? await beginningOf(response) : await response.text()
  const json = response.headers.get('content-type')?.includes('json') === true && text !== ''
  return { status: response.status, headers: response.headers, text, body: json ? JSON.parse(text) : text }
}

/** Of a stream that does not end by itself. */
async function beginningOf({ body }: Response): Promise<string> {
  const reader = body?.getReader()
  const { value } = (await reader?.read()) ?? {}
  await reader?.cancel()
  return Buffer.from(value ?? []).toString('utf8')
}

/** Tries until nothing is thrown. What it threw last is the failure. */
export async function eventually<T>(
  look: () => Promise<T> | T,
  { timeout_ms = 30_000, every_ms = 25 } = {},
): Promise<T> {
  const end = performance.now() + timeout_ms
  for (;;) {
    try {
      return await look()
    } catch (error) {
      if (performance.now() > end) {
        if (error instanceof Error) error.message = `Still so after ${timeout_ms} ms: ${error.message}`
        throw error
      }
    }
    await sleep(every_ms)
  }
}

export type Gateway = {
  child: ChildProcess
  /** Where the API listens, once it does. Rejects with what the program said where it ends instead. */
  ready(): Promise<string>
  stdout(): string
  stderr(): string
  exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>
  kill(signal: NodeJS.Signals): Promise<void>
  /** Asks it to finish (SIGTERM) and waits. */
  stop(): Promise<void>
}

/** The real program, `server/main.ts`. Nothing of this process's own settings reaches it. */
export function spawnGateway(env: Record<string, string>): Gateway {
  const { PATH = '', HOME = '', LANG = 'C.UTF-8', NODE_COMPILE_CACHE = '' } = process.env
  const program = join(import.meta.dirname, '../server/main.ts')
  const child = spawn(process.execPath, [program], {
    env: { PATH, HOME, LANG, NODE_COMPILE_CACHE, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', chunk => {
    stdout += chunk
  })
  child.stderr.on('data', chunk => {
    stderr += chunk
  })
  // Should the test die, its gateways die too.
  const abandon = () => child.kill('SIGKILL')
  process.once('exit', abandon)
  // `close` comes when the pipes are read to their end, after `exit`.
  const exited = once(child, 'close').then(([code, signal]) => {
    process.off('exit', abandon)
    return { code, signal }
  })
  const kill = async (signal: NodeJS.Signals) => {
    child.kill(signal)
    await exited
  }
  return {
    child,
    exited,
    kill,
    stop: () => kill('SIGTERM'),
    stdout: () => stdout,
    stderr: () => stderr,
    async ready() {
      const end = performance.now() + 60_000
      while (performance.now() < end) {
        const url = /API\s+(http:\S+)\/api\/v1\n[\s\S]*Ctrl-C/.exec(stdout)?.[1]
        if (url) return url
        if (child.exitCode !== null || child.signalCode !== null) break
        await sleep(10)
      }
      throw new Error(`The gateway did not start.\n${stdout}\n${stderr}`)
    },
  }
}

/** A port that was free a moment ago, for what must come back under the same address. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}
