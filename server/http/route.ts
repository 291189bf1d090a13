// What a room hands to the door: a route as plain data, and what its handler is given. No Fastify types leak out.

import type { Readable } from 'node:stream'
import type { Static, TSchema } from 'typebox'
import type { ErrorCode, Failure, Issue } from '../kit/errors.ts'
import type { Log } from '../kit/log.ts'

export const SCOPES = [
  'whatsapp:read',
  'whatsapp:write',
  'whatsapp:send',
  'bots:read',
  'bots:write',
  'conversations:read',
  'conversations:write',
  'knowledge:read',
  'knowledge:write',
  'webhooks:read',
  'webhooks:write',
  'keys:read',
  'keys:write',
] as const

export type Scope = (typeof SCOPES)[number]

/** Who calls: the key behind the request. `scopes` may hold `*`; `owner` is a tenant's owner key, `first` the first tenant's. */
export type Principal = {
  key_id: string
  tenant_id: string
  scopes: readonly string[]
  sandbox_only: boolean
  owner: boolean
  first_tenant: boolean
  rate_limit_rpm: number
}

/** What a handler is given. `transaction` of a route with `idempotency: 'transaction'` is the one its answer commits in. */
export type Call<Tx = unknown, Params = unknown, Query = unknown, Body = unknown> = {
  caller: Principal
  tenant_id: string
  params: Params
  query: Query
  body: Body
  /** The exact bytes of the body, for routes with `raw: true` (their `body` is not parsed). */
  raw: Buffer
  /** The body as it arrives, for routes with `stream: true`. Nothing of it has been read yet. */
  stream: Readable
  headers: Readonly<Record<string, string | string[] | undefined>>
  request_id: string
  log: Log
  /** What the route's `take` made of the stream, where it was asked. */
  taken: Taken | undefined
  /** Further facts for the line that is logged: `message_id`. Nobody's data. */
  noted: Record<string, string>
  /** The row behind this request's Idempotency-Key, where the client sent one. */
  idempotency_id: string | undefined
  /** Every mutation of a `transaction` route goes through this; other routes must not touch it. */
  db: Tx
  /** Milliseconds of the monotonic clock (performance.now()) at which the request began. */
  began_ms: number
}

/** A streamed body that was put aside. `fingerprint` is the same for the same content, however it was packed. */
export type Taken = { fingerprint: string; discard(): Promise<void> }

/**
 * `body` goes out through the reply schema of `status`, which lets only declared fields pass; a Buffer, string or
 * Readable with `content_type` goes out as it is. Readables are destroyed when the client goes away, and those of
 * `text/event-stream` are ended when the server drains.
 */
export type Reply = {
  status: number
  body?: unknown
  headers?: Record<string, string>
  content_type?: string
}

/** What became of a request whose first run was cut off: pending (409), done (answer it), absent (nothing happened: run it). */
export type Recovered =
  | { state: 'pending'; retry_after_s: number }
  | { state: 'done'; reply: Reply }
  | { state: 'absent' }

/** How a failure is shown where it is not in Carom's own envelope. */
export type PrintProblem = (failure: Failure, request_id: string) => { status: number; body: object }

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/**
 * `idempotency` says how a mutation is made safe to repeat (ignored for GET):
 * - `transaction`: effect and stored answer commit together, through `call.db`;
 * - `recover`: the effect reaches outside; `recover` finds out what became of a run that was cut off;
 * - `rerun`: running it again does no harm, so a run that was cut off is simply run again.
 */
export type Route<Tx = unknown> = {
  method: Method
  /** Below /api/v1 unless `root` is set; parameters as `:name`. */
  path: string
  root?: boolean
  /** null: any valid key. `public`: no key. An array: any one of them. */
  scope: Scope | readonly Scope[] | 'public' | 'owner' | 'first_owner' | null
  tag: string
  summary: string
  description?: string
  params?: TSchema
  query?: TSchema
  body?: TSchema
  /** What is wrong with a body beyond what its schema can say. Asked about any JSON, also one that does not fit the schema. */
  rules?(body: unknown): Issue[]
  /** The handler gets the exact bytes (`call.raw`), of any content type, and no `body`. */
  raw?: boolean
  /** The handler reads the body itself (`call.stream`), of any content type and length: it must set its own bounds. */
  stream?: boolean
  /**
   * For `stream`: reads the body before a request's Idempotency-Key is claimed, so that another body under the same key is
   * told apart. The handler finds it in `call.taken`, and it is discarded afterwards. Not called without a key.
   */
  take?(call: Call): Promise<Taken>
  /** Default 1 MB. For `stream` it is compared with the announced Content-Length only. */
  body_limit_bytes?: number
  replies: Record<number, TSchema | null>
  errors: readonly ErrorCode[]
  /** `bodies`: several, by a name of a few words; `body` is the one that stands for all. */
  example?: { body?: unknown; bodies?: Readonly<Record<string, unknown>>; reply?: unknown }
  /** Left out of OpenAPI. */
  hidden?: boolean
  /** Prints failures in another API's envelope. */
  problem?: PrintProblem
  /** The key may also come as the query parameter `access_token`. */
  key_in_query?: boolean
  /** Logged at debug level only: probes and handshakes. */
  quiet?: boolean
  idempotency?: 'transaction' | 'recover' | 'rerun'
  /** A mutation that changes nothing to be remembered: sends (which are messages), previews, searches. */
  audited?: false
  /** The reply holds a secret that is shown once: the copy kept for replays is encrypted. */
  secret_reply?: boolean
  recover?(call: Call<Tx>, idempotency_id: string): Promise<Recovered>
  // biome-ignore lint/suspicious/noExplicitAny: the schemas beside it have checked what comes in
  handle(call: Call<Tx, any, any, any>): Promise<Reply>
}

/** Types a route's handler from its schemas. */
export function route<
  Tx,
  P extends TSchema = TSchema,
  Q extends TSchema = TSchema,
  B extends TSchema = TSchema,
>(
  definition: Omit<Route<Tx>, 'params' | 'query' | 'body' | 'handle'> & {
    params?: P
    query?: Q
    body?: B
    handle(call: Call<Tx, Static<P>, Static<Q>, Static<B>>): Promise<Reply>
  },
): Route<Tx> {
  return definition as Route<Tx>
}
