// What the rules find in a template: problems, which stop it, and advice, which does not.

import type { Issue } from '../../kit/errors.ts'

export type Findings = { issues: Issue[]; warnings: Issue[] }

export type Part = Record<string, unknown>

export function isPart(value: unknown): value is Part {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function blame(found: Findings, param: string, message: string): void {
  found.issues.push({ param, message })
}

export function advise(found: Findings, param: string, message: string): void {
  found.warnings.push({ param, message })
}

/** Upper case, as Meta gives it back; empty for what is no text. */
export function word(value: unknown): string {
  return typeof value === 'string' ? value.toUpperCase() : ''
}

/** A text with something in it, at most so long. Answers it where it is one. */
export function requireText(
  found: Findings,
  value: unknown,
  param: string,
  most: number,
): string | undefined {
  if (typeof value !== 'string' || value.trim() === '') {
    blame(found, param, 'This must be a text, and not empty.')
    return undefined
  }
  const { length } = [...value]
  if (length > most) blame(found, param, `This has ${length} characters; Meta allows ${most}.`)
  return value
}

/** Says of a text without placeholders that it has some. */
export function refusePlaceholders(found: Findings, text: string | undefined, param: string): void {
  if (text !== undefined && /\{\{|\}\}/.test(text)) blame(found, param, 'Meta allows no variables here.')
}
