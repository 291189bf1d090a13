// Takes the body of an upload in: spooled to a temporary file at the client's own pace, so that a slow one holds no
// connection to the database, and one that breaks off has touched nothing.

import { open } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { fail } from '../../kit/errors.ts'
import { cutOff, readForm } from '../../media/form.ts'
import { readOver } from '../../media/readOver.ts'
import { type Spooled, spool } from '../../media/spool.ts'
import type { Campaigns } from '../room.ts'
import { readCsv } from './csv/read.ts'
import type { Source } from './given.ts'
import { readJson } from './readJson.ts'

export type Upload = {
  stream: Readable
  headers: Readonly<Record<string, string | string[] | undefined>>
}

export type Received = { source(): Promise<Source>; discard(): Promise<void> }

/** About thirty million rows. */
const MAX_BYTES = 2 * 1024 ** 3
/** What a form may have around its file. */
const FORM_BYTES = 65_536
const HEAD_BYTES = 65_536
/** Of a body that is refused. */
export const MOST_READ_OVER = 64 * 1024 ** 2

const CSV_TYPES =
  /^(text\/(csv|plain|tab-separated-values|comma-separated-values)|application\/(csv|vnd\.ms-excel))$/
const JSON_TYPES = /^application\/([a-z0-9.+-]+\+)?json$/

export async function receive(campaigns: Pick<Campaigns, 'media'>, upload: Upload): Promise<Received> {
  const type = plainType(upload.headers['content-type'])
  const announced = Number(upload.headers['content-length'] ?? 0)
  if (announced > MAX_BYTES + FORM_BYTES) await refuse(upload.stream, tooLong)
  if (type === 'multipart/form-data') return receiveForm(campaigns, upload)
  if (type !== undefined && !CSV_TYPES.test(type) && !JSON_TYPES.test(type))
    await refuse(upload.stream, () => unknownType(type))
  const file = await receiveRaw(campaigns, upload)
  return readable(file, { type, charset: charsetOf(upload.headers['content-type']) })
}

async function receiveForm(campaigns: Pick<Campaigns, 'media'>, upload: Upload): Promise<Received> {
  const { kept, part } = await readForm(upload.stream, {
    headers: upload.headers,
    fields: [],
    limit_bytes: MAX_BYTES + FORM_BYTES,
    refuse: tooLong,
    keep: bytes => take(campaigns, bytes),
    discard: file => file.discard(),
  })
  const type = plainType(part.declared)
  const isJson = type !== undefined && JSON_TYPES.test(type)
  return readable(kept, { type: isJson ? type : 'text/csv', charset: charsetOf(part.declared) })
}

async function receiveRaw(campaigns: Pick<Campaigns, 'media'>, { stream }: Upload): Promise<Spooled> {
  try {
    return await take(campaigns, stream)
  } catch (error) {
    if (stream.destroyed && !stream.readableEnded) throw cutOff()
    await readOver(stream, MOST_READ_OVER)
    throw error
  }
}

async function take(campaigns: Pick<Campaigns, 'media'>, bytes: Readable): Promise<Spooled> {
  const path = await campaigns.media.temp.newPath()
  return spool(bytes, { path, limit_bytes: MAX_BYTES, refuse: tooLong })
}

/** A body that names no type is told by its first character. */
function readable(file: Spooled, told: { type: string | undefined; charset: string | undefined }): Received {
  return {
    discard: file.discard,
    async source() {
      const head = await headOf(file.path)
      const isJson = told.type === undefined ? looksLikeJson(head) : JSON_TYPES.test(told.type)
      return isJson ? readJson(file.path) : readCsv({ path: file.path, head, charset: told.charset })
    },
  }
}

async function headOf(path: string): Promise<Buffer> {
  const handle = await open(path)
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}

function looksLikeJson(head: Buffer): boolean {
  return /^\ufeff?\s*[{[]/.test(head.subarray(0, 256).toString('utf8'))
}

function plainType(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' ? header.split(';', 1)[0]?.trim().toLowerCase() || undefined : undefined
}

function charsetOf(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' ? /;\s*charset="?([\w.:-]+)"?/i.exec(header)?.[1] : undefined
}

async function refuse(stream: Readable, say: () => never): Promise<never> {
  await readOver(stream, MOST_READ_OVER)
  return say()
}

function tooLong(): never {
  const message = 'The body is larger than 2 GB; send the recipients in several calls.'
  fail('payload_too_large', { message, details: { limit_bytes: MAX_BYTES } })
}

function unknownType(type: string): never {
  const message = `Recipients come as text/csv, as application/json, or as the part \`file\` of multipart/form-data, not as ${JSON.stringify(type.slice(0, 100))}.`
  fail('unsupported_media_type', { message })
}
