// Identifiers. UUIDv7, so that recent rows lie together and ids sort by time.

import { createHash, randomFillSync } from 'node:crypto'

const pool = Buffer.alloc(16 * 256)
let used = pool.length
let lastMs = 0
let sequence = 0
let overflow_ms = 0

/** A new UUIDv7. Ids made by one process sort in the order in which they were made. */
export function newId(now_ms: number = Date.now()): string {
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  const bytes = Buffer.from(pool.subarray(used, used + 16))
  used += 16
  if (now_ms !== lastMs) {
    lastMs = now_ms
    sequence = bytes.readUInt16BE(6) & 0x7ff
    overflow_ms = 0
  } else if (++sequence > 0xfff) {
    // More than the 12 bits hold within one millisecond: borrow from the next.
    sequence = 0
    overflow_ms++
  }
  bytes.writeUInt16BE(sequence, 6)
  return stamp(bytes, now_ms + overflow_ms)
}

/** The same UUIDv7 for the same time and parts: makes an insert idempotent without a unique index on the parts. */
export function derivedId(time_ms: number, ...parts: string[]): string {
  const bytes = createHash('sha256').update(parts.join('\0')).digest().subarray(0, 16)
  return stamp(bytes, time_ms)
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

export function isUuid(value: string): boolean {
  return UUID.test(value)
}

function stamp(bytes: Buffer, time_ms: number): string {
  bytes.writeUIntBE(Math.max(0, Math.floor(time_ms)), 0, 6)
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x70, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
