// Runs the simulator beside the gateway, as a process of its own: started first, stopped last, and gone when the
// gateway is gone, however that happened (its end of the channel closes).

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Log } from '../kit/log.ts'

export type RunningSimulator = { url: string; close(): Promise<void> }

const START_TIMEOUT_MS = 10_000

export async function startSimulator(options: {
  port: number
  data_dir: string
  log: Log
}): Promise<RunningSimulator> {
  const program = join(import.meta.dirname, '../../simulator/main.ts')
  const state = join(options.data_dir, 'simulator.json')
  const child = spawn(process.execPath, [program, '--port', String(options.port), '--state', state], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // Ctrl-C reaches the whole group; the gateway decides when its simulator stops.
    detached: true,
  })
  let complaint = ''
  child.stderr?.on('data', chunk => {
    complaint = (complaint + chunk).slice(-2000)
  })
  const url = await readyUrl(child, () => complaint)
  child.on('exit', (code, signal) => options.log.warn({ code, signal }, 'The simulator stopped'))
  child.unref()
  return { url, close: () => stop(child) }
}

async function readyUrl(child: ChildProcess, complaint: () => string): Promise<string> {
  const timer = AbortSignal.timeout(START_TIMEOUT_MS)
  const ready = once(child, 'message', { signal: timer }).then(
    ([message]) => (message as { url: string }).url,
  )
  const ended = once(child, 'exit', { signal: timer }).then(([code]) => {
    throw new Error(`The simulator could not start (exit ${code}). ${complaint().trim()}`)
  })
  try {
    return await Promise.race([ready, ended])
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  } finally {
    ready.catch(() => {})
    ended.catch(() => {})
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.removeAllListeners('exit')
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  const late = setTimeout(() => child.kill('SIGKILL'), 2_000)
  await ended
  clearTimeout(late)
}
