// Meta's error codes with their titles and HTTP statuses, and the envelope that an answer wraps them in.

import type { Json, WireError } from '../world.ts'

const ERRORS: Record<number, [title: string, status: number]> = {
  1: ['API Unknown', 400],
  2: ['Service temporarily unavailable', 503],
  4: ['Application request limit reached', 400],
  10: ['Application does not have permission for this action', 403],
  15: ['This method must be called with an app access_token.', 400],
  100: ['Invalid parameter', 400],
  101: ['Error validating application', 400],
  190: ['Invalid OAuth access token', 401],
  200: ['You do not have permission to access this object', 403],
  2200: ['Callback verification failed', 400],
  2500: ['Unknown path components', 400],
  2635: ['You are calling a deprecated version of the API.', 400],
  80007: ['Rate limit issues', 400],
  130403: ['Message failed to send because the recipient is blocked by the business', 400],
  130429: ['Rate limit hit', 400],
  131000: ['Something went wrong', 500],
  131008: ['Required parameter is missing', 400],
  131009: ['Parameter value is not valid', 400],
  131021: ['Recipient cannot be sender', 400],
  131026: ['Message Undeliverable', 400],
  131031: ['Account has been locked', 403],
  131041: ['Unknown group', 400],
  131042: ['Business eligibility payment issue', 400],
  131047: ['Re-engagement message', 400],
  131048: ['Spam rate limit hit', 400],
  131049: ['This message was not delivered to maintain healthy ecosystem engagement.', 400],
  131050: ['User has stopped receipt of marketing messages.', 400],
  131051: ['Unsupported message type', 400],
  131053: ['Media upload error', 400],
  131056: ['(Business Account, Consumer Account) pair rate limit hit', 400],
  131059: ['Invalid cursor', 400],
  131062: ['Business-scoped user ids are not supported for this message', 400],
  132000: ['Number of parameters does not match the expected number of params', 400],
  132001: ['Template name does not exist in the translation', 404],
  132005: ['Template Hydrated Text Too Long', 400],
  132012: ['Parameter format does not match format in the created template', 400],
  132015: ['Template is Paused', 400],
  132016: ['Template is Disabled', 400],
  132018: ['There is an issue with the parameters of the template', 400],
  133005: ['Two step verification PIN Mismatch', 400],
  133006: ['Phone number re-verification needed', 400],
  133010: ['Phone number Not Registered', 400],
  138009: ['Call permission request limit reached', 400],
  133016: ['Account register deregister rate limit exceeded', 400],
}

/** A refusal, thrown from anywhere below the Graph door and answered there. */
export class GraphError extends Error {
  override name = 'GraphError'
  readonly code: number
  readonly status: number
  readonly body: Json

  constructor(
    code: number,
    extra: { message?: string; details?: string; subcode?: number; type?: string } = {},
  ) {
    const [title, status] = ERRORS[code] ?? ['Something went wrong', 400]
    const message = extra.message ?? `(#${code}) ${title}`
    super(message)
    this.code = code
    this.status = status
    this.body = {
      message,
      type: extra.type ?? 'OAuthException',
      code,
      ...(extra.subcode !== undefined && { error_subcode: extra.subcode }),
      ...(extra.details !== undefined && {
        error_data: { messaging_product: 'whatsapp', details: extra.details },
      }),
    }
  }
}

/** `(#100) …`, the form in which Meta complains about one parameter. */
export const wrongParameter = (sentence: string) => new GraphError(100, { message: `(#100) ${sentence}` })

export const envelopeOf = (error: GraphError, trace_id: string) => ({
  error: { ...error.body, fbtrace_id: trace_id },
})

export const isKnownCode = (code: number) => code in ERRORS

export function unknownObject(method: string, id: string) {
  const message =
    `Unsupported ${method.toLowerCase()} request. Object with ID '${id}' does not exist, cannot be loaded due to ` +
    'missing permissions, or does not support this operation'
  return new GraphError(100, { message, subcode: 33, type: 'GraphMethodException' })
}

const DETAILS: Record<number, string> = {
  130403: 'The business has blocked this user.',
  130429: 'Cloud API message throughput has been reached.',
  131000: 'Message failed to send because of an unknown error.',
  131009: 'Parameter value is not valid.',
  131026: 'Message undeliverable.',
  131042: 'No valid payment method on the account.',
  131047: 'The 24 hour window for this user is closed; use a template.',
  131048:
    'Message failed to send because there are restrictions on how many messages can be sent from this number.',
  131049: 'Not delivered to keep a healthy ecosystem.',
  131050: 'The user has stopped marketing messages of this business.',
  131053: 'The media could not be fetched, or its type or size does not fit.',
  138009: 'Call permission may be asked for once in 24 hours and twice in 7 days.',
  131056: 'Too many messages from this number to the same person in a short time.',
}

/** A refusal by code alone, with the details that Meta gives for it. */
export const refuse = (code: number) => new GraphError(code, DETAILS[code] ? { details: DETAILS[code] } : {})

/** The same error as a failed status carries it. */
export function webhookErrorOf(code: number): WireError {
  const title = ERRORS[code]?.[0] ?? 'Something went wrong'
  return {
    code,
    title,
    message: title,
    error_data: { details: DETAILS[code] ?? title },
    href: 'https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/',
  }
}
