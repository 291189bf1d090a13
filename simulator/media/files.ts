// The bytes of media, as files named by their hash: written while they arrive, so that memory stays constant, and the
// oldest dropped when there are too many. Which medium has which bytes is told by store.ts.

import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { factsOf, HEAD_BYTES } from './facts.ts'

/** `sha256` in hex. */
export type Received = { sha256: string; size: number; animated: boolean; channels: number | null }

const MOST_KEPT_BYTES = 1024 ** 3

/** Without a folder, a temporary one that ends with `close`. */
export function createMediaFiles(folder?: string, most_kept = MOST_KEPT_BYTES) {
  const sizes = new Map<string, number>()
  let total = 0
  let own: string | undefined

  function home(): string {
    if (folder !== undefined) mkdirSync(folder, { recursive: true, mode: 0o700 })
    else own ??= mkdtempSync(join(tmpdir(), 'simulator-media-'))
    return folder ?? (own as string)
  }

  const place = (name: string) => join(home(), name)

  async function keep(draft: string, { sha256, size }: Received) {
    if (sizes.has(sha256)) await rm(draft, { force: true })
    else {
      await rename(draft, place(sha256))
      total += size
    }
    sizes.delete(sha256)
    sizes.set(sha256, size)
    for (const [name, bytes] of sizes) {
      if (total <= most_kept || name === sha256) break
      sizes.delete(name)
      total -= bytes
      await rm(place(name), { force: true })
    }
  }

  return {
    folder: home,
    /** Takes bytes in up to the end; null when there were more than `most`, which are then read and thrown away. */
    async receive(source: AsyncIterable<Buffer>, most: number): Promise<Received | null> {
      const draft = place(`${randomUUID()}.part`)
      try {
        const received = await writeDown(source, draft, most)
        if (received) await keep(draft, received)
        else await rm(draft, { force: true })
        return received
      } catch (error) {
        await rm(draft, { force: true })
        throw error
      }
    },
    has: (sha256: string) => sizes.has(sha256),
    read: (sha256: string, start: number, end: number): Readable =>
      createReadStream(place(sha256), { start, end: Math.max(start, end) }),
    /** What an earlier run has left; files that nobody names are removed. */
    restore(known: { sha256: string; size: number }[]) {
      for (const { sha256, size } of known) {
        if (sizes.has(sha256) || !existsSync(place(sha256))) continue
        sizes.set(sha256, size)
        total += size
      }
      if (folder === undefined || !existsSync(folder)) return
      for (const name of readdirSync(folder))
        if (!sizes.has(name)) rmSync(join(folder, name), { force: true })
    },
    clear() {
      for (const name of sizes.keys()) rmSync(place(name), { force: true })
      sizes.clear()
      total = 0
    },
    close() {
      if (own !== undefined) rmSync(own, { recursive: true, force: true })
    },
  }
}

async function writeDown(
  source: AsyncIterable<Buffer>,
  draft: string,
  most: number,
): Promise<Received | null> {
  const file = await open(draft, 'w', 0o600)
  try {
    const hash = createHash('sha256')
    let head = Buffer.alloc(0)
    let size = 0
    for await (const chunk of source) {
      size += chunk.length
      if (size > most) continue
      hash.update(chunk)
      if (head.length < HEAD_BYTES) head = Buffer.concat([head, chunk.subarray(0, HEAD_BYTES - head.length)])
      await file.writeFile(chunk)
    }
    return size > most ? null : { sha256: hash.digest('hex'), size, ...factsOf(head) }
  } finally {
    await file.close()
  }
}
