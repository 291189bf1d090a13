// Examples of media headers: a file that was uploaded here, or one behind a link, becomes the upload handle that Meta
// wants. Bytes go through a temporary file, so memory does not grow with them.

import { createWriteStream } from 'node:fs'
import { open, rm } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fileTypeFromBuffer } from 'file-type'
import type { ConnectedAccount } from '../accounts/room.ts'
import type { Principal } from '../http/route.ts'
import { Failure, fail } from '../kit/errors.ts'
import { streamedBytes } from '../kit/relief.ts'
import { failAtMeta } from './accountOf.ts'
import { refuseExample, type Source } from './exampleFile.ts'
import { openLink } from './openLink.ts'
import type { Templates } from './room.ts'
import { asPart, upper } from './variables.ts'

export type For = { caller: Principal; account: ConnectedAccount }

const MB = 1024 * 1024
const KINDS: Record<string, { limit_bytes: number; types: RegExp; words: string }> = {
  IMAGE: { limit_bytes: 5 * MB, types: /^image\/(jpeg|png)$/, words: 'a JPEG or PNG' },
  VIDEO: { limit_bytes: 16 * MB, types: /^video\/(mp4|3gpp)$/, words: 'an MP4 or 3GPP video' },
  DOCUMENT: {
    limit_bytes: 100 * MB,
    types:
      /^(application\/(pdf|msword|vnd\.ms-(excel|powerpoint)|vnd\.openxmlformats-officedocument\..+)|text\/plain)$/,
    words: 'a PDF, an Office document or plain text',
  },
}

/** The components with every example as a handle. */
export async function withHandles(
  templates: Templates,
  whose: For,
  components: readonly unknown[],
  path = 'components',
  made = new Map<string, string>(),
): Promise<object[]> {
  const done: object[] = []
  for (const [at, component] of components.entries()) {
    const part = asPart(component)
    const where = `${path}[${at}]`
    if (Array.isArray(part.cards)) {
      const cards: object[] = []
      for (const [index, card] of part.cards.entries()) {
        const inside = asPart(card).components as unknown[]
        const inner = await withHandles(templates, whose, inside, `${where}.cards[${index}].components`, made)
        cards.push({ ...asPart(card), components: inner })
      }
      done.push({ ...part, cards })
    } else done.push(await withHandle(templates, whose, part, where, made))
  }
  return done
}

async function withHandle(
  templates: Templates,
  whose: For,
  part: Record<string, unknown>,
  path: string,
  made: Map<string, string>,
): Promise<object> {
  const kind = upper(part.format)
  const from = upper(part.type) === 'HEADER' && kind in KINDS ? exampleOf(part) : undefined
  if (!from) return part
  const key = `${kind} ${from.value}`
  const wanted = { ...from, kind, param: `${path}.example.${from.field}` }
  const handle = made.get(key) ?? (await upload(templates, whose, wanted))
  made.set(key, handle)
  return { ...part, example: { header_handle: [handle] } }
}

type Example = { field: 'media_id' | 'link' | 'header_handle'; value: string }
type Wanted = Example & { kind: string; param: string }

/** Undefined where Meta's own handle was given. What a template reads back there is a link to the file, and no handle. */
function exampleOf(part: Record<string, unknown>): Example | undefined {
  const { media_id, link, header_handle } = asPart(part.example)
  if (typeof media_id === 'string') return { field: 'media_id', value: media_id }
  if (typeof link === 'string') return { field: 'link', value: link }
  const [handle] = Array.isArray(header_handle) ? header_handle : []
  return typeof handle === 'string' && /^https?:\/\//i.test(handle)
    ? { field: 'header_handle', value: handle }
    : undefined
}

async function upload(templates: Templates, { caller, account }: For, wanted: Wanted): Promise<string> {
  const source = await openSource(templates, caller, wanted)
  const path = await templates.hooks.newTempPath()
  try {
    const size = await save(source.body, path, wanted)
    const mime_type = await typeOf(path, source, wanted)
    const { filename } = source
    const result = await templates.meta.uploadHandle({
      ...{ token: account.token, path, size, mime_type, filename },
      deadline_ms: 120_000,
    })
    if (result.ok) return result.value.handle
    return failAtMeta(templates, account.id, result, 'Uploading the example of the header')
  } finally {
    source.body.destroy()
    await rm(path, { force: true })
  }
}

/** A link of Meta's own, as of the sandbox, may lead to an address that is not public. */
function openSource(templates: Templates, caller: Principal, wanted: Wanted): Promise<Source> {
  const { field, value, param } = wanted
  if (field === 'media_id') return openMedia(templates, caller, value, param)
  const metas = field === 'header_handle' && URL.parse(value)?.origin === templates.meta.origin
  return openLink(value, param, metas || templates.config.CAROM_ALLOW_PRIVATE_WEBHOOKS)
}

async function openMedia(
  templates: Templates,
  caller: Principal,
  media_id: string,
  param: string,
): Promise<Source> {
  try {
    const source = await templates.hooks.openMedia?.(caller, media_id)
    if (source) return source
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'not_found') throw error
  }
  return fail('media_not_found', { param })
}

/** Stops as soon as there is more than Meta takes. Answers the size. */
async function save(body: Readable, path: string, { kind, param }: Wanted): Promise<number> {
  const { limit_bytes } = KINDS[kind] ?? { limit_bytes: 0 }
  let size = 0
  try {
    await pipeline(
      body,
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          size += chunk.length
          if (size > limit_bytes) {
            refuseExample(
              param,
              `The file is larger than the ${limit_bytes / MB} MB that Meta takes for such a header.`,
            )
          }
          yield chunk
          streamedBytes(chunk.length)
        }
      },
      createWriteStream(path, { flags: 'wx', mode: 0o600 }),
    )
  } catch (error) {
    if (error instanceof Failure) throw error
    refuseExample(param, 'The file could not be read to its end; check that it can be downloaded.')
  }
  if (size === 0) refuseExample(param, 'The file is empty.')
  return size
}

/** By the leading bytes; what was declared counts only where those say nothing. */
async function typeOf(path: string, source: Source, { kind, param }: Wanted): Promise<string> {
  const rules = KINDS[kind]
  const declared = source.mime_type?.split(';')[0]?.trim().toLowerCase()
  const told = (await fileTypeFromBuffer(await headOf(path)))?.mime
  const container = told !== undefined && /^application\/(x-cfb|zip)$/.test(told)
  const type = told === undefined || (container && declared !== undefined) ? declared : told
  if (type !== undefined && rules?.types.test(type) && (told !== undefined || type === 'text/plain'))
    return type
  return refuseExample(
    param,
    `This header wants ${rules?.words}; the file is ${type ?? 'of an unknown type'}.`,
  )
}

async function headOf(path: string): Promise<Buffer> {
  const handle = await open(path)
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4100), 0, 4100, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}
