// Reads `{"recipients": […]}` of any length: each element is cut out of the text and parsed by itself, so that memory holds
// one of them. What stands around the list is checked as strictly as the elements.

import { createReadStream } from 'node:fs'
import { fail, type Issue } from '../../kit/errors.ts'
import { mayBeUnstorable } from '../../kit/text.ts'
import { invalid } from '../refuse.ts'
import { checkRecipient } from './checkRecipient.ts'
import { isBadEncoding } from './csv/encoding.ts'
import { elementsOf } from './elements.ts'
import type { Given, Source } from './given.ts'

const CHUNK_BYTES = 131_072
/** So many problems of form are listed before the reading ends. */
const MAX_ISSUES = 100
const MAX_COLUMNS = 200

export function readJson(path: string): Source {
  const columns: string[] = []
  return { columns, rows: rowsOf(path, columns) }
}

async function* rowsOf(path: string, columns: string[]): AsyncGenerator<Given> {
  const issues: Issue[] = []
  const known = new Set<string>()
  let line = 0
  for await (const text of elementsOf(textOf(path))) {
    line++
    const { recipient, problems } = checkRecipient(parse(text, line), `recipients[${line - 1}]`)
    issues.push(...problems)
    if (issues.length >= MAX_ISSUES) break
    if (issues.length > 0 || !recipient) continue
    if (mayBeUnstorable(text)) {
      issues.push(unstorable(line))
      continue
    }
    learnColumns(known, columns, recipient.variables)
    yield {
      line,
      to: recipient.to,
      variables: jsonOf(recipient.variables),
      components: jsonOf(recipient.components),
    }
  }
  if (issues.length > 0) throw invalid(issues.slice(0, MAX_ISSUES))
}

function learnColumns(known: Set<string>, columns: string[], variables: object | undefined): void {
  if (variables === undefined || known.size >= MAX_COLUMNS) return
  for (const name of Object.keys(variables)) {
    if (known.has(name) || known.size >= MAX_COLUMNS) continue
    known.add(name)
    columns.push(name)
  }
}

function jsonOf(value: object | undefined): string | null {
  return value === undefined ? null : JSON.stringify(value)
}

function parse(text: string, line: number): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return fail('malformed_json', { message: `The body is not valid JSON: look at recipient ${line}.` })
  }
}

function unstorable(line: number): Issue {
  const param = `recipients[${line - 1}]`
  return {
    param,
    message: `\`${param}\` holds the character U+0000 or half of a surrogate pair, which cannot be stored.`,
  }
}

async function* textOf(path: string): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES }))
      yield decoder.decode(chunk as Buffer, { stream: true })
    yield decoder.decode()
  } catch (error) {
    if (!isBadEncoding(error)) throw error
    fail('malformed_json', { message: 'The body is not valid UTF-8.' })
  }
}
