// Structured logs: one JSON line each (a calm text line on a terminal comes from main.ts, not from here).
// Whatever looks like a secret is removed here, once, so that no caller can leak one by mistake.

import { pino } from 'pino'

export type Log = {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

const SECRET_PATHS = ['token', 'access_token', 'authorization', 'secret', 'key', 'pin', 'code', 'password']

export function openLog(options: { level: string; destination?: number | string }): Log {
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: label => ({ level: label }) },
      redact: { paths: SECRET_PATHS.flatMap(path => [path, `*.${path}`]), censor: '[hidden]' },
      serializers: { error: serializeError, err: serializeError },
    },
    pino.destination({ dest: options.destination ?? 1, sync: false }),
  )
}

export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} }

/** Tokens and keys that found their way into a text (an URL in an error, say) are cut out of it. */
export function scrub(text: string): string {
  return text
    .replace(/cm_(live|test)_[A-Za-z0-9]+/g, 'cm_$1_[hidden]')
    .replace(/EAA[A-Za-z0-9]{8,}/g, '[hidden token]')
    .replace(/((?:access_token|input_token|client_secret|appsecret_proof|code|pin)=)[^&\s"]+/g, '$1[hidden]')
}

function serializeError(error: unknown): unknown {
  if (!(error instanceof Error)) return typeof error === 'string' ? scrub(error) : error
  const code = 'code' in error ? { code: error.code } : {}
  const cause = error.cause === undefined ? {} : { cause: serializeError(error.cause) }
  return {
    name: error.name,
    message: scrub(error.message),
    ...code,
    ...cause,
    stack: scrub(error.stack ?? ''),
  }
}
