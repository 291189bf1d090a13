// Calls to addresses that a tenant gave (a model's base URL, a bot's webhook, its tools): only to the public internet unless
// a setting says otherwise, no redirects, and never more bytes or time than the caller grants.

import { Agent, request } from 'undici'
import { isRefusedHost, NOT_PUBLIC, onlyPublic } from '../../kit/publicAddress.ts'

export type Fetched = { status: number; headers: Record<string, string>; body: Buffer }

export type FetchOptions = {
  method?: string
  headers?: Record<string, string>
  body?: string | Uint8Array
  timeout_ms: number
  max_bytes: number
  signal?: AbortSignal
}

/** Rejects with an Unreached; an answer of any status is an answer. */
export type GuardedFetch = (url: string, options: FetchOptions) => Promise<Fetched>

export type UnreachedCode = 'not_public' | 'unreachable' | 'timeout' | 'too_large' | 'aborted'

export class Unreached extends Error {
  readonly code: UnreachedCode

  constructor(code: UnreachedCode, message: string) {
    super(message)
    this.name = 'Unreached'
    this.code = code
  }
}

export type Reach = { fetch: GuardedFetch; close(): Promise<void> }

/** Names are resolved once, every address is looked at, and the connection goes to one that was looked at. */
export function openReach({ private_allowed }: { private_allowed: boolean }): Reach {
  const agent = new Agent({
    connect: { timeout: 10_000, ...(private_allowed ? {} : { lookup: onlyPublic }) },
    maxHeaderSize: 16_384,
    keepAliveTimeout: 10_000,
  })
  return {
    async fetch(url, options) {
      const target = checkUrl(url, private_allowed)
      const timeout = AbortSignal.timeout(options.timeout_ms)
      const signal = options.signal ? AbortSignal.any([timeout, options.signal]) : timeout
      try {
        return await callOnce(agent, target, options, signal)
      } catch (error) {
        throw explain(error, timeout, options)
      }
    },
    close: () => agent.destroy(),
  }
}

function checkUrl(url: string, private_allowed: boolean): URL {
  const target = URL.parse(url)
  if (!target) throw new Unreached('unreachable', 'The URL is not valid.')
  if (private_allowed && /^https?:$/.test(target.protocol)) return target
  if (target.protocol !== 'https:') throw new Unreached('not_public', 'The URL does not begin with https://.')
  if (isRefusedHost(target.hostname)) throw new Unreached('not_public', REFUSED)
  return target
}

async function callOnce(
  agent: Agent,
  url: URL,
  options: FetchOptions,
  signal: AbortSignal,
): Promise<Fetched> {
  const { method = 'POST', headers = {}, body = null, timeout_ms, max_bytes } = options
  const answer = await request(url, {
    ...{ dispatcher: agent, method: method as 'POST', headers, body, signal },
    headersTimeout: timeout_ms,
    bodyTimeout: timeout_ms,
  })
  const parts: Buffer[] = []
  let size = 0
  for await (const part of answer.body as AsyncIterable<Buffer>) {
    size += part.length
    if (size > max_bytes) throw new Unreached('too_large', `The answer is longer than ${max_bytes} bytes.`)
    parts.push(part)
  }
  return { status: answer.statusCode, headers: plain(answer.headers), body: Buffer.concat(parts) }
}

function explain(error: unknown, timeout: AbortSignal, options: FetchOptions): Unreached {
  if (error instanceof Unreached) return error
  const late = timeout.aborted || (options.signal?.reason as Error | undefined)?.name === 'TimeoutError'
  if (options.signal?.aborted && !late) return new Unreached('aborted', 'The call was given up.')
  const code = (error as { code?: string }).code ?? (error as { cause?: { code?: string } }).cause?.code
  if (late || /TIMEOUT/.test(code ?? ''))
    return new Unreached('timeout', `There was no answer within ${options.timeout_ms} ms.`)
  if (code === NOT_PUBLIC) return new Unreached('not_public', REFUSED)
  return new Unreached('unreachable', `It could not be reached (${code ?? 'no answer'}).`)
}

const REFUSED = 'The URL leads to an address that is not public.'

function plain(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  )
}
