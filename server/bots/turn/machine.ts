// Whether the other side is a bot as well. Two machines that answer each other never tire, and every message costs.

import type { Answer } from '../engines/engine.ts'
import type { ThreadRow } from './workQueries.ts'

/** So many exchanges in a row, each answered within so short a time, are no person's. */
const EXCHANGES = 8
const FASTEST_PERSON_MS = 2_500

export function looksLikeMachine(thread: ThreadRow[]): boolean {
  let quick = 0
  for (let n = thread.length - 1; n > 0 && quick < EXCHANGES; n--) {
    const [answered, said] = [thread[n - 1], thread[n]]
    if (!answered || !said || said.direction !== 'inbound') continue
    // Several messages in a row are nobody's answer to the bot but the first.
    if (answered.direction === 'inbound') continue
    if (answered.bot_id === null) return false
    const gap_ms = said.created_at.getTime() - (answered.accepted_at ?? answered.created_at).getTime()
    if (gap_ms > FASTEST_PERSON_MS) return false
    quick++
  }
  return quick >= EXCHANGES
}

/** The same said so often, and the same answered every time: nobody reads that. */
const REPEATS = 4

/** Whether this answer to this question was given several times in a row already. The thread ends with the question. */
export function repeats(thread: ThreadRow[], answer: Answer[]): boolean {
  const asked = thread.at(-1)
  const [only] = answer
  if (!only || answer.length > 1 || asked?.direction !== 'inbound') return false
  const before = thread.slice(0, -1).slice(-2 * REPEATS)
  return (
    before.length === 2 * REPEATS &&
    before.every((row, n) =>
      n % 2 === 0
        ? row.direction === 'inbound' && same(row, asked)
        : row.direction === 'outbound' && row.bot_id !== null && same(row, only),
    )
  )
}

function same(row: Pick<ThreadRow, 'type' | 'content'>, other: { type: string; content: unknown }): boolean {
  if (row.type !== other.type) return false
  const text = (value: unknown) => (value as { body?: unknown } | null)?.body
  const [a, b] = [text(row.content), text(other.content)]
  return typeof a === 'string' ? a === b : JSON.stringify(row.content) === JSON.stringify(other.content)
}
