// Why messages failed: Meta's codes with what they mean, and how often each came before or after Meta had accepted.

import { explain } from '../meta/verdicts.ts'
import { timeOf } from './flow.ts'
import { type Filter, readCounts } from './queries.ts'
import type { Range } from './range.ts'
import type { Analytics } from './room.ts'

export type Cause = {
  code: number | string
  title: string | null
  cause: string | null
  fix_by: string | null
  retry: string | null
  next_step: string | null
  messages: number
  refused: number
  failed: number
}

/** The most frequent first. */
export async function readFailures(analytics: Analytics, filter: Filter, range: Range): Promise<Cause[]> {
  const counts = await readCounts(analytics.db, filter, 'failure', timeOf([range]))
  const causes = new Map<string, Cause>()
  for (const { label, n } of counts) {
    const [stage = '', code = ''] = label.split(':')
    const cause = causes.get(code) ?? causeOf(code)
    causes.set(code, cause)
    cause.messages += n
    cause[stage === 'refused' ? 'refused' : 'failed'] += n
  }
  return [...causes.values()].sort(
    (a, b) => b.messages - a.messages || (String(a.code) < String(b.code) ? -1 : 1),
  )
}

/** Codes of words are Carom's own verdicts; what they mean stands in docs/analytics.md. */
function causeOf(code: string): Cause {
  const none = { title: null, cause: null, fix_by: null, retry: null, next_step: null }
  const counts = { messages: 0, refused: 0, failed: 0 }
  if (!/^\d+$/.test(code)) return { code, ...none, ...counts }
  const { title, cause, fix_by, retry, next_step } = explain({ code: Number(code) })
  return { code: Number(code), title, cause, fix_by, retry, next_step, ...counts }
}
