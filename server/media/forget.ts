// Media that nobody asks for any more: rows, and their copies in the mirror. What Meta has, Meta forgets by itself.

import { deleteRows, type Forgotten, findInbound, pickExpired } from './forgetQueries.ts'
import type { Media } from './room.ts'

/** So many copies are removed at once. */
const AT_ONCE = 8

/** Those that came in with messages which are about to go. What was uploaded may be in other messages too, and stays. */
export async function forgetMedia(
  media: Media,
  named: { phone_number_id: string; media_id: string }[],
): Promise<void> {
  await drop(media, await findInbound(media.db, named))
}

/** What Meta no longer has, and is older than messages may be. Answers how many. */
export async function forgetExpiredMedia(
  media: Media,
  old: { tenant_id: string; before: Date }[],
  limit: number,
): Promise<number> {
  const picked = await pickExpired(media.db, old, media.clock.now(), limit)
  await drop(media, picked)
  return picked.length
}

/** The copy first: cut off in between, the row still knows where it was. */
async function drop(media: Media, rows: Forgotten[]): Promise<void> {
  const copies = rows.filter(row => row.mirror_place !== null && row.mirror_key !== null)
  for (let at = 0; at < copies.length; at += AT_ONCE) {
    await Promise.all(
      copies.slice(at, at + AT_ONCE).map(async ({ mirror_place, mirror_key }) => {
        await media.mirror.at(mirror_place as 'disk' | 's3')?.remove(mirror_key as string)
      }),
    )
  }
  if (rows.length > 0) await deleteRows(media.db, rows)
}
