// The resumable upload, which makes an upload handle of a file: for the examples of templates and for profile pictures.
// Not for media that are sent: those have ids. The file is read from disk, so memory does not grow with it.

import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { backoffMs, sleep } from '../kit/backoff.ts'
import { streamedBytes } from '../kit/relief.ts'
import { textOf } from './answers.ts'
import type { Graph } from './graph.ts'
import { type Result, request } from './request.ts'

export type HandleUpload = {
  token: string
  path: string
  size: number
  mime_type: string
  filename: string
  /** Of one attempt to transfer the bytes. */
  deadline_ms: number
}

const ATTEMPTS = 3

export async function uploadHandle(graph: Graph, upload: HandleUpload): Promise<Result<{ handle: string }>> {
  const session = await openSession(graph, upload)
  if (!session.ok) return session
  let offset = 0
  for (let attempt = 1; ; attempt++) {
    const sent = await transfer(graph, upload, session.value.id, offset)
    const lasting = sent.ok || sent.kind === 'rejected' || sent.kind === 'throttled'
    if (lasting || attempt === ATTEMPTS) return sent
    await sleep(backoffMs(attempt, 250, 2000))
    offset = await offsetOf(graph, upload, session.value.id)
  }
}

function openSession(graph: Graph, upload: HandleUpload): Promise<Result<{ id: string }>> {
  const { token, size, mime_type, filename } = upload
  return request(graph, {
    name: 'uploads.open',
    method: 'POST',
    path: `/${encodeURIComponent(graph.app_id ?? 'app')}/uploads`,
    token,
    query: { file_name: filename, file_length: String(size), file_type: mime_type },
    idempotent: true,
    parse(body) {
      const id = textOf((body as { id?: unknown }).id)
      return id === null ? undefined : { id }
    },
  })
}

/** The session's id has a signed query inside; and here Meta wants the word OAuth, not Bearer. */
function sessionCall(token: string, id: string) {
  return {
    path: `/${id}`,
    token,
    signed_path: true as const,
    headers: { authorization: `OAuth ${token}` },
  }
}

function transfer(
  graph: Graph,
  { token, path, size, mime_type, deadline_ms }: HandleUpload,
  id: string,
  offset: number,
): Promise<Result<{ handle: string }>> {
  const call = sessionCall(token, id)
  return request(graph, {
    ...call,
    name: 'uploads.transfer',
    method: 'POST',
    headers: { ...call.headers, file_offset: String(offset) },
    upload: {
      content_type: mime_type,
      length: size - offset,
      open: () => Readable.from(bytesOf(path, offset, size), { objectMode: false }),
    },
    idempotent: false,
    deadline_ms,
    parse(body) {
      const handle = textOf((body as { h?: unknown }).h)
      return handle === null ? undefined : { handle }
    },
  })
}

async function* bytesOf(path: string, offset: number, size: number): AsyncGenerator<Buffer> {
  if (offset >= size) return
  for await (const chunk of createReadStream(path, { start: offset }) as AsyncIterable<Buffer>) {
    yield chunk
    streamedBytes(chunk.length)
  }
}

/** How much Meta has; from the start where it does not say. */
async function offsetOf(graph: Graph, { token, size }: HandleUpload, id: string): Promise<number> {
  const told = await request(graph, {
    ...sessionCall(token, id),
    name: 'uploads.offset',
    method: 'GET',
    idempotent: true,
    parse(body) {
      const offset = Number((body as { file_offset?: unknown }).file_offset)
      return Number.isSafeInteger(offset) && offset >= 0 && offset <= size ? { offset } : undefined
    },
  })
  return told.ok ? told.value.offset : 0
}
