// The words for what is wrong with a value: one sentence per JSON Schema keyword. Which keyword failed where is
// found by explain.ts.

import { closest, distance } from 'fastest-levenshtein'

export function subject(path: string): string {
  return path === '' ? 'The body' : `\`${path}\``
}

const KINDS: Record<string, string> = {
  string: 'a string',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  array: 'an array',
  null: 'null',
}

export function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  return typeof value
}

export function wrongType(path: string, types: string[], value: unknown): string {
  const wanted = types.map(type => KINDS[type] ?? type)
  const last = wanted.pop()
  const all = wanted.length === 0 ? last : `${wanted.join(', ')} or ${last}`
  return `${subject(path)} must be ${all}, but is ${found(value, types)}.`
}

/** A wrong kind is named by its kind; a number that is not whole, and text (which a query always is), is shown. */
function found(value: unknown, types: string[]): string {
  if (typeof value === 'number' && types.includes('integer')) return String(value)
  if (typeof value === 'boolean') return 'a boolean'
  if (typeof value === 'string') return `the string ${shown(value)}`
  return KINDS[kindOf(value)] ?? 'something else'
}

export function notAllowed(path: string, allowed: readonly unknown[], value: unknown): string {
  const words = allowed.map(one => JSON.stringify(one))
  const list = words.length === 1 ? words[0] : `one of ${words.join(', ')}`
  return `${subject(path)} must be ${list}, but is ${shown(value)}.`
}

export function shown(value: unknown): string {
  if (typeof value === 'object' && value !== null) return KINDS[kindOf(value)] ?? 'an object'
  const text = JSON.stringify(value) ?? 'undefined'
  return text.length > 60 ? `${text.slice(0, 57).toWellFormed()}…"` : text
}

export function required(path: string): string {
  return `\`${path}\` is required.`
}

export function unknownField(path: string, name: string, known: readonly string[]): string {
  const start = `\`${path}\` is not a known field`
  const near = nearest(name, known)
  if (near) return `${start}; did you mean \`${near}\`?`
  if (known.length === 0) return `${start}; none is taken here.`
  return `${start}; known are ${known.map(one => `\`${one}\``).join(', ')}.`
}

function nearest(name: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined
  const word = name.toLowerCase().replaceAll('-', '_')
  const best = closest(word, known)
  if (distance(word, best) <= Math.max(2, Math.floor(best.length * 0.4))) return best
  return known.find(one => one.startsWith(word) || word.startsWith(one))
}

const FORMATS: Record<string, string> = {
  uuid: 'a UUID',
  'date-time': 'an ISO-8601 time with a zone, like "2026-11-23T06:38:00.000Z"',
  date: 'a date like "2026-11-23"',
  email: 'an e-mail address',
  uri: 'a URL',
  url: 'a URL',
}

export function wrongFormat(path: string, format: string, value: unknown): string {
  return `${subject(path)} must be ${FORMATS[format] ?? `of the format ${format}`}, but is ${shown(value)}.`
}

export function wrongPattern(path: string, pattern: string, value: unknown): string {
  return `${subject(path)} must match ${pattern}, but is ${shown(value)}.`
}

export function wrongLength(path: string, unit: string, least: number, most: number, is: number): string {
  if (is < least && least === 1) return `${subject(path)} must not be empty.`
  const units = (count: number) => `${count.toLocaleString('en-US')} ${unit}${count === 1 ? '' : 's'}`
  const bound = is < least ? `at least ${units(least)}` : `at most ${units(most)}`
  return `${subject(path)} must have ${bound}, but has ${is.toLocaleString('en-US')}.`
}

export function wrongRange(path: string, least: number, most: number, value: number): string {
  const bound =
    least === -Infinity
      ? `at most ${most}`
      : most === Infinity
        ? `at least ${least}`
        : `from ${least} to ${most}`
  return `${subject(path)} must be ${bound}, but is ${value}.`
}
