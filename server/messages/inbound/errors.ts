// Errors inside webhooks, read with caution and explained.

import type { MetaProblem } from '../../kit/errors.ts'
import { explain } from '../../meta/verdicts.ts'
import { compact, pick, record, records, type Shape } from './shapes.ts'

/** The first error of a message, a status or a change. Undefined where there is none that has a number. */
export function explainFirst(errors: unknown): MetaProblem | undefined {
  const first = records(errors).find(error => Number.isInteger(error.code))
  return first && explainError(first)
}

export function explainError(error: Shape): MetaProblem {
  return explain({
    code: Number.isInteger(error.code) ? (error.code as number) : 131000,
    ...pick(error, { title: 'string', message: 'string', error_subcode: 'number', fbtrace_id: 'string' }),
    ...compact({ error_data: record(error.error_data) }),
  })
}
