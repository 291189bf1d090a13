// The bytes of media: from the mirror where there is a copy, else piped through from Meta, whose links live five minutes
// and are fetched anew each time.

import type { Readable } from 'node:stream'
import { sendableById } from '../accounts/room.ts'
import type { Principal, Reply } from '../http/route.ts'
import { fail } from '../kit/errors.ts'
import { streamedBytes } from '../kit/relief.ts'
import type { Download } from '../meta/media.ts'
import { askMeta, gone, requireRow } from './find.ts'
import { kindOf } from './kinds.ts'
import { parseRange } from './range.ts'
import { failAtMeta } from './refuse.ts'
import type { Media } from './room.ts'
import { hasExpired, type MediaRow } from './schema.ts'

export async function readContent(
  media: Media,
  caller: Principal,
  media_id: string,
  range_header: string | undefined,
): Promise<Reply> {
  const row = await requireRow(media, caller, media_id)
  return (await fromMirror(media, row, range_header)) ?? (await fromMeta(media, row, range_header))
}

async function fromMirror(
  media: Media,
  row: MediaRow,
  range_header: string | undefined,
): Promise<Reply | undefined> {
  const { mirror_place, mirror_key, size } = row
  const place = mirror_place === null ? undefined : media.mirror.at(mirror_place)
  if (!place || mirror_key === null || size === null) return undefined
  const range = parseRange(range_header, size)
  if (range === 'unsatisfiable') return unsatisfiable(size)
  let bytes: Readable | undefined
  try {
    bytes = await place.read(mirror_key, range)
  } catch (error) {
    media.log.warn({ err: error, media_id: row.media_id }, 'A copy in the mirror could not be read')
  }
  // Without its copy it may still be at Meta.
  if (!bytes) return undefined
  return reply(row, bytes, range ? 206 : 200, {
    'content-length': String(range ? range.end - range.start + 1 : size),
    ...(range ? { 'content-range': `bytes ${range.start}-${range.end}/${size}` } : {}),
  })
}

async function fromMeta(media: Media, row: MediaRow, range_header: string | undefined): Promise<Reply> {
  if (hasExpired(row, media.clock.now())) fail('not_found', { message: gone(row.media_id) })
  const number = await sendableById(media.accounts, row.phone_number_id)
  if (!number) {
    const message = 'The number of this media is disconnected; connect it again through onboarding.'
    return fail('invalid_state', { message })
  }
  // A single range only: what Meta makes of several is not documented.
  const range = parseRange(range_header, Number.MAX_SAFE_INTEGER) === undefined ? undefined : range_header
  for (let attempt = 1; ; attempt++) {
    const told = await askMeta(media, number, row.media_id)
    if (!told) return fail('not_found', { message: gone(row.media_id) })
    const found = await media.meta.downloadMedia(number.token, told.url, range)
    if (found.ok) return passOn({ ...row, mime_type: row.mime_type ?? told.mime_type }, found.value)
    if (found.kind !== 'rejected') {
      return failAtMeta(media, number.account_id, found, 'Fetching the media from Meta')
    }
    // The link may have run out on the way; one that is new and dead means that the bytes are gone.
    if (attempt === 2) return fail('not_found', { message: gone(row.media_id) })
  }
}

function passOn(row: MediaRow, { status, headers, body }: Download): Reply {
  if (status === 416) {
    body.resume()
    return unsatisfiable(row.size)
  }
  const kept = ['content-length', 'content-range'] as const
  const passed = kept.flatMap(name => {
    const value = headers[name]
    return typeof value === 'string' ? [[name, value]] : []
  })
  return reply(row, body, status, Object.fromEntries(passed))
}

function reply(row: MediaRow, body: Readable, status: number, headers: Record<string, string>): Reply {
  // Paused, so that nothing flows before the answer is on its way.
  body.on('data', chunk => streamedBytes(chunk.length)).pause()
  return {
    status,
    body,
    content_type: row.mime_type ?? 'application/octet-stream',
    headers: { 'accept-ranges': 'bytes', 'content-disposition': disposition(row), ...headers },
  }
}

/** Documents are for saving: nothing that a stranger sent is shown as a page of this server. */
function disposition({ filename, mime_type }: MediaRow): string {
  const kind = mime_type === null ? undefined : kindOf(mime_type)
  const how = kind === undefined || kind === 'document' ? 'attachment' : 'inline'
  if (filename === null) return how
  const encoded = encodeURIComponent(filename).replace(
    /['()*]/g,
    sign => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `${how}; filename*=UTF-8''${encoded}`
}

function unsatisfiable(size: number | null): Reply {
  return {
    status: 416,
    body: '',
    content_type: 'application/octet-stream',
    headers: { 'accept-ranges': 'bytes', 'content-range': `bytes */${size ?? '*'}` },
  }
}
