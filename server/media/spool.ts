// Writes a stream into a temporary file while counting and hashing it, and keeps its beginning for looking at. Memory
// does not grow with the file: the next chunk is taken when the last one was written.

import { createHash } from 'node:crypto'
import { type FileHandle, open, rm } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { streamedBytes } from '../kit/relief.ts'
import { HEAD_BYTES } from './facts.ts'

export type Spooled = {
  path: string
  size: number
  /** Hex. */
  sha256: string
  head: Buffer
  /** The file is gone afterwards. Safe to call twice. */
  discard(): Promise<void>
}

/** `refuse` is called, and must throw, as soon as there are more bytes than allowed. The source is never destroyed. */
export async function spool(
  source: Readable,
  options: { path: string; limit_bytes: number; refuse(): never },
): Promise<Spooled> {
  const { path } = options
  const discard = () => rm(path, { force: true })
  const handle = await open(path, 'wx', 0o600)
  try {
    const { size, sha256, head } = await copy(source, handle, options)
    return { path, size, sha256, head, discard }
  } catch (error) {
    await discard()
    throw error
  } finally {
    await handle.close()
  }
}

async function copy(
  source: Readable,
  handle: FileHandle,
  options: { limit_bytes: number; refuse(): never },
): Promise<{ size: number; sha256: string; head: Buffer }> {
  const hash = createHash('sha256')
  const head: Buffer[] = []
  let size = 0
  // A request that is destroyed cannot be answered any more.
  for await (const chunk of source.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    if (size < HEAD_BYTES) head.push(Buffer.from(chunk.subarray(0, HEAD_BYTES - size)))
    size += chunk.length
    if (size > options.limit_bytes) options.refuse()
    hash.update(chunk)
    await writeAll(handle, chunk)
    streamedBytes(chunk.length)
  }
  return { size, sha256: hash.digest('hex'), head: Buffer.concat(head) }
}

async function writeAll(handle: FileHandle, chunk: Buffer): Promise<void> {
  let written = 0
  while (written < chunk.length) {
    const { bytesWritten } = await handle.write(chunk, written, chunk.length - written)
    written += bytesWritten
  }
}
