// The error half of the OpenAPI document: the envelope, one example per code of the catalogue, and the error
// replies of a route, grouped by status.

import Type, { type Static } from 'typebox'
import { catalogue, describe, type ErrorCode } from '../kit/errors.ts'
import type { Json } from './openapiSchema.ts'
import type { Route } from './route.ts'

const codes = Object.keys(catalogue) as ErrorCode[]
const types = [...new Set(codes.map(code => describe(code).type))]

const MetaAnswer = Type.Object(
  {
    code: Type.Integer({ description: "Meta's error number." }),
    subcode: Type.Optional(Type.Integer()),
    title: Type.String(),
    details: Type.Optional(Type.String()),
    fbtrace_id: Type.Optional(Type.String({ description: "What Meta's support asks for." })),
    cause: Type.String({ description: 'What the number means, in one word or a few.' }),
    fix_by: Type.Enum(['sender', 'operator', 'recipient', 'meta'], { description: 'Who can do something.' }),
    retry: Type.Enum(['never', 'later', 'now']),
    next_step: Type.String({ description: 'What to do about it, in one sentence.' }),
  },
  { $id: 'MetaProblem', description: 'What Meta answered, and what it means.' },
)

const Details = Type.Unsafe<Record<string, unknown>>({
  type: 'object',
  description: 'What is special to this case.',
  properties: {
    issues: {
      type: 'array',
      description: 'Every problem of a body that failed validation, not just the first.',
      items: {
        type: 'object',
        required: ['param', 'message'],
        properties: { param: { type: 'string' }, message: { type: 'string' } },
      },
    },
  },
})

/** What every error reply looks like. */
export const ErrorEnvelope = Type.Object(
  {
    error: Type.Object({
      type: Type.Enum(types),
      code: Type.Enum(codes),
      message: Type.String({ description: 'One sentence: what is wrong, and what to do about it.' }),
      param: Type.Optional(Type.String({ description: 'The field or parameter that is wrong.' })),
      details: Type.Optional(Details),
      meta: Type.Optional(MetaAnswer),
      request_id: Type.String({ description: 'The same as the X-Request-Id header.' }),
    }),
  },
  { $id: 'Error', description: 'Every error, from every endpoint.' },
)

/** One example reply per error code: `components.examples` of the document. */
export function errorExamples(used: ReadonlySet<ErrorCode>): Json {
  const listed = codes.filter(code => used.has(code))
  return Object.fromEntries(
    listed.map(code => [code, { summary: describe(code).message, value: errorExample(code) }]),
  )
}

export function errorExample(code: ErrorCode): Static<typeof ErrorEnvelope> {
  const { type, message } = describe(code)
  const request_id = '019ab0f2-7d3e-7c41-9a55-3f0c2b8e6d17'
  return { error: { type, code, message, ...special[code], request_id } }
}

/** What an error carries besides its sentence, where its code says more. */
const special: { [Code in ErrorCode]?: Partial<Static<typeof ErrorEnvelope>['error']> } = {
  missing_scope: { details: { required: ['whatsapp:send'] } },
  invalid_parameter: {
    param: 'to',
    details: { issues: [{ param: 'to', message: 'must be a string' }] },
  },
  invalid_phone_number: { param: 'to' },
  session_window_closed: {
    details: {
      window_expired_at: '2026-11-22T18:04:11.000Z',
      last_inbound_at: '2026-11-21T18:04:11.000Z',
    },
  },
  template_not_found: { param: 'template' },
  template_parameters_mismatch: {
    param: 'components',
    details: {
      issues: [{ param: 'components[0].parameters', message: 'has 1 parameter, and 2 are needed' }],
    },
  },
  meta_rejected: {
    meta: {
      code: 131026,
      title: 'Message undeliverable',
      fbtrace_id: 'AbCdEfGhIjKlMnOp',
      cause: 'not_on_whatsapp',
      fix_by: 'recipient',
      retry: 'never',
      next_step: 'Reach this person another way: the number is not on WhatsApp or cannot take this message.',
    },
  },
}

/** Every code that a route can answer: its own, and those that the door answers for all routes of its kind. */
export function errorCodes(route: Route): ErrorCode[] {
  const all = new Set<ErrorCode>(route.errors)
  const mutation = route.method !== 'GET'
  const add = (...more: ErrorCode[]) => more.forEach(code => void all.add(code))
  if (route.scope !== 'public') {
    add('missing_api_key', 'invalid_api_key', 'expired_api_key', 'rate_limited')
    add(route.scope === null ? 'sandbox_key' : 'missing_scope')
    if (mutation) add('invalid_header', 'idempotency_key_reused', 'idempotency_key_in_use')
  }
  if (route.body) add('payload_too_large')
  if (route.body && !route.raw && !route.stream) add('malformed_json', 'unsupported_media_type')
  if (route.body || route.query) add('invalid_parameter')
  add('internal_error')
  return codes.filter(code => all.has(code))
}

export function errorReplies(route: Route, headersOf: (status: number) => Json): Json {
  const byStatus = Map.groupBy(errorCodes(route), code => describe(code).status)
  const statuses = [...byStatus.keys()].sort((a, b) => a - b)
  return Object.fromEntries(
    statuses.map(status => [status, errorReply(byStatus.get(status) ?? [], headersOf(status))]),
  )
}

function errorReply(listed: ErrorCode[], headers: Json): Json {
  const examples = listed.map(code => [code, { $ref: `#/components/examples/${code}` }])
  return {
    description: listed.map(code => `- \`${code}\`: ${describe(code).message}`).join('\n'),
    headers,
    content: {
      'application/json': {
        schema: { $ref: '#/components/schemas/Error' },
        examples: Object.fromEntries(examples),
      },
    },
  }
}
