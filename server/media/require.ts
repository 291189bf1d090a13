// For rooms that send media by id: is it there, does it live, and is it what the message says?

import type { SendableNumber } from '../accounts/room.ts'
import { fail } from '../kit/errors.ts'
import { isUnknownObject } from '../meta/media.ts'
import { gone } from './find.ts'
import { inWords, type Kind, kindOf, limitOf, MAX_BYTES, plainType, typesOf } from './kinds.ts'
import { findMedia } from './queries.ts'
import { failInvalid } from './refuse.ts'
import type { Media, Told } from './room.ts'
import { hasExpired } from './schema.ts'

/**
 * Fails with `media_not_found` for media of another number or that Meta has forgotten, and with `invalid_parameter` for
 * another kind or too many bytes. Media that Carom never saw pass are asked for at Meta; where Meta does not answer
 * (undefined), the send will tell. `param` is where the id stands in the body.
 */
export async function requireMedia(
  media: Media,
  number: SendableNumber,
  media_id: string,
  kind: Kind,
  param = 'media_id',
): Promise<Told | undefined> {
  const row = await findMedia(media.db, number.tenant_id, media_id)
  if (row && row.phone_number_id !== number.id) {
    const message = `This media belongs to the number ${row.meta_phone_number_id}; upload it for the number that sends it.`
    fail('media_not_found', { param, message, details: { phone_number_id: row.meta_phone_number_id } })
  }
  if (row && hasExpired(row, media.clock.now())) fail('media_not_found', { param, message: gone(media_id) })
  const known = row ?? (await askOnce(media, number, media_id, param))
  if (known) checkFit(known, kind, param)
  return known
}

/** What Meta once said of an id stays so; how long it lives nobody knows. */
const KEPT_MS = 10 * 60_000
const MOST_KEPT = 1_000

async function askOnce(
  media: Media,
  number: SendableNumber,
  media_id: string,
  param: string,
): Promise<Told | undefined> {
  const key = `${number.id}/${media_id}`
  const before = media.told.get(key)
  const now_ms = performance.now()
  if (before && now_ms - before.at_ms < KEPT_MS) return before
  // Meta's ids are digits, and no others can be asked for.
  if (!/^[0-9]{1,64}$/.test(media_id)) fail('media_not_found', { param, message: gone(media_id) })
  const told = await media.meta.readMedia(number.token, media_id, number.phone_number_id)
  if (!told.ok) {
    if (isUnknownObject(told)) fail('media_not_found', { param, message: gone(media_id) })
    return undefined
  }
  const { mime_type, size } = told.value
  if (media.told.size >= MOST_KEPT) media.told.clear()
  media.told.set(key, { at_ms: now_ms, mime_type, size })
  return { mime_type, size }
}

/** Anything can be sent as a document. */
function checkFit({ mime_type, size }: Told, kind: Kind, param: string): void {
  if (mime_type !== null && kind !== 'document' && kindOf(mime_type) !== kind) {
    const message = `This media is ${plainType(mime_type)}, which cannot be sent as ${kind}; ${kind} takes ${typesOf(kind).join(', ')}.`
    failInvalid([{ param, message }])
  }
  const most = kind === 'document' || mime_type === null ? MAX_BYTES : limitOf(mime_type)
  if (size === null || size <= most) return
  const message = `This media has ${size.toLocaleString('en-US')} bytes, and ${kind} takes at most ${inWords(most)}; send it as a document, or make it smaller.`
  failInvalid([{ param, message }])
}
