// For rooms that send media by id: is it there, does it live, and is it what the message says?

import type { AccountNumber } from '../accounts/room.ts'
import { fail } from '../kit/errors.ts'
import { gone } from './find.ts'
import { type Kind, kindOf, plainType, typesOf } from './kinds.ts'
import { findMedia } from './queries.ts'
import { failInvalid } from './refuse.ts'
import type { Media } from './room.ts'
import { hasExpired, type MediaRow } from './schema.ts'

/**
 * Fails with `media_not_found` for media of another number or that Meta has forgotten, and with `invalid_parameter` for
 * another kind. Media that Carom never saw pass (undefined): Meta decides. `param` is where the id stands in the body.
 */
export async function requireMedia(
  media: Media,
  number: Pick<AccountNumber, 'id' | 'tenant_id'>,
  media_id: string,
  kind: Kind,
  param = 'media_id',
): Promise<MediaRow | undefined> {
  const row = await findMedia(media.db, number.tenant_id, media_id)
  if (!row) return undefined
  if (row.phone_number_id !== number.id) {
    const message = `This media belongs to the number ${row.meta_phone_number_id}; upload it for the number that sends it.`
    fail('media_not_found', { param, message, details: { phone_number_id: row.meta_phone_number_id } })
  }
  if (hasExpired(row, media.clock.now())) fail('media_not_found', { param, message: gone(media_id) })
  if (row.mime_type !== null) checkKind(row.mime_type, kind, param)
  return row
}

/** Anything can be sent as a document. */
function checkKind(mime_type: string, kind: Kind, param: string): void {
  if (kind === 'document' || kindOf(mime_type) === kind) return
  const message = `This media is ${plainType(mime_type)}, which cannot be sent as ${kind}; ${kind} takes ${typesOf(kind).join(', ')}.`
  failInvalid([{ param, message }])
}
