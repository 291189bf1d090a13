// The one catalogue of errors. Rooms say `fail('session_window_closed', {…})`; only http/problems.ts
// turns that into a status code. An exception that is not a Failure is a bug or a dead dependency.

export type ErrorType =
  | 'invalid_request_error'
  | 'authentication_error'
  | 'permission_error'
  | 'not_found_error'
  | 'conflict_error'
  | 'payload_error'
  | 'validation_error'
  | 'rate_limit_error'
  | 'meta_error'
  | 'internal_error'

type Entry = { status: number; type: ErrorType; message: string }

/** code → status, type and the sentence that is used when a room has none more exact. */
export const catalogue = {
  malformed_json: [400, 'invalid_request_error', 'The body is not valid JSON.'],
  invalid_header: [400, 'invalid_request_error', 'A request header is not valid.'],
  missing_api_key: [401, 'authentication_error', 'Send your API key as "Authorization: Bearer cm_live_…".'],
  invalid_api_key: [401, 'authentication_error', 'This API key does not exist or was revoked.'],
  expired_api_key: [
    401,
    'authentication_error',
    'This API key has expired; make or rotate one with /api/v1/keys.',
  ],
  invalid_signature: [401, 'authentication_error', 'The X-Hub-Signature-256 header does not match the body.'],
  missing_scope: [403, 'permission_error', 'This API key lacks the scope that this call needs.'],
  sandbox_key: [403, 'permission_error', 'A cm_test_ key reaches sandbox numbers only; use a cm_live_ key.'],
  not_found: [404, 'not_found_error', 'There is no such object in this account.'],
  route_not_found: [404, 'not_found_error', 'There is no such path; see /docs.'],
  not_confirmed: [
    409,
    'conflict_error',
    "The send's answer was lost and Meta never confirmed it: it was not sent, and is safe to send again with a new Idempotency-Key.",
  ],
  idempotency_key_reused: [
    409,
    'conflict_error',
    'This Idempotency-Key was used with another body or path; use a new key for a new request.',
  ],
  idempotency_key_in_use: [
    409,
    'conflict_error',
    'The first request with this Idempotency-Key is not settled yet; try again after Retry-After seconds.',
  ],
  already_connected: [409, 'conflict_error', 'This number or WABA is connected already.'],
  invalid_state: [409, 'conflict_error', 'The object is not in a state that allows this.'],
  meta_token_invalid: [
    409,
    'conflict_error',
    "Meta no longer accepts this account's token; reconnect the account through onboarding.",
  ],
  payload_too_large: [413, 'payload_error', 'The body is larger than this call takes.'],
  unsupported_media_type: [415, 'payload_error', 'This call takes application/json.'],
  invalid_parameter: [422, 'validation_error', 'The body has problems; details.issues lists every one.'],
  invalid_phone_number: [
    422,
    'validation_error',
    'This is not a possible phone number; write it with its country code, for example +4915112345678.',
  ],
  session_window_closed: [
    422,
    'validation_error',
    'The 24-hour window is closed: only a template can be sent until this contact writes again.',
  ],
  template_not_found: [
    422,
    'validation_error',
    'There is no template of this name and language on this WABA.',
  ],
  template_not_approved: [
    422,
    'validation_error',
    'Meta has not approved this template, so it cannot be sent.',
  ],
  template_parameters_mismatch: [
    422,
    'validation_error',
    "The components do not supply exactly the template's variables; details.issues lists what differs.",
  ],
  recipient_opted_out: [422, 'validation_error', 'This contact has opted out of such messages.'],
  media_not_found: [422, 'validation_error', 'There is no such media for this number, or it has expired.'],
  meta_rejected: [422, 'validation_error', 'Meta refused this; "meta" tells why and what to do.'],
  rate_limited: [
    429,
    'rate_limit_error',
    "This key's request limit is used up; wait for Retry-After seconds.",
  ],
  meta_rate_limited: [
    429,
    'rate_limit_error',
    'Meta takes no more of these at present; wait for Retry-After seconds.',
  ],
  meta_unavailable: [503, 'meta_error', 'Meta could not be reached or did not answer in time.'],
  meta_unexpected: [502, 'meta_error', 'Meta answered in a way that Carom does not understand.'],
  internal_error: [
    500,
    'internal_error',
    'Something went wrong in Carom; the request id finds it in the logs.',
  ],
} as const satisfies Record<string, readonly [number, ErrorType, string]>

export type ErrorCode = keyof typeof catalogue

/** What Meta answered, and what it means. Stored with messages and shown in every error about Meta. */
export type MetaProblem = {
  code: number
  subcode?: number
  title: string
  details?: string
  fbtrace_id?: string
  cause: string
  fix_by: 'sender' | 'operator' | 'recipient' | 'meta'
  retry: 'never' | 'later' | 'now'
  next_step: string
}

export type Issue = { param: string; message: string }

export type FailureOptions = {
  message?: string
  param?: string
  details?: Record<string, unknown>
  meta?: MetaProblem
  retry_after_s?: number
  /** Never shown: the outcome is still open, so a replay of the Idempotency-Key must find out (`recover`), not run again. */
  unsettled?: boolean
  cause?: unknown
}

/** An outcome that the caller is told about: a code of the catalogue with what is special to this case. */
export class Failure extends Error {
  readonly code: ErrorCode
  readonly options: FailureOptions

  constructor(code: ErrorCode, options: FailureOptions = {}) {
    super(options.message ?? catalogue[code][2], { cause: options.cause })
    this.name = 'Failure'
    this.code = code
    this.options = options
  }
}

export function fail(code: ErrorCode, options?: FailureOptions): never {
  throw new Failure(code, options)
}

export function describe(code: ErrorCode): Entry {
  const [status, type, message] = catalogue[code]
  return { status, type, message }
}
