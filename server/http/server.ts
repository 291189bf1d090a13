// The HTTP server, built from a table of routes. It owns connections, limits and the order of closing; what happens
// to a request is in answer.ts.

import type { AddressInfo } from 'node:net'
import cors from '@fastify/cors'
import Fastify, { type FastifyInstance } from 'fastify'
import type { Log } from '../kit/log.ts'
import { noTracer, type Tracer } from '../kit/trace.ts'
import { answerer } from './answer.ts'
import type { Door } from './door.ts'
import { replySchema } from './replySchema.ts'
import { requestId } from './requestId.ts'
import type { Method, Route } from './route.ts'
import { endEventStreams } from './send.ts'
import { answerStray, onClientError, type Place } from './strays.ts'

export type ServerOptions<Tx> = Omit<Door<Tx>, 'lease_ms' | 'request_log' | 'tracer'> & {
  routes: readonly Route<Tx>[]
  host: string
  port: number
  /** Empty: browsers of other origins are not let in. */
  cors_origins?: readonly string[]
  trust_proxy?: boolean
  /** Default 10 s. */
  lease_ms?: number
  /** Default: nobody traces. */
  tracer?: Tracer
  /** Default `log`. */
  request_log?: Pick<Log, 'info'>
  /** Further pages that are not API, a console for example. They get request ids, but bring their own headers. */
  pages?: (app: FastifyInstance) => Promise<void>
}

export type Server = {
  /** Starts to accept; answers where it listens, for example `http://127.0.0.1:4000`. */
  listen(): Promise<string>
  /** Stops accepting, ends event streams, waits for what is in flight, at most so long. */
  close(timeout_ms?: number): Promise<void>
  inject: FastifyInstance['inject']
}

const PREFIX = '/api/v1'
const DEFAULT_LEASE_MS = 10_000
const CLOSE_TIMEOUT_MS = 20_000

export async function openServer<Tx>(options: ServerOptions<Tx>): Promise<Server> {
  const { lease_ms = DEFAULT_LEASE_MS, request_log = options.log, tracer = noTracer } = options
  const door: Door<Tx> = { ...options, lease_ms, request_log, tracer }
  const app = build(options)
  if (options.cors_origins && options.cors_origins.length > 0) await allowOrigins(app, options.cors_origins)
  const places = options.routes.map(placeOf)
  const stray = answerStray(door, places)
  app.setNotFoundHandler((request, reply) => stray(undefined, request, reply))
  app.setErrorHandler(stray)
  for (const route of options.routes) addRoute(app, door, route)
  if (options.pages) await openPages(app, options.pages)
  await app.ready()
  return {
    async listen() {
      await app.listen({ host: options.host, port: options.port, backlog: 1024 })
      const { address, port, family } = app.server.address() as AddressInfo
      return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`
    },
    close: timeout_ms => drain(app, timeout_ms ?? CLOSE_TIMEOUT_MS),
    inject: app.inject.bind(app) as FastifyInstance['inject'],
  }
}

function build<Tx>(options: ServerOptions<Tx>): FastifyInstance {
  const app: FastifyInstance = Fastify({
    logger: false,
    trustProxy: options.trust_proxy ?? false,
    genReqId: requestId,
    return503OnClosing: false,
    // The whole request, a 100 MB upload over a slow line included. JSON bodies have 30 seconds (body.ts).
    requestTimeout: 15 * 60_000,
    keepAliveTimeout: 72_000,
    http: { maxHeaderSize: 16_384, headersTimeout: 15_000, requireHostHeader: false },
    routerOptions: { maxParamLength: 512, ignoreTrailingSlash: true },
    clientErrorHandler: onClientError,
    // Raised before any handler: Fastify does not ask the error handler then.
    frameworkErrors: (error, request, reply) => app.errorHandler(error, request as never, reply as never),
  })
  // Fastify leaves every body alone: answer.ts reads it when the caller is known, and as the route wants it.
  for (const method of MUTATIONS) app.addHttpMethod(method, { hasBody: false, overrideExisting: true })
  app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response))
  return app
}

const MUTATIONS: Method[] = ['POST', 'PUT', 'PATCH', 'DELETE']

function placeOf<Tx>({ method, path, root }: Route<Tx>): Place {
  return { method, path: root ? path : PREFIX + path }
}

function addRoute<Tx>(app: FastifyInstance, door: Door<Tx>, route: Route<Tx>): void {
  const { method, path } = placeOf(route)
  const replies = Object.entries(route.replies).filter(([, schema]) => schema !== null)
  const response = Object.fromEntries(replies.map(([status, schema]) => [status, replySchema(schema)]))
  app.route({ method, url: path, schema: { response }, handler: answerer(door, route, path) })
}

async function allowOrigins(app: FastifyInstance, origins: readonly string[]): Promise<void> {
  await app.register(cors, {
    origin: origins.includes('*') ? '*' : [...origins],
    methods: ['GET', 'HEAD', ...MUTATIONS],
    exposedHeaders: [
      'X-Request-Id',
      'X-RateLimit-Limit',
      'X-RateLimit-Remaining',
      'Retry-After',
      'Idempotent-Replayed',
    ],
    maxAge: 600,
    strictPreflight: false,
  })
}

async function openPages(
  app: FastifyInstance,
  pages: (app: FastifyInstance) => Promise<void>,
): Promise<void> {
  await app.register(async scope => {
    scope.addHook('onRequest', (request, reply, done) => {
      reply.header('x-request-id', request.id).header('x-content-type-options', 'nosniff')
      done()
    })
    await pages(scope)
  })
}

async function drain(app: FastifyInstance, timeout_ms: number): Promise<void> {
  // Connections that were busy when closing began are kept alive by their clients when they come to rest.
  const sweep = setInterval(() => app.server.closeIdleConnections(), 50)
  const late = setTimeout(() => app.server.closeAllConnections(), timeout_ms)
  endEventStreams()
  await app.close()
  clearInterval(sweep)
  clearTimeout(late)
}
