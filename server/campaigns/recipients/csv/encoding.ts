// Which characters a file is written in. Spreadsheets say it rarely and wrongly, so the bytes decide: a mark at the
// beginning, zeros between ASCII letters, bytes that cannot be UTF-8.

import { createReadStream } from 'node:fs'

/** `declared` is the charset of the Content-Type. It counts where it names something else than UTF-8. */
export async function encodingOf(path: string, head: Buffer, declared: string | undefined): Promise<string> {
  const marked = byMark(head)
  if (marked !== undefined) return marked
  const named = declared === undefined ? undefined : knownLabel(declared)
  if (named !== undefined && named !== 'utf-8') return named
  return (await isUtf8(path)) ? 'utf-8' : 'windows-1252'
}

function byMark(head: Buffer): string | undefined {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return 'utf-8'
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le'
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be'
  if (head.length < 4) return undefined
  if (head[1] === 0 && head[3] === 0 && head[0] !== 0) return 'utf-16le'
  if (head[0] === 0 && head[2] === 0 && head[1] !== 0) return 'utf-16be'
  return undefined
}

function knownLabel(label: string): string | undefined {
  try {
    return new TextDecoder(label).encoding
  } catch {
    return undefined
  }
}

async function isUtf8(path: string): Promise<boolean> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 262_144 }))
      decoder.decode(chunk as Buffer, { stream: true })
    decoder.decode()
    return true
  } catch (error) {
    if (isBadEncoding(error)) return false
    throw error
  }
}

/** What a strict decoder throws at bytes that are not of its encoding. */
export function isBadEncoding(error: unknown): boolean {
  return (error as { code?: unknown })?.code === 'ERR_ENCODING_INVALID_ENCODED_DATA'
}
