// Makes a handler's reply into what goes out: status, headers and bytes. The same for the wire and for the copy that
// is kept for replays.

import type { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import type { Answer } from './door.ts'
import type { Reply, Route } from './route.ts'

export type Rendered = {
  status: number
  headers: Record<string, string>
  body: string | Buffer | Readable | undefined
}

export const JSON_TYPE = 'application/json; charset=utf-8'

export function renderReply<Tx>(route: Route<Tx>, made: Reply, reply: FastifyReply): Rendered {
  const { status, body, headers = {}, content_type } = made
  if (content_type !== undefined) {
    return { status, headers: { 'content-type': content_type, ...headers }, body: body as Rendered['body'] }
  }
  const schema = route.replies[status]
  if (schema === undefined) {
    throw new Error(`${route.method} ${route.path} answered ${status}, which its replies do not declare.`)
  }
  if (schema === null) return { status, headers, body: undefined }
  const text = reply.code(status).serialize(body) as unknown as string
  return { status, headers: { 'content-type': JSON_TYPE, ...headers }, body: text }
}

export function storable({ status, headers, body }: Rendered): Answer {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from((body as string | undefined) ?? '')
  return { status, headers, body: bytes }
}

/** Set on every answer; a reply's own headers may replace them (the pages of /docs bring their own policy). */
export const SECURITY_HEADERS: Record<string, string> = {
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
}
