// Sends a file that was received to Meta: refused if WhatsApp would refuse it, then streamed from the temporary file. The
// same bytes at the same number are not sent twice while Meta keeps them.

import { chooseSendable } from '../accounts/choose.ts'
import type { SendableNumber } from '../accounts/room.ts'
import { newId } from '../kit/ids.ts'
import { isUnknownObject, UPLOADED_LIFETIME_MS } from '../meta/media.ts'
import { identify } from './identify.ts'
import { KINDS, MEDIA_TYPES, plainType } from './kinds.ts'
import { deleteMedia, insertMedia, reuseUpload } from './queries.ts'
import { type Received, receive, type Upload } from './receive.ts'
import { failAtMeta, failInvalid } from './refuse.ts'
import type { Media } from './room.ts'
import { type MediaRow, type Media as Presented, presentMedia } from './schema.ts'

/** Nearer to its end than this an upload is not handed out again. */
const REUSE_MARGIN_MS = 86_400_000

/** `taken` is the body where it was read before. */
export async function upload(media: Media, call: Upload & { taken?: unknown }): Promise<Presented> {
  const received = (call.taken as Received | undefined) ?? (await receive(media, call))
  try {
    const number = await chooseSendable(media.accounts, call.caller, received.phone_id)
    return presentMedia(await pass(media, number, received))
  } finally {
    await received.discard()
  }
}

async function pass(media: Media, number: SendableNumber, received: Received): Promise<MediaRow> {
  checkType(received.declared)
  const mime_type = await identify(received.file, received)
  return (await known(media, number, received, mime_type)) ?? (await send(media, number, received, mime_type))
}

/** The same bytes, uploaded before, if Meta still has them: somebody else may have deleted them there. */
async function known(
  media: Media,
  number: SendableNumber,
  received: Received,
  mime_type: string,
): Promise<MediaRow | undefined> {
  const { file, filename } = received
  const same = await reuseUpload(media.db, {
    ...{ phone_number_id: number.id, sha256: file.sha256, mime_type },
    filename: filename ?? null,
    alive_at: new Date(media.clock.nowMs() + REUSE_MARGIN_MS),
  })
  if (!same) return undefined
  const told = await media.meta.readMedia(number.token, same.media_id, number.phone_number_id)
  if (told.ok || !isUnknownObject(told)) return same
  await deleteMedia(media.db, same.id)
  return known(media, number, received, mime_type)
}

async function send(
  media: Media,
  number: SendableNumber,
  { file, filename }: Received,
  mime_type: string,
): Promise<MediaRow> {
  const now = media.clock.now()
  const uploaded = await media.meta.uploadMedia({
    token: number.token,
    phone_number_id: number.phone_number_id,
    path: file.path,
    size: file.size,
    mime_type,
    filename: filename ?? `file.${MEDIA_TYPES[plainType(mime_type)]?.extensions[0]}`,
    deadline_ms: media.config.CAROM_MEDIA_TIMEOUT_MS,
  })
  if (!uploaded.ok) return failAtMeta(media, number.account_id, uploaded, 'Uploading the file to Meta')
  return insertMedia(media.db, {
    ...{ id: newId(), tenant_id: number.tenant_id, phone_number_id: number.id, direction: 'outbound' },
    ...{ media_id: uploaded.value.media_id, mime_type, size: file.size, sha256: file.sha256 },
    filename: filename ?? null,
    expires_at: new Date(now.getTime() + UPLOADED_LIFETIME_MS),
    created_at: now,
  })
}

function checkType(declared: string | undefined): void {
  if (declared === undefined || declared === '' || /^[\w.+*-]+\/[\w.+*-]+\s*(;.*)?$/.test(declared)) return
  const isKind = (KINDS as readonly string[]).includes(declared)
  const message = `\`type\` must be a media type such as image/jpeg; leave it out to have it told by the file${isKind ? ', and say in `kind` what it will be sent as' : ''}.`
  failInvalid([{ param: 'type', message }])
}
