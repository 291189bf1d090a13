// Copies inbound media into the mirror, in the background: a row that waits is its own queue entry. What Meta no longer
// has, or what keeps failing, is given up with a reason.

import type { Readable } from 'node:stream'
import { sendableById } from '../../accounts/room.ts'
import { type Loop, startLoop } from '../../db/lease.ts'
import { backoffMs } from '../../kit/backoff.ts'
import { isUnknownObject } from '../../meta/media.ts'
import { MAX_BYTES } from '../kinds.ts'
import type { Media } from '../room.ts'
import { type Spooled, spool } from '../spool.ts'
import { keyOf } from './place.ts'
import { claim, giveUp, retryLater, stored, type Waiting } from './queries.ts'

/** Longer than Meta, a slow download and a slow storage together. */
const LEASE_MS = 15 * 60_000
const RETRY_BASE_MS = 5_000
const RETRY_CAP_MS = 3_600_000
/** With those pauses this is seven to nine hours. */
const ATTEMPTS = 20

export function startMirror(media: Media): Loop {
  return startLoop<Waiting>({
    name: 'mirror',
    claim: limit => claim(media.db, limit, LEASE_MS),
    work: async rows => {
      await Promise.all(rows.map(row => mirror(media, row)))
    },
    limit: 2,
    concurrency: 2,
    poll_ms: 1_000,
    log: media.log,
  })
}

/** Why there is no copy yet: `final` when there never will be one. */
type Setback = { reason: string; final: boolean }

async function mirror(media: Media, row: Waiting): Promise<void> {
  const setback = await copy(media, row).catch(
    (error: unknown): Setback => ({ reason: (error as Error).message, final: false }),
  )
  if (!setback) return
  const { reason } = setback
  const isOver = setback.final || row.mirror_attempts >= ATTEMPTS || row.expires_at <= media.clock.now()
  const about = { media_id: row.media_id, reason, attempts: row.mirror_attempts }
  if (isOver) {
    media.log.warn(about, 'Media could not be mirrored')
    await giveUp(media.db, row.id, reason)
  } else {
    media.log.info(about, 'Media could not be mirrored yet')
    await retryLater(media.db, row.id, reason, backoffMs(row.mirror_attempts, RETRY_BASE_MS, RETRY_CAP_MS))
  }
}

async function copy(media: Media, row: Waiting): Promise<Setback | undefined> {
  const number = await sendableById(media.accounts, row.phone_number_id)
  if (!number) return { reason: 'The number is disconnected.', final: false }
  const told = await media.meta.readMedia(number.token, row.media_id, number.phone_number_id)
  if (!told.ok) return { reason: told.reason, final: isUnknownObject(told) }
  const found = await media.meta.downloadMedia(number.token, told.value.url)
  // A link that is new and dead may be a mishap of Meta's: it is asked for again.
  if (!found.ok) return { reason: found.reason, final: false }
  const file = await take(media, found.value.body)
  try {
    const mime_type = row.mime_type ?? told.value.mime_type
    return await keep(media, row, file, { mime_type, sha256: row.sha256 ?? told.value.sha256 })
  } finally {
    await file.discard()
  }
}

async function take(media: Media, bytes: Readable): Promise<Spooled> {
  const refuse = () => {
    throw new Error('The media is larger than WhatsApp allows.')
  }
  try {
    return await spool(bytes, { path: await media.temp.newPath(), limit_bytes: MAX_BYTES, refuse })
  } finally {
    bytes.destroy()
  }
}

async function keep(
  media: Media,
  row: Waiting,
  file: Spooled,
  told: { mime_type: string | null; sha256: string | null },
): Promise<Setback | undefined> {
  if (told.sha256 !== null && told.sha256 !== file.sha256) {
    return { reason: 'The bytes that came are not those that Meta announced.', final: false }
  }
  const place = media.mirror.into
  const key = keyOf(row, file.sha256)
  const mime_type = told.mime_type ?? 'application/octet-stream'
  await place.store(key, { path: file.path, size: file.size, sha256: file.sha256, mime_type })
  const { size, sha256 } = file
  const copy = { place: place.name, key, mime_type: told.mime_type, size, sha256, now: media.clock.now() }
  if (!(await stored(media.db, row.id, copy))) await place.remove(key)
  return undefined
}
