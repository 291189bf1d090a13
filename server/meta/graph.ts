// What every call to Graph shares: where it is, the bearer header and the proof of a token, reading Meta's error
// envelope. Tokens go into a header, never into a URL, and are cut out of whatever Meta answers.

import type { Readable } from 'node:stream'
import type { Agent, Pool } from 'undici'
import type { Log } from '../kit/log.ts'
import type { Tracer } from '../kit/trace.ts'
import type { Answer, Headers } from './ask.ts'
import { ask } from './ask.ts'
import { appsecretProof } from './signature.ts'
import type { MetaError } from './verdicts.ts'

export type Graph = {
  pool: Pool
  /** For the sends of campaigns. */
  bulk: Pool
  /** For media, which Meta serves from other hosts. */
  downloads: Agent
  /** Meta is spoken to over TLS, and no token goes anywhere without. */
  secure: boolean
  log: Log
  /** For the line of each send. */
  lines: Pick<Log, 'info'>
  log_recipients: boolean
  tracer: Tracer
  /** The path before every call, for example `/v26.0`. */
  base: string
  version: string
  app_id: string | undefined
  app_secret: string | undefined
  credentials: Map<string, Credentials>
  observe: Observe
}

/** Told of every call to Meta that has ended, one try each. Set by whoever counts. */
export type Observe = { call?: (name: string, outcome: string, ms: number) => void }

export type Credentials = { authorization: string; proof: string | undefined }

export type GraphCall = {
  method: 'GET' | 'POST' | 'DELETE'
  /** Below the version; ids in it are already encoded. */
  path: string
  /** Whose token; undefined where the call carries the app's secret itself. */
  token: string | undefined
  query?: Record<string, string>
  body?: unknown
  /** Instead of `body`: bytes of a known length, opened anew for every attempt. */
  upload?: { content_type: string; length: number; open(): Readable }
  /** Over those that every call has. */
  headers?: Record<string, string>
  /** The path holds a query of its own that Meta has signed: nothing is added to it. */
  signed_path?: true
  deadline_ms: number
  signal?: AbortSignal | undefined
  /** Over the connections of campaigns. */
  bulk?: true
}

/** `body` is the parsed JSON, `error` Meta's error object where there is one; both undefined for anything else. */
export type GraphAnswer =
  | { kind: 'answered'; status: number; headers: Headers; body: unknown; error: MetaError | undefined }
  | Exclude<Answer, { kind: 'answered' }>

const CREDENTIALS_KEPT = 1000

export async function callGraph(graph: Graph, call: GraphCall): Promise<GraphAnswer> {
  const credentials = call.token === undefined ? undefined : credentialsOf(graph, call.token)
  const search = searchOf(call, credentials)
  const headers: Record<string, string> = { accept: 'application/json' }
  if (credentials) headers.authorization = credentials.authorization
  if (call.body !== undefined) headers['content-type'] = 'application/json'
  if (call.upload) {
    headers['content-type'] = call.upload.content_type
    headers['content-length'] = String(call.upload.length)
  }
  const body = call.upload?.open() ?? (call.body === undefined ? undefined : JSON.stringify(call.body))
  const answer = await ask(call.bulk ? graph.bulk : graph.pool, {
    method: call.method,
    path: `${graph.base}${call.path}${search}`,
    headers: { ...headers, ...call.headers },
    ...(body === undefined ? {} : { body }),
    deadline_ms: call.deadline_ms,
    signal: call.signal,
  })
  // Where the request was never written, or answered before its end, nobody else closes what was opened.
  if (typeof body === 'object') body.destroy()
  return answer.kind === 'answered' ? read(answer, call.token) : answer
}

/** Sends have no query of their own: hexadecimal digits need no escaping. */
function searchOf({ query, signed_path }: GraphCall, credentials: Credentials | undefined): string {
  const proof = signed_path ? undefined : credentials?.proof
  if (query === undefined) return proof === undefined ? '' : `?appsecret_proof=${proof}`
  const search = new URLSearchParams(query)
  if (proof !== undefined) search.set('appsecret_proof', proof)
  return search.size > 0 ? `?${search}` : ''
}

function read(answer: Extract<Answer, { kind: 'answered' }>, token: string | undefined): GraphAnswer {
  const { kind, status, headers } = answer
  // A 2xx may carry a token on purpose (the code exchange); an error that repeats one must not.
  const text = status >= 300 && token ? answer.text.replaceAll(token, '[hidden token]') : answer.text
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    body = undefined
  }
  return { kind, status, headers, body, error: errorIn(body) }
}

/** Only an error object with a numeric code counts as Meta's word; a proxy's JSON does not. */
function errorIn(body: unknown): MetaError | undefined {
  const error = (body as { error?: { code?: unknown } } | null | undefined)?.error
  return typeof error?.code === 'number' ? (error as MetaError) : undefined
}

export function credentialsOf(graph: Graph, token: string): Credentials {
  const known = graph.credentials.get(token)
  if (known) return known
  const proof = graph.app_secret === undefined ? undefined : appsecretProof(token, graph.app_secret)
  const made = { authorization: `Bearer ${token}`, proof }
  if (graph.credentials.size >= CREDENTIALS_KEPT) graph.credentials.clear()
  graph.credentials.set(token, made)
  return made
}
