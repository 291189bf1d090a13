// What Meta's error numbers mean: cause, who can fix it, whether to retry, what to do next, and how a send reacts.
// The one table of the house; the API, the console and docs/meta-errors.md all show it.

import type { MetaProblem } from '../kit/errors.ts'
import { scrub } from '../kit/log.ts'
import { type Line, REJECT, type Reaction, type Table, transient } from './verdicts/entry.ts'
import { codeSubcodes, numbers, objectSubcodes, tokenSubcodes } from './verdicts/numbers.ts'
import { legacy, others } from './verdicts/others.ts'
import { platform } from './verdicts/platform.ts'
import { sending } from './verdicts/sending.ts'
import { templateSubcodes, templates } from './verdicts/templates.ts'

/** An error as Meta gives it in an HTTP answer (`message`) or in a webhook (`title` and `message`). */
export type MetaError = {
  code: number
  message?: string | undefined
  title?: string | undefined
  details?: string | undefined
  error_subcode?: number | undefined
  error_data?: unknown
  error_user_title?: string | undefined
  error_user_msg?: string | undefined
  is_transient?: boolean | undefined
  fbtrace_id?: string | undefined
}

export const table: Table = { ...platform, ...sending, ...templates, ...numbers, ...others }

/** Subcodes that say more than their code, by the codes that they belong to. */
export const subcodes: readonly { codes: readonly number[]; table: Table }[] = [
  { codes: [190, 102], table: tokenSubcodes },
  { codes: [100], table: codeSubcodes },
  { codes: [100], table: objectSubcodes },
  { codes: [100, 192, 200002, 131009], table: templateSubcodes },
]

/** Meta's error as our problem. Unknown codes keep Meta's own words. Secrets are cut out of what Meta wrote. */
export function explain(error: MetaError): MetaProblem {
  const line = find(error)
  const said = clean(error.title ?? error.message)
  const details = detailsOf(error, line?.[0] ?? said)
  return {
    code: error.code,
    ...(error.error_subcode === undefined ? {} : { subcode: error.error_subcode }),
    title: line?.[0] ?? (said || `Meta error ${error.code}`),
    ...(details === undefined ? {} : { details }),
    ...(error.fbtrace_id === undefined ? {} : { fbtrace_id: error.fbtrace_id }),
    cause: line?.[1] ?? 'Meta refused this with a code that Carom does not know.',
    fix_by: line?.[2] ?? (error.is_transient ? 'meta' : 'sender'),
    retry: line?.[3] ?? (error.is_transient ? 'now' : 'never'),
    next_step: line?.[4] ?? "Look the code up in Meta's documentation; the fbtrace_id helps Meta's support.",
  }
}

/** How a send, or any other call, reacts to this error. */
export function reactionTo(error: MetaError): Reaction {
  const line = find(error)
  if (line) return line[5] ?? REJECT
  if (error.is_transient) return transient(1000)
  return REJECT
}

/** How long to wait before the `attempt`-th retry (counted from 1) of something that Meta throttled. */
export function throttleWait(reaction: Extract<Reaction, { kind: 'throttle' }>, attempt: number): number {
  return Math.min(reaction.cap_ms, reaction.base_ms * reaction.factor ** Math.min(attempt - 1, 20))
}

export function isTokenInvalid(error: MetaError): boolean {
  return reactionTo(error).kind === 'token_invalid'
}

function find(error: MetaError): Line | undefined {
  const { error_subcode } = error
  if (error_subcode !== undefined) {
    for (const known of subcodes) {
      const line = known.codes.includes(error.code) ? known.table[error_subcode] : undefined
      if (line) return line
    }
  }
  const code = legacy[error.code] ?? (error.code > 200 && error.code <= 299 ? 200 : error.code)
  return table[code]
}

function detailsOf(error: MetaError, title: string | undefined): string | undefined {
  const data = error.error_data
  const inData = typeof data === 'string' ? data : (data as { details?: unknown } | null | undefined)?.details
  const said = [error.details, inData, error.error_user_msg, error.error_user_title, error.message]
  for (const candidate of said) {
    const text = typeof candidate === 'string' ? clean(candidate) : ''
    if (text !== '' && text !== title) return text
  }
  return undefined
}

/** Meta's text without its `(#code) ` and without secrets; at most 1,000 characters of it, which can be stored. */
function clean(text: string | undefined): string {
  const said = scrub((text ?? '').replace(/^\(#\d+\)\s*/, '').trim())
  return said.slice(0, 1000).replaceAll('\0', '').toWellFormed()
}
