// Takes a file in: spooled to a temporary file while it is counted and hashed, refused if WhatsApp would refuse it, then
// streamed to Meta from the file. The same bytes at the same number are not sent twice while Meta keeps them.

import type { Readable } from 'node:stream'
import { chooseSendable } from '../accounts/choose.ts'
import type { SendableNumber } from '../accounts/room.ts'
import type { Principal } from '../http/route.ts'
import { fail } from '../kit/errors.ts'
import { newId } from '../kit/ids.ts'
import { UPLOADED_LIFETIME_MS } from '../meta/media.ts'
import { cutOff, readForm } from './form.ts'
import { type Claim, declaredType, identify, tooLarge } from './identify.ts'
import { inWords, KINDS, limitOf, MAX_BYTES, MEDIA_TYPES, plainType } from './kinds.ts'
import { insertMedia, reuseUpload } from './queries.ts'
import { failAtMeta, failInvalid } from './refuse.ts'
import type { Media } from './room.ts'
import { cleanFilename, type Media as Presented, presentMedia } from './schema.ts'
import { type Spooled, spool } from './spool.ts'

export type Upload = {
  caller: Principal
  stream: Readable
  headers: Readonly<Record<string, string | string[] | undefined>>
  query: { phone_number_id?: string; filename?: string; type?: string }
  /** A form as Meta takes it: with `messaging_product`, and with a `type` that may be a kind (`image`) and then says nothing. */
  as_meta?: boolean
}

type Received = Claim & { file: Spooled; phone_id: string | undefined }

/** Nearer to its end than this an upload is not handed out again. */
const REUSE_MARGIN_MS = 86_400_000
/** What a form may have around its file. */
const FORM_BYTES = 65_536

export async function upload(media: Media, call: Upload): Promise<Presented> {
  const isForm = /^multipart\/form-data\b/i.test(contentType(call))
  const announced = Number(call.headers['content-length'] ?? 0)
  if (announced > MAX_BYTES + (isForm ? FORM_BYTES : 0)) tooLong()
  const received = isForm ? await receiveForm(media, call) : await receiveRaw(media, call)
  try {
    const number = await chooseSendable(media.accounts, call.caller, received.phone_id)
    return await pass(media, number, received)
  } finally {
    await received.file.discard()
  }
}

async function receiveForm(
  media: Media,
  { stream, headers, query, as_meta = false }: Upload,
): Promise<Received> {
  const { kept, fields, part } = await readForm(stream, {
    headers,
    fields: ['phone_number_id', 'type', ...(as_meta ? ['messaging_product'] : [])],
    limit_bytes: MAX_BYTES + FORM_BYTES,
    refuse: tooLong,
    keep: (bytes, { declared }) => take(media, bytes, { declared, filename: undefined }),
    discard: file => file.discard(),
  })
  return {
    file: kept,
    // Browsers write a quotation mark in a file's name so.
    filename: cleanFilename(query.filename ?? part.filename?.replaceAll('%22', '"')),
    declared:
      (as_meta && !fields.type?.includes('/') ? undefined : fields.type) ?? query.type ?? part.declared,
    phone_id: fields.phone_number_id ?? query.phone_number_id,
  }
}

async function receiveRaw(media: Media, call: Upload): Promise<Received> {
  const { stream, query } = call
  const claim = { declared: query.type ?? contentType(call), filename: cleanFilename(query.filename) }
  try {
    return { ...claim, file: await take(media, stream, claim), phone_id: query.phone_number_id }
  } catch (error) {
    if (stream.destroyed && !stream.readableEnded) throw cutOff()
    await readOver(stream)
    throw error
  }
}

/** Stops as soon as there is more than the declared type, or any, may have. */
async function take(media: Media, bytes: Readable, claim: Claim): Promise<Spooled> {
  const declared = declaredType(claim)
  const limit_bytes = declared === undefined ? MAX_BYTES : limitOf(declared)
  const file = await spool(bytes, {
    path: await media.temp.newPath(),
    limit_bytes,
    refuse: () => (declared !== undefined && limit_bytes < MAX_BYTES ? tooLarge(declared, true) : tooLong()),
  })
  if (file.size > 0) return file
  await file.discard()
  return failInvalid([
    {
      param: 'file',
      message: 'The file is empty; send it as the part `file` of a multipart form, or as the whole body.',
    },
  ])
}

async function pass(media: Media, number: SendableNumber, received: Received): Promise<Presented> {
  checkType(received.declared)
  const { file, filename = null } = received
  const mime_type = await identify(file, received)
  const now = media.clock.now()
  const same = await reuseUpload(media.db, {
    ...{ phone_number_id: number.id, sha256: file.sha256, mime_type, filename },
    alive_at: new Date(now.getTime() + REUSE_MARGIN_MS),
  })
  if (same) return presentMedia(same)
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
  const row = await insertMedia(media.db, {
    ...{ id: newId(), tenant_id: number.tenant_id, phone_number_id: number.id, direction: 'outbound' },
    ...{ media_id: uploaded.value.media_id, mime_type, size: file.size, sha256: file.sha256, filename },
    expires_at: new Date(now.getTime() + UPLOADED_LIFETIME_MS),
    created_at: now,
  })
  return presentMedia(row)
}

function checkType(declared: string | undefined): void {
  if (declared === undefined || declared === '' || /^[\w.+*-]+\/[\w.+*-]+\s*(;.*)?$/.test(declared)) return
  const meant = (KINDS as readonly string[]).includes(declared) ? ', not a kind of message' : ''
  const message = `\`type\` must be a media type such as image/jpeg${meant}; leave it out to have it told by the file.`
  failInvalid([{ param: 'type', message }])
}

function tooLong(): never {
  const message = `The file is larger than ${inWords(MAX_BYTES)}, the most that WhatsApp takes.`
  fail('payload_too_large', { param: 'file', message, details: { limit_bytes: MAX_BYTES } })
}

function contentType({ headers }: Upload): string {
  const type = headers['content-type']
  return typeof type === 'string' ? type.trim() : ''
}

/** The client is still sending: it reads the refusal when the rest has been taken from it, if that is not too much. */
function readOver(stream: Readable): Promise<void> {
  return new Promise(resolve => {
    let left = MAX_BYTES
    const leave = () => {
      clearTimeout(timer)
      stream.off('data', onData).off('end', leave).off('close', leave)
      resolve()
    }
    const onData = (chunk: Buffer) => {
      left -= chunk.length
      if (left < 0) leave()
    }
    const timer = setTimeout(leave, 30_000)
    if (stream.readableEnded || stream.destroyed) leave()
    else stream.on('data', onData).on('end', leave).on('close', leave)
  })
}
