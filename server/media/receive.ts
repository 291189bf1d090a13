// Takes a body in: a form with one file, or the bytes as they are, spooled to a temporary file while they are counted and
// hashed. What the file is, and where it goes, is decided afterwards.

import type { Readable } from 'node:stream'
import type { Principal, Taken } from '../http/route.ts'
import { fail } from '../kit/errors.ts'
import { cutOff, readForm } from './form.ts'
import { type Claim, declaredType, tooLarge } from './identify.ts'
import { inWords, KINDS, type Kind, limitOf, MAX_BYTES } from './kinds.ts'
import { readOver } from './readOver.ts'
import { failInvalid } from './refuse.ts'
import type { Media } from './room.ts'
import { cleanFilename } from './schema.ts'
import { type Spooled, spool } from './spool.ts'

export type Upload = {
  caller: Principal
  stream: Readable
  headers: Readonly<Record<string, string | string[] | undefined>>
  query: { phone_number_id?: string; filename?: string; type?: string; kind?: Kind }
  /** A form as Meta takes it: with `messaging_product`, and with a `type` that may be a kind (`image`) and then says nothing. */
  as_meta?: boolean
}

/** A body that has arrived as a whole, with what was said about it. */
export type Received = Taken & Claim & { file: Spooled; phone_id: string | undefined }

/** What a form may have around its file. */
const FORM_BYTES = 65_536

export async function receive(media: Media, call: Upload): Promise<Received> {
  const isForm = /^multipart\/form-data\b/i.test(contentType(call))
  const announced = Number(call.headers['content-length'] ?? 0)
  if (announced > MAX_BYTES + (isForm ? FORM_BYTES : 0)) tooLong()
  const { file, ...said } = isForm ? await receiveForm(media, call) : await receiveRaw(media, call)
  return { ...said, file, fingerprint: JSON.stringify([file.sha256, said]), discard: file.discard }
}

type Body = Omit<Received, keyof Taken>

async function receiveForm(media: Media, { stream, headers, query, as_meta = false }: Upload): Promise<Body> {
  const { kept, fields, part } = await readForm(stream, {
    headers,
    fields: ['phone_number_id', 'type', as_meta ? 'messaging_product' : 'kind'],
    limit_bytes: MAX_BYTES + FORM_BYTES,
    refuse: tooLong,
    keep: (bytes, { declared }, before) =>
      spoolBody(media, bytes, { declared, filename: undefined, kind: before.kind ?? query.kind }),
    discard: file => file.discard(),
  })
  const body = {
    file: kept,
    // Browsers write a quotation mark in a file's name so.
    filename: cleanFilename(query.filename ?? part.filename?.replaceAll('%22', '"')),
    declared:
      (as_meta && !fields.type?.includes('/') ? undefined : fields.type) ?? query.type ?? part.declared,
    kind: fields.kind ?? query.kind,
    phone_id: fields.phone_number_id ?? query.phone_number_id,
  }
  if (body.kind === undefined || (KINDS as readonly string[]).includes(body.kind)) return body as Body
  await kept.discard()
  const message = `\`kind\` must be one of ${KINDS.join(', ')}; leave it out to have it told by the file.`
  return failInvalid([{ param: 'kind', message }])
}

async function receiveRaw(media: Media, call: Upload): Promise<Body> {
  const { stream, query } = call
  const declared = query.type ?? contentType(call)
  const claim = { declared, filename: cleanFilename(query.filename), kind: query.kind }
  try {
    return { ...claim, file: await spoolBody(media, stream, claim), phone_id: query.phone_number_id }
  } catch (error) {
    if (stream.destroyed && !stream.readableEnded) throw cutOff()
    await readOver(stream, MAX_BYTES)
    throw error
  }
}

/** Stops as soon as there is more than the declared type, or any, may have. */
async function spoolBody(
  media: Media,
  bytes: Readable,
  claim: Omit<Claim, 'kind'> & { kind: string | undefined },
): Promise<Spooled> {
  const declared = claim.kind === 'document' ? undefined : declaredType(claim)
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

function tooLong(): never {
  const message = `The file is larger than ${inWords(MAX_BYTES)}, the most that WhatsApp takes.`
  fail('payload_too_large', { param: 'file', message, details: { limit_bytes: MAX_BYTES } })
}

function contentType({ headers }: Upload): string {
  const type = headers['content-type']
  return typeof type === 'string' ? type.trim() : ''
}
