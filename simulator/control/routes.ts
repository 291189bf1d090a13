// The control API: every call of docs/simulator.md, and what it does.

import type { FastifyInstance, FastifyRequest } from 'fastify'
import { resetWorld } from '../seed.ts'
import { changeSettings } from '../settings.ts'
import { encodeBody } from '../webhooks/encode.ts'
import type { World } from '../world.ts'
import { addAccount, addCode, addToken, revokeToken } from './accounts.ts'
import { bodyOf, ControlError, limitOf, missing, wrong } from './answer.ts'
import { changeAccount, changeNumber, changeTemplate } from './change.ts'
import { sendEvent } from './events.ts'
import { forceStatus, listMessages, reactTo, tapOn } from './messages.ts'
import { presentClock, presentWorld } from './present.ts'
import { putUser } from './users.ts'
import { writeMessage } from './write.ts'

export type Reply = { status?: number; body: unknown }
type Handler = (world: World, request: FastifyRequest) => Reply | Promise<Reply>
type Params = Record<string, string>

const of = (request: FastifyRequest, name: string) => (request.params as Params)[name] as string

const ROUTES: [method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, handler: Handler][] = [
  ['GET', '/world', world => ({ body: presentWorld(world) })],
  ['GET', '/messages', listMessages],
  ['POST', '/messages', writeMessage],
  ['POST', '/messages/:id/tap', (world, request) => tapOn(world, of(request, 'id'), bodyOf(request))],
  ['POST', '/messages/:id/react', (world, request) => reactTo(world, of(request, 'id'), bodyOf(request))],
  [
    'POST',
    '/messages/:id/status',
    (world, request) => forceStatus(world, of(request, 'id'), bodyOf(request)),
  ],
  ['PUT', '/users/:key', (world, request) => ({ body: putUser(world, of(request, 'key'), bodyOf(request)) })],
  ['GET', '/clock', world => ({ body: presentClock(world) })],
  ['POST', '/clock', moveClock],
  ['GET', '/settings', world => ({ body: world.settings })],
  ['PATCH', '/settings', patchSettings],
  ['POST', '/oauth/codes', (world, request) => addCode(world, bodyOf(request))],
  ['POST', '/tokens', (world, request) => addToken(world, bodyOf(request))],
  ['DELETE', '/tokens/:token', (world, request) => revokeToken(world, of(request, 'token'))],
  ['POST', '/wabas', (world, request) => addAccount(world, bodyOf(request))],
  ['PATCH', '/wabas/:id', (world, request) => changeAccount(world, of(request, 'id'), bodyOf(request))],
  ['PATCH', '/templates/:id', (world, request) => changeTemplate(world, of(request, 'id'), bodyOf(request))],
  [
    'PATCH',
    '/phone_numbers/:id',
    (world, request) => changeNumber(world, of(request, 'id'), bodyOf(request)),
  ],
  ['POST', '/events', sendEvent],
  ['POST', '/webhooks', sendWebhook],
  ['GET', '/webhooks', listWebhooks],
  ['POST', '/reset', reset],
]

export function addControlRoutes(server: FastifyInstance, world: World) {
  for (const [method, path, handler] of ROUTES) {
    server.route({
      method,
      url: `/_sim${path}`,
      handler: async (request, reply) => {
        const { status = 200, body } = await handler(world, request)
        return status === 204 ? reply.code(204).send() : reply.code(status).send(body)
      },
    })
  }
  server.all('/_sim/*', () => {
    throw missing('There is no such call; docs/simulator.md lists them all.')
  })
}

/** The answer to an error below /_sim; undefined for one that is a bug. */
export const controlErrorOf = (error: unknown): { status: number; error: string } | undefined =>
  error instanceof ControlError ? { status: error.status, error: error.message } : undefined

function moveClock(world: World, request: FastifyRequest): Reply {
  const { advance_seconds, offset_ms, reset } = bodyOf(request)
  const isNumber = (value: unknown): value is number => typeof value === 'number' && Math.abs(value) < 1e13
  const next = isNumber(advance_seconds)
    ? world.clock.offset() + advance_seconds * 1000
    : isNumber(offset_ms)
      ? offset_ms
      : 0
  if (!isNumber(advance_seconds) && !isNumber(offset_ms) && reset !== true) {
    throw wrong('Send advance_seconds or offset_ms as a number, or reset: true.')
  }
  if (Math.abs(next) > 3.15e12) throw wrong('The clock moves at most a hundred years.')
  world.clock.move(Math.round(next))
  return { body: presentClock(world) }
}

function patchSettings(world: World, request: FastifyRequest): Reply {
  const changed = changeSettings(world.settings, bodyOf(request))
  if (typeof changed === 'string') throw wrong(changed)
  world.settings = changed
  world.emit('settings', () => changed)
  world.outbox.resume()
  return { body: changed }
}

function sendWebhook(world: World, request: FastifyRequest): Reply {
  const { body, signature } = bodyOf(request)
  if (typeof body !== 'string' && (typeof body !== 'object' || body === null)) {
    throw wrong('Send body: the object or the string that the webhook shall carry.')
  }
  if (signature !== undefined && signature !== null && typeof signature !== 'string') {
    throw wrong('signature must be a string, or null for none.')
  }
  if (!world.app.callback_url) throw wrong('The app has no callback yet; nobody would get the webhook.')
  world.outbox.putBody(typeof body === 'string' ? body : encodeBody(body), signature)
  return { status: 202, body: { accepted: true } }
}

function listWebhooks(world: World, request: FastifyRequest): Reply {
  const { data, ...counts } = world.outbox.list(limitOf(request, 100))
  const shown = data.map(({ id, created_at, attempts, last_status, body }) => ({
    id,
    created_at: new Date(created_at).toISOString(),
    attempts,
    last_status,
    body: parsed(body),
  }))
  return { body: { ...counts, data: shown } }
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return body
  }
}

function reset(world: World): Reply {
  resetWorld(world)
  world.emit('reset', () => ({}))
  world.emit('settings', () => world.settings)
  return { status: 204, body: null }
}
