// Both ends of the channel between a benchmark and its programs: questions by name, each with one answer. A program
// ends when its benchmark does.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

export type Program = {
  pid: number
  /** Where it listens; empty for one that does not. */
  url: string
  ask<Answer>(question: string, about?: unknown): Promise<Answer>
  stop(): Promise<void>
}

type Asked = { number: number; question: string; about: unknown }
type Answered = { number: number; answer?: unknown; problem?: string }

/** Starts bench/programs/<name>.ts with `settings` as its only argument, and waits until it is ready. */
export async function startProgram(name: string, settings: object = {}): Promise<Program> {
  const file = join(import.meta.dirname, 'programs', `${name}.ts`)
  const child = spawn(process.execPath, [file, JSON.stringify(settings)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    serialization: 'advanced',
  })
  const open = new Map<number, (answered: Answered) => void>()
  const { url } = await firstWord(child, name)
  child.on('message', message => open.get((message as Answered).number)?.(message as Answered))
  child.on('exit', () => {
    for (const [number, settle] of open) settle({ number, problem: `The program ${name} ended.` })
  })
  let asked = 0
  return {
    pid: child.pid as number,
    url,
    ask: (question, about) => {
      const number = ++asked
      const { promise, resolve, reject } = Promise.withResolvers<Answered>()
      open.set(number, resolve)
      child.send({ number, question, about } satisfies Asked, error => error && reject(error))
      return promise.then(({ answer, problem }) => {
        open.delete(number)
        if (problem !== undefined) throw new Error(`${name} could not ${question}: ${problem}`)
        return answer as never
      })
    },
    stop: () => endChild(child),
  }
}

/** Inside a program: says that it is ready, and answers until the benchmark hangs up. */
// biome-ignore lint/suspicious/noExplicitAny: each question has its own shape
export function serve(url: string, answers: Record<string, (about: any) => unknown>): void {
  process.on('message', async message => {
    const { number, question, about } = message as Asked
    try {
      const answer = await answers[question]?.(about)
      process.send?.({ number, answer } satisfies Answered)
    } catch (error) {
      process.send?.({ number, problem: String((error as Error).stack) } satisfies Answered)
    }
  })
  process.on('disconnect', () => process.exit(0))
  process.send?.({ url })
}

/** Inside a program: what startProgram gave it. */
export function settings<T>(): T {
  return JSON.parse(process.argv[2] ?? '{}') as T
}

async function firstWord(child: ChildProcess, name: string): Promise<{ url: string }> {
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`The program ${name} could not start (exit ${code}).`)
  })
  const [message] = await Promise.race([once(child, 'message'), ended])
  ended.catch(() => {})
  return message as { url: string }
}

export async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  const late = setTimeout(() => child.kill('SIGKILL'), 30_000)
  await ended
  clearTimeout(late)
}
