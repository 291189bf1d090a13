// Turns whatever was thrown into the one error envelope. Besides the catalogue, the only place that knows status
// codes. What is not a Failure is a bug or a dead dependency: the client learns nothing of it but the request id.

import { describe, type ErrorCode, Failure } from '../kit/errors.ts'
import type { PrintProblem } from './route.ts'

export type Problem = {
  status: number
  headers: Record<string, string>
  body: string
  /** To be logged: nobody meant this to happen. */
  unexpected: boolean
}

const DATABASE_RETRY_S = 5

export function problemOf(
  error: unknown,
  request_id: string,
  isDatabaseDown: (error: unknown) => boolean,
  print: PrintProblem = envelope,
): Problem {
  const failure = error instanceof Failure ? error : frameworkFailure(error)
  if (failure) return render(failure, request_id, false, print)
  const retry = isDatabaseDown(error) ? { retry_after_s: DATABASE_RETRY_S } : {}
  return render(new Failure('internal_error', retry), request_id, true, print)
}

function envelope(failure: Failure, request_id: string): { status: number; body: object } {
  const { status, type } = describe(failure.code)
  const { param, details, meta } = failure.options
  const error = { type, code: failure.code, message: failure.message, param, details, meta, request_id }
  return { status, body: { error } }
}

function render(failure: Failure, request_id: string, unexpected: boolean, print: PrintProblem): Problem {
  const { status, body } = print(failure, request_id)
  const { details, retry_after_s } = failure.options
  const headers: Record<string, string> = {}
  if (retry_after_s !== undefined) headers['retry-after'] = String(Math.max(1, Math.ceil(retry_after_s)))
  if (status === 401) headers['www-authenticate'] = 'Bearer'
  const allowed = failure.code === 'route_not_found' ? details?.allowed : undefined
  if (Array.isArray(allowed)) headers.allow = allowed.join(', ')
  return { status, headers, body: JSON.stringify(body), unexpected }
}

/** The few errors that Fastify or Node raise before a route is reached. */
const FRAMEWORK: Record<string, [ErrorCode, string]> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [
    'unsupported_media_type',
    'The Content-Type header is not a media type; send application/json.',
  ],
  FST_ERR_BAD_URL: ['route_not_found', 'The path is not valid percent-encoding.'],
  FST_ERR_MAX_PARAM_LENGTH: ['not_found', 'There is no such object: the id in the path is too long.'],
  HPE_HEADER_OVERFLOW: [
    'invalid_header',
    'The request headers are larger than 16 KB; send fewer or shorter ones.',
  ],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: ['payload_too_large', 'The chunk extensions of the body are too large.'],
  ERR_HTTP_REQUEST_TIMEOUT: [
    'invalid_header',
    'The request did not arrive completely in time; send it again on a new connection.',
  ],
}

function frameworkFailure(error: unknown): Failure | undefined {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const known = FRAMEWORK[code]
  if (known) return new Failure(known[0], { message: known[1] })
  if (!code.startsWith('HPE_')) return undefined
  return new Failure('invalid_header', { message: 'The request is not valid HTTP/1.1.' })
}
