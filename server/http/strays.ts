// Answers what no route answers: unknown paths, wrong methods, requests that are not HTTP. In the same envelope,
// wherever an answer is still possible.

import type { Socket } from 'node:net'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Failure } from '../kit/errors.ts'
import { newId } from '../kit/ids.ts'
import type { Door } from './door.ts'
import { problemOf } from './problems.ts'
import { JSON_TYPE } from './render.ts'
import { send } from './send.ts'

export type Place = { method: string; path: string }

export function answerStray(
  door: Pick<Door<never>, 'isDatabaseDown' | 'log' | 'request_log' | 'onAnswer'>,
  places: readonly Place[],
) {
  const matchers = places.map(({ method, path }) => ({ method, matches: matcherOf(path) }))
  return (error: unknown, request: FastifyRequest, reply: FastifyReply): void => {
    const allowed = error === undefined ? methodsFor(matchers, request.url) : []
    if (request.method === 'OPTIONS' && allowed.length > 0) {
      send(request, reply, { status: 204, headers: { allow: allowed.join(', ') }, body: undefined })
      return
    }
    const { unexpected, ...rendered } = problemOf(
      error ?? notFound(request, allowed),
      request.id,
      door.isDatabaseDown,
    )
    if (unexpected) door.log.error({ err: error, request_id: request.id }, 'a request failed unexpectedly')
    send(request, reply, rendered)
    const { method, id: request_id } = request
    const told = { method, route: 'none', status: rendered.status, ms: 0, request_id }
    door.request_log.info(told, 'answered')
    door.onAnswer?.({ ...told, tenant_id: undefined, key_id: undefined })
  }
}

type Matcher = { method: string; matches: RegExp }

/** Only strays pay for this: the router does not say which other methods a path has. */
function methodsFor(matchers: readonly Matcher[], url: string): string[] {
  const path = url.split('?', 1)[0] ?? ''
  const methods = new Set(matchers.filter(({ matches }) => matches.test(path)).map(({ method }) => method))
  if (methods.has('GET')) methods.add('HEAD')
  if (methods.size > 0) methods.add('OPTIONS')
  return [...methods]
}

function matcherOf(path: string): RegExp {
  const pattern = path
    .split('/')
    .map(part => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/:[A-Za-z0-9_]+/g, '[^/]+'))
  return new RegExp(`^${pattern.join('/')}/?$`)
}

/** 405 is not in the catalogue: a wrong method is a route that does not exist, with the methods that do. */
function notFound({ method, url }: FastifyRequest, allowed: string[]): Failure {
  const path = (url.split('?', 1)[0] ?? '').slice(0, 200)
  if (allowed.length === 0) {
    return new Failure('route_not_found', { message: `There is no ${method} ${path}; see /docs.` })
  }
  return new Failure('route_not_found', {
    message: `${path} does not take ${method}, but ${allowed.join(', ')}.`,
    details: { allowed },
  })
}

/** The request never became one: a bad request line, too many headers, or nothing in time. */
export function onClientError(error: Error & { code?: string }, socket: Socket): void {
  const current = (socket as Socket & { _httpMessage?: { _headerSent: boolean } })._httpMessage
  if (error.code === 'ECONNRESET' || !socket.writable || current?._headerSent) {
    socket.destroy()
    return
  }
  const request_id = newId()
  const known = error.code?.startsWith('HPE_') || error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
  const failure = known ? error : new Failure('invalid_header', { message: 'The request could not be read.' })
  const { status, body } = problemOf(failure, request_id, () => false)
  const head = [
    `HTTP/1.1 ${status} ${status === 413 ? 'Payload Too Large' : 'Bad Request'}`,
    `Content-Type: ${JSON_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${request_id}`,
    'Connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}
