// A call of somebody else's making, handed to Meta with an account's token, and Meta's answer as it is. One attempt: what
// it does is not known here, so nothing is repeated.

import { Readable } from 'node:stream'
import { ask } from './ask.ts'
import { credentialsOf, type Graph } from './graph.ts'
import type { MetaError } from './verdicts.ts'

export type Passing = {
  token: string
  version: string
  method: 'GET' | 'POST' | 'DELETE'
  /** Below the version, already encoded. */
  path: string
  query: Record<string, string>
  body: Buffer | undefined
  content_type: string | undefined
  deadline_ms: number
}

export type Passed =
  | { kind: 'answered'; status: number; content_type: string; text: string; error: MetaError | undefined }
  | { kind: 'not_sent'; reason: string }
  | { kind: 'lost'; reason: string }

export async function passThrough(graph: Graph, passing: Passing): Promise<Passed> {
  const { token, body, content_type } = passing
  const credentials = credentialsOf(graph, token)
  const query = new URLSearchParams(passing.query)
  if (credentials.proof) query.set('appsecret_proof', credentials.proof)
  const search = query.size > 0 ? `?${query}` : ''
  const root = graph.base.slice(0, -graph.version.length)
  const answer = await ask(graph.pool, {
    method: passing.method,
    path: `${root}${passing.version}${passing.path}${search}`,
    headers: {
      accept: 'application/json',
      authorization: credentials.authorization,
      ...(body === undefined
        ? {}
        : { 'content-type': content_type ?? 'application/json', 'content-length': String(body.length) }),
    },
    ...(body === undefined ? {} : { body: Readable.from([body]) }),
    deadline_ms: passing.deadline_ms,
  })
  if (answer.kind !== 'answered') return answer
  const hidden = [token, credentials.proof].filter(secret => secret !== undefined)
  const text = hidden.reduce((shown, secret) => shown.replaceAll(secret, '***'), answer.text)
  const type = answer.headers['content-type']
  return {
    kind: 'answered',
    status: answer.status,
    content_type: typeof type === 'string' ? type : 'application/json',
    text,
    error: errorIn(text),
  }
}

function errorIn(text: string): MetaError | undefined {
  try {
    const { error } = JSON.parse(text) as { error?: MetaError }
    return typeof error?.code === 'number' ? error : undefined
  } catch {
    return undefined
  }
}
