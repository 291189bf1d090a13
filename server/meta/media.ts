// Media at Meta: uploading from a file, asking what an id is, fetching the bytes, deleting. An upload is harmless to
// repeat (a second id of the same bytes), so it is tried again from the file whenever no answer came.

import { randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import type { Dispatcher } from 'undici'
import { backoffMs, sleep } from '../kit/backoff.ts'
import { streamedBytes } from '../kit/relief.ts'
import { succeeded, textOf } from './answers.ts'
import type { Graph } from './graph.ts'
import { type Refusal, type Result, request } from './request.ts'

/** How long Meta keeps an id, by where it came from; an inbound one had 30 days before October 2025. */
export const UPLOADED_LIFETIME_MS = 30 * 86_400_000
export const INBOUND_LIFETIME_MS = 7 * 86_400_000

export type MediaUpload = {
  token: string
  phone_number_id: string
  path: string
  size: number
  mime_type: string
  filename: string
  /** All attempts together. */
  deadline_ms: number
  signal?: AbortSignal
}

export type MediaInfo = {
  media_id: string
  /** Lives five minutes, and wants the token. */
  url: string
  mime_type: string | null
  /** Hex. */
  sha256: string | null
  size: number | null
}

export type Download = {
  /** 200, 206, 304 or 416. */
  status: number
  headers: Readonly<Record<string, string | string[] | undefined>>
  body: Readable
}

export function uploadMedia(graph: Graph, upload: MediaUpload): Promise<Result<{ media_id: string }>> {
  const { token, phone_number_id, deadline_ms, signal } = upload
  return request(graph, {
    name: 'media.upload',
    method: 'POST',
    path: `/${encodeURIComponent(phone_number_id)}/media`,
    token,
    upload: multipart(upload),
    idempotent: true,
    deadline_ms,
    signal,
    parse(body) {
      const media_id = textOf((body as { id?: unknown }).id)
      return media_id === null ? undefined : { media_id }
    },
  })
}

/** `phone_number_id` makes Meta refuse what belongs to another number. */
export function readMedia(
  graph: Graph,
  token: string,
  media_id: string,
  phone_number_id: string,
): Promise<Result<MediaInfo>> {
  return request(graph, {
    name: 'media.read',
    method: 'GET',
    path: `/${encodeURIComponent(media_id)}`,
    token,
    query: { phone_number_id },
    idempotent: true,
    parse: parseInfo,
  })
}

export function deleteMedia(
  graph: Graph,
  token: string,
  media_id: string,
  phone_number_id: string,
): Promise<Result<true>> {
  return request(graph, {
    name: 'media.delete',
    method: 'DELETE',
    path: `/${encodeURIComponent(media_id)}`,
    token,
    query: { phone_number_id },
    idempotent: true,
    parse: succeeded,
  })
}

/** Meta's way of saying that there is no such object, or none that this token and number may see. */
export function isUnknownObject(refusal: Refusal): boolean {
  return refusal.kind === 'rejected' && refusal.problem?.code === 100
}

const ATTEMPTS = 3
/** From the request to the first byte, and between two bytes. */
const STALL_MS = 60_000

/** The bytes behind a media URL. `rejected` without a problem: the URL has expired, or the media is gone. */
export async function downloadMedia(
  graph: Graph,
  token: string,
  url: string,
  range?: string,
): Promise<Result<Download>> {
  for (let attempt = 1; ; attempt++) {
    const result = await fetchOnce(graph, token, url, range)
    const again = !result.ok && (result.kind === 'unreachable' || result.kind === 'transient')
    if (!again || attempt === ATTEMPTS) return result
    await sleep(backoffMs(attempt, 250, 2000))
  }
}

async function fetchOnce(
  graph: Graph,
  token: string,
  url: string,
  range: string | undefined,
): Promise<Result<Download>> {
  const place = URL.parse(url)
  const isUsable = place?.protocol === 'https:' || (place?.protocol === 'http:' && !graph.secure)
  if (!place || !isUsable) return refused('unexpected', 'Meta gave no usable URL.')
  const authorization = graph.credentials.get(token)?.authorization ?? `Bearer ${token}`
  try {
    const { statusCode, headers, body } = await graph.downloads.request({
      origin: place.origin,
      path: place.pathname + place.search,
      method: 'GET',
      // Meta's media host refuses some requests that name no program.
      headers: { authorization, 'user-agent': 'carom', accept: '*/*', ...(range ? { range } : {}) },
      headersTimeout: STALL_MS,
      bodyTimeout: STALL_MS,
    })
    if (USABLE.has(statusCode)) return { ok: true, value: { status: statusCode, headers, body } }
    await throwAway(body)
    return statusCode >= 500 || statusCode === 429
      ? refused('transient', `Meta's media host answered HTTP ${statusCode}.`)
      : refused('rejected', `Meta's media host answered HTTP ${statusCode}.`)
  } catch (error) {
    const code = (error as { code?: string }).code ?? (error as Error).name
    return refused('unreachable', `Meta's media host could not be reached (${code}).`)
  }
}

const USABLE = new Set([200, 206, 416])

/** An error page is read to its end, so that the connection can be used again; a long one is cut off. */
async function throwAway(body: Dispatcher.ResponseData['body']): Promise<void> {
  await body.dump({ limit: 131_072 }).catch(() => {})
}

function refused(kind: Refusal['kind'], reason: string): Refusal {
  return { ok: false, kind, reason, token_invalid: false }
}

function parseInfo(body: unknown): MediaInfo | undefined {
  const media = body as Record<string, unknown> | null
  const media_id = textOf(media?.id)
  if (!media || media_id === null || typeof media.url !== 'string') return undefined
  // Documented as a string, answered as a number (2026).
  const size = Number(media.file_size)
  return {
    media_id,
    url: media.url,
    mime_type: textOf(media.mime_type),
    sha256: hexDigest(textOf(media.sha256)),
    size: Number.isSafeInteger(size) && size > 0 ? size : null,
  }
}

/** Meta writes a SHA-256 in hex in some places and in base64 in others. */
export function hexDigest(text: string | null): string | null {
  if (text === null) return null
  if (/^[0-9a-f]{64}$/i.test(text)) return text.toLowerCase()
  const bytes = Buffer.from(text, 'base64')
  return bytes.length === 32 ? bytes.toString('hex') : null
}

/** Written by hand, because Meta wants to know the length beforehand. */
function multipart({ path, size, mime_type, filename }: MediaUpload) {
  const boundary = `carom-${randomBytes(16).toString('hex')}`
  const field = (name: string, value: string) =>
    `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
  const head = Buffer.from(
    field('messaging_product', 'whatsapp') +
      field('type', mime_type) +
      `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${quoted(filename)}"\r\n` +
      `Content-Type: ${mime_type}\r\n\r\n`,
  )
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`)
  return {
    content_type: `multipart/form-data; boundary=${boundary}`,
    length: head.length + size + tail.length,
    open: () => Readable.from(parts(head, path, tail), { objectMode: false, highWaterMark: 1 }),
  }
}

async function* parts(head: Buffer, path: string, tail: Buffer): AsyncGenerator<Buffer> {
  yield head
  for await (const chunk of createReadStream(path)) {
    yield chunk
    streamedBytes(chunk.length)
  }
  yield tail
}

/** As browsers write file names into a form. */
function quoted(filename: string): string {
  return filename.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}
