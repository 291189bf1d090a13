// Reads the text of a file in a process of its own, bounded in time and memory, which gives all of it back; a few at once,
// the others wait. No file can hold up this process, or bring it down.

import { fork } from 'node:child_process'
import { join } from 'node:path'
import { type ErrorCode, fail } from '../../kit/errors.ts'
import type { IndexedPassage } from '../passages.ts'
import type { Reason } from './kinds.ts'
import type { Outcome, Task } from './worker.ts'

export type Extracted = { mime_type: string; text: string; passages: IndexedPassage[] }

export type Extract = (task: Task) => Promise<Extracted>

const AT_ONCE = 2
const TIMEOUT_MS = 60_000

const CODES: Record<Reason, ErrorCode> = {
  unsupported: 'unsupported_media_type',
  lying: 'unsupported_media_type',
  broken: 'invalid_parameter',
  password: 'invalid_parameter',
  empty: 'invalid_parameter',
  too_hard: 'invalid_parameter',
  too_long: 'payload_too_large',
  bomb: 'payload_too_large',
}

/** Fails with a sentence about the file where it cannot be read. */
export function openExtract({ timeout_ms = TIMEOUT_MS } = {}): Extract {
  let running = 0
  const waiting: (() => void)[] = []
  return async task => {
    if (running >= AT_ONCE) await new Promise<void>(resolve => waiting.push(resolve))
    else running++
    try {
      return settled(await read(task, timeout_ms))
    } finally {
      // A place is handed on, not given back: nobody comes in between.
      const next = waiting.shift()
      if (next) next()
      else running--
    }
  }
}

function settled(outcome: Outcome): Extracted {
  if (outcome.ok) return outcome
  const { reason, message } = outcome
  const code = CODES[reason]
  const issues = code === 'invalid_parameter' ? { details: { issues: [{ param: 'file', message }] } } : {}
  return fail(code, { param: 'file', message, ...issues })
}

/** It may read files and nothing else: no writing, no other programs, none of our settings. */
const FLAGS = ['--permission', '--allow-fs-read=*', '--allow-worker', '--no-warnings']

function read(task: Task, timeout_ms: number): Promise<Outcome> {
  const child = fork(join(import.meta.dirname, 'reader.ts'), {
    execArgv: FLAGS,
    env: {},
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  let said = ''
  child.stderr?.on('data', chunk => {
    said = `${said}${chunk}`.slice(-2_000)
  })
  let timer: NodeJS.Timeout | undefined
  return new Promise<Outcome>((resolve, reject) => {
    timer = setTimeout(() => resolve(tooSlow(timeout_ms)), timeout_ms)
    child.once('message', outcome => resolve(outcome as Outcome))
    child.once('error', reject)
    child.once('exit', (code, signal) =>
      reject(new Error(`The process that read a file ended (${signal ?? code}). ${said}`)),
    )
    child.send(task)
  }).finally(() => {
    clearTimeout(timer)
    child.kill('SIGKILL')
  })
}

function tooSlow(timeout_ms: number): Outcome {
  const message = `The file could not be read within ${timeout_ms / 1000} seconds; split it, or send its text.`
  return { ok: false, reason: 'too_hard', message }
}
