// One POST to an endpoint of a tenant. Only public addresses are connected to, redirects are not followed, and no answer is
// read further than it is kept. What comes of it is data.

import { Agent, request } from 'undici'
import { isRefusedHost, NOT_PUBLIC, onlyPublic } from '../../kit/publicAddress.ts'

export type Posted = {
  status: number | null
  /** Why there was no answer, or none that counts. null: it was taken. */
  error: string | null
  body: string | null
  ms: number
}

export type Post = {
  send(url: string, headers: Record<string, string>, body: string): Promise<Posted>
  close(): Promise<void>
}

const TIMEOUT_MS = 15_000
const CONNECT_MS = 10_000
/** Of an answer, so much is read, and so much kept. */
const READ_BYTES = 16_384
const KEPT_CHARACTERS = 1_000

export const USER_AGENT = 'Carom-Webhooks/1.0'

export function openPost({ private_allowed }: { private_allowed: boolean }): Post {
  const agent = new Agent({
    connections: 64,
    keepAliveTimeout: 30_000,
    maxHeaderSize: 16_384,
    maxOrigins: Number.POSITIVE_INFINITY,
    connect: { timeout: CONNECT_MS, ...(private_allowed ? {} : { lookup: onlyPublic }) },
  })

  async function send(url: string, headers: Record<string, string>, body: string): Promise<Posted> {
    const began = performance.now()
    const done = (posted: Omit<Posted, 'ms'>) => ({ ...posted, ms: Math.round(performance.now() - began) })
    const refused = private_allowed ? undefined : refusal(url)
    if (refused) return done({ status: null, error: refused, body: null })
    // A third cheaper than AbortSignal.timeout.
    const deadline = new AbortController()
    const timer = setTimeout(() => deadline.abort(new TimeoutError()), TIMEOUT_MS)
    try {
      const answer = await request(url, {
        method: 'POST',
        dispatcher: agent,
        headers: { 'content-type': 'application/json', 'user-agent': USER_AGENT, ...headers },
        body,
        signal: deadline.signal,
      })
      const text = await read(answer.body)
      return done({ status: answer.statusCode, error: problemOf(answer.statusCode), body: text })
    } catch (error) {
      return done({ status: null, error: explain(error), body: null })
    } finally {
      clearTimeout(timer)
    }
  }

  return { send, close: () => agent.destroy() }
}

class TimeoutError extends Error {
  override name = 'TimeoutError'
}

function refusal(url: string): string | undefined {
  const { protocol, hostname } = new URL(url)
  if (protocol !== 'https:') return 'The address does not begin with https://.'
  return isRefusedHost(hostname) ? PRIVATE : undefined
}

const PRIVATE = 'The address is not a public one.'

function problemOf(status: number): string | null {
  if (status >= 200 && status < 300) return null
  if (status >= 300 && status < 400) return `It answered ${status}, a redirect; give the final address.`
  return `It answered ${status}; only 2xx counts as taken.`
}

/** What follows the part that is read is not waited for: the connection is closed. */
async function read(body: AsyncIterable<Buffer> & { destroy(): void }): Promise<string | null> {
  const chunks: Buffer[] = []
  let length = 0
  try {
    for await (const chunk of body) {
      chunks.push(chunk)
      length += chunk.length
      if (length >= READ_BYTES) break
    }
  } catch {
    // The status is what counts, and it is there.
  }
  const text = Buffer.concat(chunks).toString('utf8').replaceAll('\0', '').toWellFormed()
  return text === '' ? null : text.slice(0, KEPT_CHARACTERS).toWellFormed()
}

const REASONS: Record<string, string> = {
  [NOT_PUBLIC]: PRIVATE,
  ENOTFOUND: 'The name of the host is not known.',
  EAI_AGAIN: 'The name of the host could not be looked up.',
  ECONNREFUSED: 'The connection was refused.',
  ECONNRESET: 'The connection was broken off.',
  UND_ERR_SOCKET: 'The connection was broken off.',
  UND_ERR_CONNECT_TIMEOUT: 'No connection came about in time.',
  UND_ERR_HEADERS_OVERFLOW: 'The headers of the answer were too long.',
  CERT_HAS_EXPIRED: 'The certificate has expired.',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'The certificate is self-signed.',
  SELF_SIGNED_CERT_IN_CHAIN: 'A certificate of the chain is self-signed.',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'The certificate could not be verified.',
  ERR_TLS_CERT_ALTNAME_INVALID: 'The certificate is for another name.',
}

function explain(error: unknown): string {
  const { name, code, cause } = error as { name?: string; code?: string; cause?: { code?: string } }
  if (name === 'TimeoutError') return `There was no answer within ${TIMEOUT_MS / 1000} seconds.`
  const known = REASONS[code ?? ''] ?? REASONS[cause?.code ?? '']
  return known ?? `There was no answer (${code ?? cause?.code ?? name ?? 'unknown reason'}).`
}
