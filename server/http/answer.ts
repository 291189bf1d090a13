// The one walk of every request: key, limit, scope, body, schemas, idempotency, handler, answer. One function called
// by the router, no chain of hooks: what happens to a request is what is written here, in this order.

import { performance } from 'node:perf_hooks'
import type { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Failure } from '../kit/errors.ts'
import type { Span } from '../kit/trace.ts'
import { admit } from './admit.ts'
import { checkContentType, DEFAULT_LIMIT_BYTES, parseJson, readBody, refuseTooLarge } from './body.ts'
import { type Checks, compileChecks } from './check.ts'
import type { Door } from './door.ts'
import { hashRequest, type Job, readKey, runKeyed, runOnce } from './idempotency.ts'
import { problemOf } from './problems.ts'
import { type Rendered, renderReply } from './render.ts'
import type { Call, Principal, Route } from './route.ts'
import { send } from './send.ts'

type Prepared<Tx> = { route: Route<Tx>; pattern: string; checks: Checks; keyed: boolean; limit_bytes: number }

/** Makes the router's handler of one route. */
export function answerer<Tx>(door: Door<Tx>, route: Route<Tx>, pattern: string) {
  const prepared: Prepared<Tx> = {
    route,
    pattern,
    checks: compileChecks(route as Route),
    keyed: route.method !== 'GET' && route.scope !== 'public',
    limit_bytes: route.body_limit_bytes ?? DEFAULT_LIMIT_BYTES,
  }
  return (request: FastifyRequest, reply: FastifyReply): void => {
    void answer(door, prepared, request, reply)
  }
}

/** A caller's `traceparent` is taken up only where a key says who calls. */
function answer<Tx>(
  door: Door<Tx>,
  prepared: Prepared<Tx>,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  if (prepared.route.quiet) return answerIn(door, prepared, request, reply, undefined)
  const { method, headers } = request
  const parent = prepared.route.scope === 'public' ? undefined : (headers.traceparent as string | undefined)
  const attributes = { 'http.request.method': method, 'http.route': prepared.pattern }
  return door.tracer.span(`${method} ${prepared.pattern}`, { kind: 'server', parent, attributes }, span =>
    answerIn(door, prepared, request, reply, span),
  )
}

async function answerIn<Tx>(
  door: Door<Tx>,
  prepared: Prepared<Tx>,
  request: FastifyRequest,
  reply: FastifyReply,
  span: Span | undefined,
): Promise<void> {
  const began_ms = performance.now()
  const noted: Record<string, string> = {}
  let caller: Principal | undefined
  let rendered: Rendered
  try {
    if (prepared.route.scope !== 'public') caller = await admit(door, prepared.route, request, reply)
    rendered = await walk(door, prepared, request, reply, { caller, began_ms, noted })
  } catch (error) {
    noteFailure(noted, error)
    rendered = problem(door, prepared, error, request.id)
  }
  send(request, reply, rendered)
  const { method } = request
  const { status } = rendered
  const ms = Math.round((performance.now() - began_ms) * 100) / 100
  const [tenant_id, key_id] = [caller?.tenant_id, caller?.key_id]
  const told = { method, route: prepared.pattern, status, ms, request_id: request.id, tenant_id, key_id }
  const line = { ...told, ...noted, ...(span?.trace_id ? { trace_id: span.trace_id } : {}) }
  if (prepared.route.quiet) door.log.debug(line, 'answered')
  else door.request_log.info(line, 'answered')
  span?.set({
    'http.response.status_code': status,
    'carom.request_id': request.id,
    'carom.tenant_id': tenant_id,
  })
  if (status >= 500) span?.fail(`HTTP ${status}`)
  door.onAnswer?.(told)
}

/** A send that failed has a message all the same. */
function noteFailure(noted: Record<string, string>, error: unknown): void {
  const id = error instanceof Failure ? error.options.details?.message_id : undefined
  if (typeof id === 'string') noted.message_id = id
}

async function walk<Tx>(
  door: Door<Tx>,
  prepared: Prepared<Tx>,
  request: FastifyRequest,
  reply: FastifyReply,
  { caller, began_ms, noted }: Pick<Call, 'began_ms' | 'noted'> & { caller: Principal | undefined },
): Promise<Rendered> {
  const { route, checks, limit_bytes } = prepared
  const key = prepared.keyed ? readKey(request.headers['idempotency-key']) : undefined
  const params = checks.params(request.params)
  const query = checks.query(request.query)
  const bytes = await bodyOf(route as Route, request, limit_bytes)
  const body = route.raw || route.stream || route.method === 'GET' ? undefined : checks.body(parseJson(bytes))
  const call: Call<Tx> = {
    caller: caller as Principal,
    tenant_id: caller?.tenant_id ?? '',
    params,
    query,
    body,
    raw: bytes,
    stream: request.raw as Readable,
    headers: request.headers,
    request_id: request.id,
    log: door.log,
    taken: undefined,
    noted,
    idempotency_id: undefined,
    db: undefined as Tx,
    began_ms,
  }
  const job: Job<Tx> = { route, call, render: made => renderReply(route, made, reply) }
  if (key === undefined) return runOnce(door, job)
  call.taken = await route.take?.(call as Call)
  try {
    const length = String(request.headers['content-length'] ?? '')
    const content = route.stream ? (call.taken?.fingerprint ?? length) : bytes
    return await runKeyed(door, job, key, hashRequest(route.method, request.url, content))
  } finally {
    await call.taken?.discard()
  }
}

const NOTHING = Buffer.alloc(0)

/** A body that nobody asked for (of a GET, or of a DELETE without a schema) is read and ignored. */
async function bodyOf(route: Route, request: FastifyRequest, limit_bytes: number): Promise<Buffer> {
  const { headers } = request
  if (route.stream) {
    if (route.body_limit_bytes) refuseTooLarge(Number(headers['content-length'] ?? 0), limit_bytes)
    return NOTHING
  }
  if (route.method === 'GET') return NOTHING
  if (!route.raw && Number(headers['content-length'] ?? 1) > 0 && headers['content-type'] !== undefined) {
    if (route.body !== undefined || route.method !== 'DELETE') checkContentType(headers)
  }
  return readBody(request.raw, limit_bytes)
}

function problem<Tx>(
  door: Door<Tx>,
  { route, pattern }: Prepared<Tx>,
  error: unknown,
  request_id: string,
): Rendered {
  const { unexpected, ...rendered } = problemOf(error, request_id, door.isDatabaseDown, route.problem)
  if (unexpected) door.log.error({ err: error, request_id, route: pattern }, 'a request failed unexpectedly')
  return rendered
}
