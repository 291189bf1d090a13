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
  /** Where the caller has reached us, in place of Meta's address and version-less path; and the key, if it stood in the query. */
  pages: { address: string; key: string | undefined }
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
    text: withOwnPages(text, root, passing.pages),
    error: errorIn(text),
  }
}

const PAGE_LINK = /"(next|previous)"\s*:\s*"((?:[^"\\]|\\.)*)"/g
const VERSIONED = /^v\d+\.\d+\//

/** Meta's links to further pages hold its own address and token. Clients follow them, so they lead back here. */
function withOwnPages(text: string, root: string, { address, key }: Passing['pages']): string {
  return text.replace(PAGE_LINK, (whole, name: string, link: string) => {
    const url = URL.parse(JSON.parse(`"${link}"`) as string)
    const path = url?.pathname.slice(root.length) ?? ''
    if (!url?.pathname.startsWith(root) || !VERSIONED.test(path)) return whole
    for (const secret of ['access_token', 'appsecret_proof']) url.searchParams.delete(secret)
    if (key !== undefined) url.searchParams.set('access_token', key)
    return `"${name}":${JSON.stringify(`${address}/${path}${url.search}`)}`
  })
}

function errorIn(text: string): MetaError | undefined {
  try {
    const { error } = JSON.parse(text) as { error?: MetaError }
    return typeof error?.code === 'number' ? error : undefined
  } catch {
    return undefined
  }
}
