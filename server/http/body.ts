// Reads a body that was announced as JSON, within bounds: bytes, time, nesting, and characters that PostgreSQL could
// not store. What the fields mean is no concern of this file.

import { isUtf8 } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import { fail, type Issue } from '../kit/errors.ts'

export const DEFAULT_LIMIT_BYTES = 1_048_576
const MAX_DEPTH = 32
const BODY_TIMEOUT_MS = 30_000
const NOTHING = Buffer.alloc(0)

/** The exact bytes of the body; `payload_too_large` beyond the limit. */
export function readBody(request: IncomingMessage, limit_bytes: number): Promise<Buffer> | Buffer {
  const announced = request.headers['content-length']
  if (announced === '0' || (announced === undefined && request.headers['transfer-encoding'] === undefined)) {
    return NOTHING
  }
  refuseTooLarge(Number(announced ?? 0), limit_bytes)
  return collect(request, limit_bytes)
}

export function refuseTooLarge(bytes: number, limit_bytes: number): void {
  if (bytes <= limit_bytes) return
  const message = `The body is larger than the ${limit_bytes.toLocaleString('en-US')} bytes that this call takes.`
  fail('payload_too_large', { message, details: { limit_bytes } })
}

function collect(request: IncomingMessage, limit_bytes: number): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
  const chunks: Buffer[] = []
  let bytes = 0
  const timer = setTimeout(() => leave(late), BODY_TIMEOUT_MS)
  const onData = (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > limit_bytes) leave(() => refuseTooLarge(bytes, limit_bytes))
    else chunks.push(chunk)
  }
  const onEnd = () =>
    leave(() => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)))
  const onGone = () => leave(cutOff)
  const leave = (how: () => void) => {
    clearTimeout(timer)
    request.off('data', onData).off('end', onEnd).off('error', onGone).off('close', onGone)
    try {
      how()
    } catch (error) {
      reject(error)
    }
  }
  request.on('data', onData).on('end', onEnd).on('error', onGone).on('close', onGone)
  return promise
}

function late(): never {
  fail('malformed_json', {
    message: `The body did not arrive completely within ${BODY_TIMEOUT_MS / 1000} seconds.`,
  })
}

function cutOff(): never {
  fail('malformed_json', { message: 'The connection ended before the whole body had arrived.' })
}

/** Only JSON in UTF-8, uncompressed. A body without any Content-Type is taken for JSON. */
export function checkContentType(headers: IncomingMessage['headers']): void {
  const encoding = headers['content-encoding']
  if (encoding !== undefined && encoding !== 'identity') {
    fail('unsupported_media_type', {
      message: 'Compressed bodies are not taken; send it without Content-Encoding.',
    })
  }
  const type = headers['content-type']
  if (type === undefined || type === 'application/json' || JSON_TYPE.test(type)) return
  const message = `This call takes Content-Type: application/json (in UTF-8), not ${JSON.stringify(type.slice(0, 100))}.`
  fail('unsupported_media_type', { message })
}

const JSON_TYPE = /^application\/([a-z0-9.+-]+\+)?json\s*(;\s*charset="?utf-?8"?\s*)?(;.*)?$/i

/** An empty body counts as `{}`. */
export function parseJson(bytes: Buffer): unknown {
  if (bytes.length === 0) return {}
  if (!isUtf8(bytes)) fail('malformed_json', { message: 'The body is not valid UTF-8.' })
  refuseDeepNesting(bytes)
  const text = bytes.toString('utf8')
  const value = parse(text)
  if (SUSPICIOUS.test(text)) inspect(value)
  return value
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const place = /position \d+( \(line \d+ column \d+\))?/.exec((error as Error).message)?.[0]
    const where = place ? `: look at ${place}` : ': it ends too early'
    fail('malformed_json', { message: `The body is not valid JSON${where}.` })
  }
}

/** Counts brackets outside of strings, before JSON.parse builds anything. */
function refuseDeepNesting(bytes: Buffer): void {
  let depth = 0
  let quoted = false
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]
    if (quoted) {
      if (byte === 0x5c) at++
      else if (byte === 0x22) quoted = false
    } else if (byte === 0x22) quoted = true
    else if (byte === 0x7b || byte === 0x5b) {
      if (++depth > MAX_DEPTH) {
        fail('malformed_json', { message: `The body is nested deeper than ${MAX_DEPTH} levels.` })
      }
    } else if (byte === 0x7d || byte === 0x5d) depth--
  }
}

/** Escapes that may hide a NUL, a lone surrogate or a name like __proto__, and that name itself. */
const SUSPICIOUS = /\\u0000|\\u[dD][89a-fA-F]|__proto__|constructor|\\u00/

function inspect(value: unknown): void {
  const issues: Issue[] = []
  walk(value, '', issues)
  const [first] = issues
  if (first) fail('invalid_parameter', { message: first.message, param: first.param, details: { issues } })
}

function walk(value: unknown, path: string, issues: Issue[]): void {
  if (typeof value === 'string') {
    const problem = unstorable(value)
    if (problem) issues.push({ param: path || 'body', message: `\`${path || 'body'}\` ${problem}.` })
  } else if (Array.isArray(value)) {
    for (const [at, item] of value.entries()) walk(item, `${path}[${at}]`, issues)
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, item] of Object.entries(value)) {
      if (unstorable(name) || poisonous(name, item)) {
        issues.push({ param: path || 'body', message: 'The body has a field name that is not allowed.' })
      } else walk(item, path ? `${path}.${name}` : name, issues)
    }
  }
}

function poisonous(name: string, value: unknown): boolean {
  if (name === '__proto__') return true
  return name === 'constructor' && typeof value === 'object' && value !== null && 'prototype' in value
}

export function unstorable(text: string): string | undefined {
  if (text.includes('\0')) return 'contains the character U+0000, which cannot be stored'
  if (!text.isWellFormed()) return 'contains half of a surrogate pair, which is not a character'
  return undefined
}
