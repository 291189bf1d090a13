// The program: reads the settings, starts the house, says where it is, and takes it down on a signal.

import cluster from 'node:cluster'
import { type Config, ConfigError, readConfig } from './config.ts'
import { farewell, greeting, opening } from './greeting.ts'
import { type Log, openLog } from './kit/log.ts'
import { collectAll } from './kit/relief.ts'
import { startProcesses, type Word } from './processes.ts'
import { startCarom } from './start.ts'

await main()

async function main(): Promise<void> {
  try {
    const config = readConfig(process.env)
    const log = openLog({ level: config.LOG_LEVEL, terminal: process.stderr.isTTY === true })
    await (cluster.isWorker ? serveAsOneOfMany(config, log) : serve(config, log))
  } catch (error) {
    const known = error instanceof ConfigError ? error.message : startProblem(error)
    process.stderr.write(`\n${known}\n`)
    process.exit(1)
  }
}

async function serve(config: Config, log: Log): Promise<void> {
  process.stdout.write(opening(config))
  const carom = await (config.CAROM_PROCESSES > 1 ? startProcesses(config, log) : startCarom(config, log))
  collectAll()
  process.stdout.write(greeting(config, carom))
  stopOnSignal(() => carom.close(), farewell())
}

/** It speaks through the process that has started it, which alone hears Ctrl-C. */
async function serveAsOneOfMany(config: Config, log: Log): Promise<void> {
  const carom = await startCarom(config, log)
  collectAll()
  const { url, simulator_url, new_owner_key } = carom
  process.send?.({ started: { url, simulator_url, new_owner_key } } satisfies Word)
  process.on('SIGINT', () => {})
  process.on('SIGTERM', () => void carom.close().then(() => process.exit(0)))
}

function stopOnSignal(close: () => Promise<void>, words: string): void {
  let stopping = false
  const stop = (signal: NodeJS.Signals) => {
    // A second Ctrl-C means: now.
    if (stopping) process.exit(130)
    stopping = true
    process.stdout.write(words)
    void close().then(() => process.exit(signal === 'SIGINT' || signal === 'SIGTERM' ? 0 : 1))
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  process.on('SIGHUP', stop)
}

function startProblem(error: unknown): string {
  const { code, port, address } = error as NodeJS.ErrnoException & { port?: number; address?: string }
  if (code === 'EADDRINUSE') {
    return `Carom cannot listen on ${address}:${port}: another program does. Stop it, or choose another with PORT=….`
  }
  return error instanceof Error ? `Carom could not start: ${error.message}` : String(error)
}
