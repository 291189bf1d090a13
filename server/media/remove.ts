// Deletes media: at Meta, in the mirror, and here.

import { sendableById } from '../accounts/room.ts'
import type { Principal } from '../http/route.ts'
import { isUnknownObject } from '../meta/media.ts'
import { requireRow } from './find.ts'
import { deleteMedia } from './queries.ts'
import { failAtMeta } from './refuse.ts'
import type { Media } from './room.ts'
import { hasExpired, type MediaRow } from './schema.ts'

/** What Meta has forgotten, or a disconnected number can no longer reach, is deleted here all the same. */
export async function removeMedia(media: Media, caller: Principal, media_id: string): Promise<void> {
  const row = await requireRow(media, caller, media_id)
  const number = await sendableById(media.accounts, row.phone_number_id)
  if (number && !hasExpired(row, media.clock.now())) {
    const gone = await media.meta.deleteMedia(number.token, media_id, number.phone_number_id)
    if (!gone.ok && !isUnknownObject(gone)) {
      await failAtMeta(media, number.account_id, gone, 'Deleting the media at Meta')
    }
  }
  await removeCopy(media, row)
  await deleteMedia(media.db, row.id)
}

async function removeCopy(media: Media, { mirror_place, mirror_key }: MediaRow): Promise<void> {
  if (mirror_place === null || mirror_key === null) return
  await media.mirror.at(mirror_place)?.remove(mirror_key)
}
