// Finding media: what is stored, else what Meta knows of the caller's numbers. Media of another tenant's number, or of
// nobody's, are not found.

import { usableNumbers } from '../accounts/choose.ts'
import { requireSandboxAllowed, type SendableNumber, sendableById } from '../accounts/room.ts'
import type { Principal } from '../http/route.ts'
import { fail } from '../kit/errors.ts'
import { newId } from '../kit/ids.ts'
import { isUnknownObject, type MediaInfo } from '../meta/media.ts'
import { fillIn, findMedia } from './queries.ts'
import { failAtMeta } from './refuse.ts'
import type { Media } from './room.ts'
import { hasExpired, type MediaRow, type Media as Presented, presentMedia } from './schema.ts'

/** What is known of it; Meta is asked for what is missing. */
export async function readMetadata(media: Media, caller: Principal, media_id: string): Promise<Presented> {
  const row = await requireRow(media, caller, media_id)
  const isWhole = row.mime_type !== null && row.size !== null && row.sha256 !== null
  if (isWhole || row.expires_at === null || hasExpired(row, media.clock.now())) return presentMedia(row)
  const number = await sendableById(media.accounts, row.phone_number_id)
  const told = number && (await media.meta.readMedia(number.token, media_id, number.phone_number_id))
  // What is stored is an answer too: Meta being down, or the account gone, does not take it away.
  if (!told?.ok) return presentMedia(row)
  await fillIn(media.db, row.id, told.value)
  const { mime_type, size, sha256 } = told.value
  return presentMedia({
    ...row,
    mime_type: row.mime_type ?? mime_type,
    size: row.size ?? size,
    sha256: row.sha256 ?? sha256,
  })
}

/** The stored row, or one that is made up of what Meta knows of media at one of the caller's numbers. */
export async function requireRow(media: Media, caller: Principal, media_id: string): Promise<MediaRow> {
  const row = (await findMedia(media.db, caller.tenant_id, media_id)) ?? (await ask(media, caller, media_id))
  if (!row) return fail('not_found', { message: gone(media_id) })
  requireSandboxAllowed(caller, row)
  return row
}

/** Why an id may lead nowhere. */
export function gone(media_id: string): string {
  return `There is no media ${JSON.stringify(media_id.slice(0, 64))}: Meta keeps what was uploaded for 30 days and what came in for 7; upload it again, or mirror what comes in.`
}

/** What Meta says of it at this number; undefined when it has no such media there. */
export async function askMeta(
  media: Media,
  number: SendableNumber,
  media_id: string,
): Promise<MediaInfo | undefined> {
  const told = await media.meta.readMedia(number.token, media_id, number.phone_number_id)
  if (told.ok) return told.value
  if (isUnknownObject(told)) return undefined
  return failAtMeta(media, number.account_id, told, 'Asking Meta for the media')
}

/** Nobody has more numbers than this without saying which one is meant. */
const NUMBERS_ASKED = 20

/** The number in the question makes Meta refuse what belongs to another, so that a shared token shows nothing foreign. */
async function ask(media: Media, caller: Principal, media_id: string): Promise<MediaRow | undefined> {
  if (!/^\d{1,32}$/.test(media_id)) return undefined
  for (const number of await usableNumbers(media.accounts, caller, NUMBERS_ASKED)) {
    const told = await askMeta(media, number, media_id)
    if (told) return passing(number, told, media.clock.now())
  }
  return undefined
}

/** Not stored: nobody knows how long it has to live, and Meta answers the next time as well. */
function passing(number: SendableNumber, told: MediaInfo, now: Date): MediaRow {
  const { media_id, mime_type, size, sha256 } = told
  return {
    ...{ id: newId(), tenant_id: number.tenant_id, phone_number_id: number.id, sandbox: number.sandbox },
    ...{ meta_phone_number_id: number.phone_number_id, direction: 'inbound' },
    ...{ media_id, mime_type, size, sha256, filename: null, expires_at: null, created_at: now },
    ...{ mirror_state: null, mirror_place: null, mirror_key: null },
  }
}
