// How this room says no to a body.

import { fail, type Issue } from '../kit/errors.ts'
import { cleanText } from './cleanText.ts'

export function failInvalid(issues: Issue[]): never {
  const [first] = issues
  return fail('invalid_parameter', {
    ...(first ? { message: first.message, param: first.param } : {}),
    details: { issues },
  })
}

/** Texts as they are stored; each must hold something that can be read. */
export function readable<T extends Record<string, string>>(texts: T): T {
  const cleaned = Object.entries(texts).map(([param, text]): [string, string] => [param, cleanText(text)])
  const issues = cleaned
    .filter(([, text]) => !/[\p{L}\p{N}]/u.test(text))
    .map(([param]) => ({ param, message: `\`${param}\` holds no words.` }))
  if (issues.length > 0) failInvalid(issues)
  return Object.fromEntries(cleaned) as T
}
