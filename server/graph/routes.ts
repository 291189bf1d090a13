// Meta's own API behind a `cm_` key: its paths, bodies, answers and errors. Outside /api/v1, so that a client of the Cloud
// API only changes its address and its token.

import { type TSchema, Type } from 'typebox'
import { type Call, type Route, route } from '../http/route.ts'
import type { ErrorCode } from '../kit/errors.ts'
import { readContent } from '../media/content.ts'
import { answerMessage, recoverMessage } from './answerMessage.ts'
import { examples } from './documented.ts'
import { uploadFile } from './files.ts'
import { passOn, refuseMethod } from './passOn.ts'
import { printProblem } from './problems.ts'
import type { Graph } from './room.ts'
import { create, recoverCreation, remove } from './templates.ts'

const Version = Type.String({ pattern: '^v[0-9]+\\.[0-9]+$', description: 'As in Meta: `v26.0`.' })

const pathOf = (description: string) =>
  Type.Object({
    version: Version,
    id: Type.String({ minLength: 1, maxLength: 128, description }),
  })

const Anything = Type.Object({}, { additionalProperties: true })

/** Meta takes fields in the query that nobody has listed. */
const Query = Type.Object({ access_token: Type.Optional(Type.String()) }, { additionalProperties: true })

const tag = 'Meta-compatible'
const errors: ErrorCode[] = []
const shared = { root: true, tag, query: Query, errors, problem: printProblem, key_in_query: true } as const
const PASSED_BYTES = 8 * 1_048_576

type Shape = { body?: TSchema; raw?: boolean }

export function graphRoutes(graph: Graph): Route[] {
  return [
    messagesRoute(graph),
    mediaRoute(graph),
    contentRoute(graph),
    createRoute(graph),
    removeRoute(graph),
    ...passRoutes(graph),
  ]
}

function messagesRoute(graph: Graph): Route {
  return route({
    ...shared,
    method: 'POST',
    path: '/meta/:version/:id/messages',
    scope: 'whatsapp:send',
    summary: "Send a message, or mark one as read, in Meta's words",
    description:
      "Meta's body and answer. The checks, windows, Idempotency-Key and storage are those of POST /whatsapp/messages; `biz_opaque_callback_data` is kept as the message's `client_ref`.",
    params: pathOf("Meta's phone number ID."),
    body: Anything,
    example: { body: examples.text, reply: examples.sent },
    replies: { 200: Anything },
    audited: false,
    idempotency: 'recover',
    recover: (call, id) => recoverMessage(graph, call as Parameters<typeof recoverMessage>[1], id),
    handle: async call => ({ status: 200, body: await answerMessage(graph, call) }),
  })
}

function mediaRoute(graph: Graph): Route {
  return route({
    ...shared,
    method: 'POST',
    path: '/meta/:version/:id/media',
    scope: 'whatsapp:send',
    summary: "Upload a file, in Meta's words",
    description: 'A multipart form with `file`, `type` and `messaging_product`, as Meta takes it.',
    params: pathOf("Meta's phone number ID."),
    stream: true,
    replies: { 200: Anything },
    idempotency: 'rerun',
    handle: async call => ({ status: 200, body: await uploadFile(graph, call as never) }),
  })
}

function contentRoute(graph: Graph): Route {
  return route({
    ...shared,
    method: 'GET',
    path: '/meta/:version/:id/content',
    scope: 'whatsapp:read',
    summary: 'Download media',
    description: 'Where the `url` of GET /meta/{version}/{media_id} leads; with the same key.',
    params: pathOf("Meta's id of the media."),
    replies: { 200: Bytes, 206: Bytes, 416: null },
    handle: ({ caller, params, headers }) =>
      readContent(
        graph.media,
        caller,
        params.id,
        typeof headers.range === 'string' ? headers.range : undefined,
      ),
  })
}

const Bytes = Type.String({ format: 'binary', contentMediaType: 'application/octet-stream' })

function createRoute(graph: Graph): Route {
  return route({
    ...shared,
    method: 'POST',
    path: '/meta/:version/:id/message_templates',
    scope: 'whatsapp:write',
    summary: "Create a template, in Meta's words",
    params: pathOf("Meta's WABA ID."),
    body: Anything,
    example: { body: examples.template, reply: examples.created },
    replies: { 200: Anything },
    idempotency: 'recover',
    recover: (call, id) => recoverCreation(graph, call as Parameters<typeof recoverCreation>[1], id),
    handle: async call => ({ status: 200, body: await create(graph, call as never) }),
  })
}

function removeRoute(graph: Graph): Route {
  return route({
    ...shared,
    method: 'DELETE',
    path: '/meta/:version/:id/message_templates',
    scope: 'whatsapp:write',
    summary: "Delete a template, in Meta's words",
    description: '`?name=` deletes every language, `?name=&hsm_id=` one.',
    params: pathOf("Meta's WABA ID."),
    replies: { 200: Anything },
    idempotency: 'rerun',
    handle: async call => ({ status: 200, body: await remove(graph, call as never) }),
  })
}

/** Everything else below a WABA, a number or a template, and media by their ids. */
function passRoutes(graph: Graph): Route[] {
  const one = (method: 'GET' | 'POST' | 'DELETE', rest: Pick<Route, 'scope' | 'summary'> & Shape) =>
    route({
      ...shared,
      ...rest,
      method,
      path: '/meta/:version/*',
      hidden: true,
      body_limit_bytes: PASSED_BYTES,
      replies: { 200: Anything },
      idempotency: 'rerun',
      handle: (call: Call) => passOn(graph, method, call as never),
    })
  return [
    one('GET', { scope: 'whatsapp:read', summary: "Read anything of Meta's about your accounts" }),
    one('POST', { scope: 'whatsapp:write', summary: "Anything else of Meta's", raw: true }),
    one('DELETE', { scope: 'whatsapp:write', summary: "Anything else of Meta's", raw: true }),
    ...(['PUT', 'PATCH'] as const).map(method =>
      route({
        ...{ ...shared, method, path: '/meta/:version/*', hidden: true, scope: 'whatsapp:write' },
        ...{ summary: 'Nothing of Meta’s', raw: true, replies: { 200: Anything }, idempotency: 'rerun' },
        handle: () => refuseMethod({ method }),
      }),
    ),
  ]
}
