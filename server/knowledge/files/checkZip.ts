// A DOCX is a zip, and a small zip may unpack to more than any machine holds. Before a library unpacks it, each entry is
// unpacked here into nothing, and counted: what the zip says about its sizes is not believed.

import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createInflateRaw } from 'node:zlib'
import { Unreadable } from './kinds.ts'

const MAX_ENTRIES = 5_000
/** Of all entries together, unpacked. */
const MAX_BYTES = 100 * 1024 * 1024

const END = 0x06054b50
const ENTRY = 0x02014b50
const LOCAL = 0x04034b50

type Entry = { method: number; packed: Buffer }

export async function checkZip(bytes: Buffer, max_bytes = MAX_BYTES): Promise<void> {
  let left = max_bytes
  for (const { method, packed } of entriesOf(bytes)) {
    if (method === 0) left -= packed.length
    else if (method === 8) left -= await unpackedSize(packed, left)
    else throw broken()
    if (left < 0) throw bomb(max_bytes)
  }
}

/** As zip readers find them: by the directory at the end. */
function entriesOf(bytes: Buffer): Entry[] {
  const end = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]))
  if (end < 0 || end + 22 > bytes.length || bytes.readUInt32LE(end) !== END) throw broken()
  const size = bytes.readUInt32LE(end + 12)
  let at = bytes.readUInt32LE(end + 16)
  // Anything before the zip, or the sizes of Zip64, would make different readers see different files.
  if (at + size !== end) throw broken()
  const entries: Entry[] = []
  while (at + 46 <= end && bytes.readUInt32LE(at) === ENTRY) {
    entries.push(entryAt(bytes, at))
    if (entries.length > MAX_ENTRIES) throw bomb(MAX_BYTES)
    at += 46 + bytes.readUInt16LE(at + 28) + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32)
  }
  return entries
}

function entryAt(bytes: Buffer, at: number): Entry {
  const [method, size, local] = [
    bytes.readUInt16LE(at + 10),
    bytes.readUInt32LE(at + 20),
    bytes.readUInt32LE(at + 42),
  ]
  if (local + 30 > bytes.length || bytes.readUInt32LE(local) !== LOCAL) throw broken()
  const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28)
  if (start + size > bytes.length) throw broken()
  return { method, packed: bytes.subarray(start, start + size) }
}

/** Stops as soon as it is more than `most`. */
async function unpackedSize(packed: Buffer, most: number): Promise<number> {
  let size = 0
  try {
    await pipeline(Readable.from([packed], { objectMode: false }), createInflateRaw(), async chunks => {
      for await (const chunk of chunks as AsyncIterable<Buffer>) {
        size += chunk.length
        if (size > most) return
      }
    })
  } catch {
    if (size <= most) throw broken()
  }
  return size
}

function broken(): Unreadable {
  return new Unreadable('broken', 'The document is broken: its zip container cannot be read. Save it again.')
}

function bomb(max_bytes: number): Unreadable {
  const megabytes = Math.round(max_bytes / 1024 / 1024)
  return new Unreadable(
    'bomb',
    `The document unpacks to more than ${megabytes} MB; split it, or send its text.`,
  )
}
