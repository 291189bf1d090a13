// Talks to a running Carom over its API, here or on another machine. Errors come out as the sentence that the API says.

import { randomUUID } from 'node:crypto'
import { CommandError, type Given } from './command.ts'

export type Client = {
  url: string
  key: string
  get<T = Json>(path: string): Promise<T>
  post<T = Json>(path: string, body?: unknown): Promise<T>
  patch<T = Json>(path: string, body: unknown): Promise<T>
  remove(path: string): Promise<void>
  /** What is answered as it comes, however much it is. */
  stream(path: string): Promise<ReadableStream<Uint8Array>>
  /** Every page of a list. */
  all<T = Json>(path: string): Promise<T[]>
}

// biome-ignore lint/suspicious/noExplicitAny: what comes back is what the API documents
export type Json = Record<string, any>

export function openClient(given: Given): Client {
  const { CAROM_URL, CAROM_KEY, CAROM_OWNER_KEY, PORT } = process.env
  const url = (given.text('url') ?? CAROM_URL ?? `http://127.0.0.1:${PORT ?? 4000}`).replace(/\/+$/, '')
  const key = given.text('key') ?? CAROM_KEY ?? CAROM_OWNER_KEY
  if (!key) throw new CommandError('No API key: give --key, or set CAROM_KEY.')
  if (!URL.canParse(url))
    throw new CommandError(`${url} is not a URL; give --url like http://127.0.0.1:4000.`)
  const call = (method: string, path: string, body?: unknown) => request({ url, key }, method, path, body)
  return {
    url,
    key,
    get: path => call('GET', path) as Promise<never>,
    post: (path, body = {}) => call('POST', path, body) as Promise<never>,
    patch: (path, body) => call('PATCH', path, body) as Promise<never>,
    remove: async path => void (await call('DELETE', path)),
    stream: path => openStream({ url, key }, path),
    all: path => readAll(path, next => call('GET', next) as Promise<Json>) as Promise<never>,
  }
}

async function readAll(path: string, get: (path: string) => Promise<Json>): Promise<Json[]> {
  const found: Json[] = []
  const join = path.includes('?') ? '&' : '?'
  let cursor: string | null = null
  do {
    const page: Json = await get(
      `${path}${join}limit=100${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`,
    )
    found.push(...page.data)
    cursor = page.next_cursor
  } while (cursor)
  return found
}

/** Every change carries an Idempotency-Key, so that the one repeat after a broken connection does no harm. */
async function request(
  { url, key }: { url: string; key: string },
  method: string,
  path: string,
  body: unknown,
): Promise<unknown> {
  const headers: Record<string, string> = { authorization: `Bearer ${key}` }
  if (body !== undefined) headers['content-type'] = 'application/json'
  if (method !== 'GET') headers['idempotency-key'] = randomUUID()
  const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
  const place = `${url}/api/v1${path}`
  const answer = await fetch(place, init)
    .catch(() => fetch(place, init))
    .catch((error: Error & { cause?: { code?: string } }) => {
      const why = error.cause?.code ?? error.message
      throw new CommandError(
        `Carom does not answer at ${url} (${why}). Is it running? Start it with "npm start".`,
      )
    })
  const text = await answer.text()
  if (answer.ok) return text === '' ? undefined : JSON.parse(text)
  throw new CommandError(sentenceOf(answer.status, text))
}

async function openStream(
  { url, key }: { url: string; key: string },
  path: string,
): Promise<ReadableStream<Uint8Array>> {
  const answer = await fetch(`${url}/api/v1${path}`, { headers: { authorization: `Bearer ${key}` } }).catch(
    (error: Error) => {
      throw new CommandError(`Carom does not answer at ${url} (${error.message}). Is it running?`)
    },
  )
  if (!answer.ok || answer.body === null)
    throw new CommandError(sentenceOf(answer.status, await answer.text()))
  return answer.body
}

function sentenceOf(status: number, text: string): string {
  try {
    const { error } = JSON.parse(text) as { error: Json }
    const issues: Json[] = error.details?.issues ?? []
    const list = issues.length > 1 ? issues.map(issue => `\n  - ${issue.message}`).join('') : ''
    return `${error.message}${list}  [${error.code}, request ${error.request_id}]`
  } catch {
    return `The answer was HTTP ${status}, and is none of Carom's. Is --url right?`
  }
}
