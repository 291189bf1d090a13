// Carom's failures in Meta's error envelope, with the code that Meta itself would have answered: clients of the Cloud API
// decide by it. What Meta did answer passes with its own code.

import type { PrintProblem } from '../http/route.ts'
import type { ErrorCode, Failure, Issue } from '../kit/errors.ts'

type Twin = { status: number; code: number; title: string; subcode?: number; transient?: true }

/** Codes and titles as Meta documents them; HTTP statuses as it last published them. */
const TWINS: Record<ErrorCode, Twin> = {
  malformed_json: { status: 400, code: 100, title: 'Invalid parameter' },
  invalid_header: { status: 400, code: 100, title: 'Invalid parameter' },
  missing_api_key: { status: 401, code: 190, title: 'Access token is missing' },
  invalid_api_key: { status: 401, code: 190, title: 'Invalid OAuth access token', subcode: 467 },
  expired_api_key: { status: 401, code: 190, title: 'Access token has expired', subcode: 463 },
  invalid_signature: { status: 401, code: 190, title: 'Invalid signature' },
  missing_scope: { status: 403, code: 10, title: 'Permission Denied' },
  sandbox_key: { status: 403, code: 10, title: 'Permission Denied' },
  not_found: { status: 400, code: 100, title: 'Invalid parameter', subcode: 33 },
  route_not_found: { status: 400, code: 2500, title: 'Unknown path components' },
  not_confirmed: { status: 500, code: 131000, title: 'Something went wrong' },
  idempotency_key_reused: { status: 409, code: 100, title: 'Invalid parameter' },
  idempotency_key_in_use: { status: 409, code: 2, title: 'API Service', transient: true },
  already_connected: { status: 400, code: 100, title: 'Invalid parameter' },
  invalid_state: { status: 400, code: 100, title: 'Invalid parameter' },
  meta_token_invalid: { status: 403, code: 131005, title: 'Access denied' },
  payload_too_large: { status: 413, code: 100, title: 'Invalid parameter' },
  unsupported_media_type: { status: 400, code: 100, title: 'Invalid parameter' },
  invalid_parameter: { status: 400, code: 131009, title: 'Parameter value is not valid' },
  invalid_phone_number: { status: 400, code: 131009, title: 'Parameter value is not valid' },
  session_window_closed: { status: 400, code: 131047, title: 'Re-engagement message' },
  template_not_found: { status: 404, code: 132001, title: 'Template does not exist' },
  template_not_approved: { status: 404, code: 132001, title: 'Template does not exist' },
  template_parameters_mismatch: { status: 400, code: 132000, title: 'Template Param Count Mismatch' },
  recipient_opted_out: {
    status: 400,
    code: 131050,
    title: 'User has stopped receipt of marketing messages.',
  },
  media_not_found: { status: 400, code: 100, title: 'Invalid parameter' },
  meta_rejected: { status: 400, code: 135000, title: 'Generic user error' },
  rate_limited: { status: 429, code: 4, title: 'API Too Many Calls', transient: true },
  meta_rate_limited: { status: 400, code: 130429, title: 'Rate limit hit', transient: true },
  meta_unavailable: { status: 503, code: 131016, title: 'Service unavailable', transient: true },
  meta_unexpected: { status: 500, code: 131000, title: 'Something went wrong' },
  internal_error: { status: 500, code: 131000, title: 'Something went wrong' },
}

export const printProblem: PrintProblem = (failure, request_id) => {
  const { status, code, title, subcode, transient = false } = twinOf(failure)
  const error = {
    message: `(#${code}) ${title}`,
    type: code === 100 && subcode === 33 ? 'GraphMethodException' : 'OAuthException',
    code,
    ...(subcode === undefined ? {} : { error_subcode: subcode }),
    error_data: { messaging_product: 'whatsapp', details: detailsOf(failure) },
    // A send whose answer was lost may have gone out: nobody is invited to repeat it.
    is_transient: transient && failure.options.unsettled !== true,
    fbtrace_id: failure.options.meta?.fbtrace_id ?? request_id,
  }
  return { status, body: { error } }
}

function twinOf({ code, options }: Failure): Twin {
  const twin =
    code in PAUSES ? ((options.details && pausedTwin(options.details)) ?? TWINS[code]) : TWINS[code]
  const { meta } = options
  if (!meta || code === 'meta_token_invalid') return twin
  return {
    status: twin.status,
    code: meta.code,
    title: meta.title,
    ...(meta.subcode === undefined ? {} : { subcode: meta.subcode }),
    ...(twin.transient ? { transient: true } : {}),
  }
}

const PAUSES: Partial<Record<ErrorCode, true>> = { template_not_approved: true }

function pausedTwin({ status }: Record<string, unknown>): Twin | undefined {
  if (status === 'PAUSED') return { status: 400, code: 132015, title: 'Template is Paused' }
  if (status === 'DISABLED') return { status: 400, code: 132016, title: 'Template is Disabled' }
  return undefined
}

function detailsOf({ message, options }: Failure): string {
  const { details, meta } = options
  const issues = Array.isArray(details?.issues) ? (details.issues as Issue[]) : []
  if (issues.length > 0) return issues.map(issue => issue.message).join(' ')
  return meta?.details === undefined ? message : `${meta.details} ${meta.next_step}`
}
