/** Starts one postmaster and stops it. It reads what PostgreSQL says: that it is ready, and what is worth logging. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import type { Log } from '../../kit/log.ts'
import type { Cluster } from './cluster.ts'
import { folderAsSeenBy } from './cluster.ts'
import type { Engine } from './engine.ts'
import type { Place } from './places.ts'
import { settingsFor } from './settings.ts'

export type Postmaster = {
  pid: number
  exited: Promise<string>
  /** Ends every session, writes a checkpoint, and leaves nothing to recover. */
  stop(): Promise<void>
  /** For a process about to end, which cannot wait. */
  abandon(): void
}

export class StartFailure extends Error {
  /** Its files, or memory shared with a predecessor's last processes, are not free yet. */
  readonly not_yet: boolean
  /** There can be no socket or port in this place. */
  readonly place_refused: boolean
  constructor(said: string[], how: string) {
    const text = said.filter(line => !line.startsWith('LOG:')).join(' ') || said.slice(-3).join(' ')
    super(`PostgreSQL did not start (${how}): ${text || 'it said nothing'}`)
    this.not_yet = /pre-existing shared memory block|lock file "postmaster.pid" already exists/.test(text)
    this.place_refused =
      /could not (create|bind|write|listen|set permissions).*(socket|address|lock file)/i.test(said.join(' '))
  }
}

/** Resolves when it takes connections, be it after minutes of crash recovery. */
export async function startPostmaster(options: {
  engine: Engine
  cluster: Cluster
  place: Place
  log: Log
  clients?: number
}): Promise<Postmaster> {
  const { engine, cluster, place, log } = options
  const settings = settingsFor({ ...place.settings, cluster_name: cluster.name }, options.clients)
  const child = spawn(
    join(engine.bin, 'postgres'),
    ['-D', folderAsSeenBy(engine.as, cluster.folder), ...settings],
    {
      ...engine.as,
      cwd: cluster.folder,
      env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
      detached: true, // a session of its own: Ctrl-C in the terminal is for Carom, which then stops PostgreSQL
      windowsHide: true,
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  )
  const said: string[] = []
  await new Promise<void>((resolve, reject) => {
    child.on('error', error => reject(new StartFailure([], error.message)))
    child.on('close', (code, signal) => reject(new StartFailure(said, signal ?? `exit code ${code}`)))
    createInterface({ input: child.stderr }).on('line', line => {
      hear(line, log)
      said.push(line)
      if (said.length > 30) said.shift()
      if (line.includes('database system is ready to accept connections')) resolve()
    })
  })
  letGo(child)
  return postmaster(child, engine, cluster)
}

function postmaster(child: ChildProcess, engine: Engine, cluster: Cluster): Postmaster {
  const pid = child.pid as number
  const exited = once(child, 'exit').then(([code, signal]) => String(signal ?? `exit code ${code}`))
  return {
    pid,
    exited,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.ref()
      if (process.platform === 'win32') await stopByProgram(engine, cluster)
      else child.kill('SIGINT')
      if (!(await isGoneWithin(child, 20_000))) child.kill('SIGQUIT')
      await exited
    },
    abandon() {
      child.kill('SIGINT')
    },
  }
}

function isGoneWithin(child: ChildProcess, ms: number): Promise<boolean> {
  return once(child, 'exit', { signal: AbortSignal.timeout(ms) }).then(
    () => true,
    () => child.exitCode !== null || child.signalCode !== null,
  )
}

/** Windows has no signals; this program knows the pipe that stands for them. */
async function stopByProgram(engine: Engine, cluster: Cluster): Promise<void> {
  const args = ['stop', '-D', cluster.folder, '-m', 'fast', '-w', '-t', '20']
  await promisify(execFile)(join(engine.bin, 'pg_ctl'), args, { windowsHide: true }).catch(() => {})
}

/** A forgotten stop() must not keep the process from ending. */
function letGo(child: ChildProcess): void {
  child.unref()
  const pipe = child.stderr as unknown as { unref?(): void }
  pipe.unref?.()
}

function hear(line: string, log: Log): void {
  if (
    /^(PANIC|FATAL):/.test(line) &&
    !/administrator command|connection to client lost|system is (starting|shutting)|database "carom" does not exist/.test(
      line,
    )
  ) {
    log.warn({ postgres: line }, 'PostgreSQL reports a failure')
  } else if (
    /not properly shut down|was terminated by signal|reinitializing|redo (starts|in progress|done)/.test(line)
  ) {
    log.info({ postgres: line }, 'PostgreSQL reports')
  }
}
