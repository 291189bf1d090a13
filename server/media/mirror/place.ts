// Where copies of media are kept: a folder below DATA_DIR, or a bucket of S3-compatible storage where one is set.

import type { Readable } from 'node:stream'
import type { Config } from '../../config.ts'
import { diskPlace } from './disk.ts'
import { s3Place } from './s3.ts'

export type Place = {
  name: 'disk' | 's3'
  /** Takes a copy of the file; the file itself stays. Whole, or not at all. */
  store(key: string, file: StoredFile): Promise<void>
  /** The bytes from `start` to `end` (inclusive), or all; undefined when there is no such copy. */
  read(key: string, range?: { start: number; end: number }): Promise<Readable | undefined>
  remove(key: string): Promise<void>
}

export type StoredFile = { path: string; size: number; sha256: string; mime_type: string }

export function places(config: Config): { into: Place; at(place: 'disk' | 's3'): Place | undefined } {
  const disk = diskPlace(config.DATA_DIR)
  const s3 = s3Place(config)
  return { into: s3 ?? disk, at: place => (place === 'disk' ? disk : s3) }
}

/** By tenant, then sharded by hash. A copy belongs to one row, so that deleting the row can delete it. */
export function keyOf(row: { tenant_id: string; id: string }, sha256: string): string {
  return `media/${row.tenant_id}/${sha256.slice(0, 2)}/${sha256}-${row.id}`
}
