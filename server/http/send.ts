// Puts an answer on the wire, with the headers that every answer carries. Also how streams end: with their client,
// and event streams with the server.

import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { JSON_TYPE, type Rendered, SECURITY_HEADERS } from './render.ts'

/** A refused body up to this size is read and thrown away, so that the client can read the refusal. */
const DRAIN_BYTES = 16 * 1_048_576

export function send(request: FastifyRequest, reply: FastifyReply, rendered: Rendered): void {
  const { status, headers, body } = rendered
  reply.code(status)
  reply.header('x-request-id', request.id)
  reply.headers(SECURITY_HEADERS)
  if (status >= 400) reply.header('content-type', JSON_TYPE)
  reply.headers(headers)
  if (isFloodComing(request)) reply.header('connection', 'close')
  if (body instanceof Readable) sendStream(request, reply, body)
  else reply.send(body)
}

/** Event streams that are open now: they never end by themselves. */
const eventStreams = new Set<Readable>()

export function endEventStreams(): void {
  for (const stream of eventStreams) stream.destroy()
}

function sendStream(request: FastifyRequest, reply: FastifyReply, body: Readable): void {
  if (request.method === 'HEAD') {
    body.destroy()
    reply.send('')
    return
  }
  if (String(reply.getHeader('content-type')).startsWith('text/event-stream')) {
    eventStreams.add(body)
    body.once('close', () => eventStreams.delete(body))
  }
  reply.send(body)
}

function isFloodComing({ raw }: FastifyRequest): boolean {
  if (raw.complete !== false) return false
  const announced = raw.headers['content-length']
  if (announced !== undefined) return Number(announced) > DRAIN_BYTES
  return raw.headers['transfer-encoding'] !== undefined
}
