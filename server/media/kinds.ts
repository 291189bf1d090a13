// What Meta takes, as data: the kinds of media, their types with the extensions that go with them, and their sizes
// (Meta's "Supported media types", read in October 2026). Deciding which of them a file is happens in identify.ts.

export const KINDS = ['image', 'video', 'audio', 'document', 'sticker'] as const
export type Kind = (typeof KINDS)[number]

const KB = 1024
const MB = 1024 * KB

/** No kind is larger than this: Meta's limit for a document. */
export const MAX_BYTES = 100 * MB

export const STICKER_STATIC_BYTES = 100 * KB
export const STICKER_ANIMATED_BYTES = 500 * KB

export const KIND_BYTES: Readonly<Record<Kind, number>> = {
  image: 5 * MB,
  video: 16 * MB,
  audio: 16 * MB,
  document: MAX_BYTES,
  sticker: STICKER_ANIMATED_BYTES,
}

type MediaType = { kind: Kind; extensions: readonly string[]; name: string }

const office = 'application/vnd.openxmlformats-officedocument'

/** Every type that Meta takes. The first extension is the usual one. */
export const MEDIA_TYPES: Readonly<Record<string, MediaType>> = {
  'image/jpeg': { kind: 'image', extensions: ['jpg', 'jpeg', 'jpe', 'jfif', 'pjpeg'], name: 'a JPEG image' },
  'image/png': { kind: 'image', extensions: ['png', 'apng'], name: 'a PNG image' },
  'image/webp': { kind: 'sticker', extensions: ['webp'], name: 'a WebP image' },
  'video/mp4': { kind: 'video', extensions: ['mp4', 'm4v', 'mpg4'], name: 'an MP4 video' },
  'video/3gpp': { kind: 'video', extensions: ['3gp', '3gpp'], name: 'a 3GPP video' },
  'audio/aac': { kind: 'audio', extensions: ['aac'], name: 'AAC audio' },
  'audio/amr': { kind: 'audio', extensions: ['amr'], name: 'AMR audio' },
  'audio/mpeg': { kind: 'audio', extensions: ['mp3', 'mp2', 'mp1', 'mpga', 'mpeg'], name: 'MP3 audio' },
  'audio/mp4': { kind: 'audio', extensions: ['m4a', 'm4b', 'mp4', 'f4a', 'f4b'], name: 'MP4 audio' },
  'audio/ogg': { kind: 'audio', extensions: ['ogg', 'opus', 'oga'], name: 'Ogg audio' },
  'text/plain': { kind: 'document', extensions: ['txt', 'text', 'log', 'csv', 'md'], name: 'plain text' },
  'application/pdf': { kind: 'document', extensions: ['pdf'], name: 'a PDF document' },
  'application/msword': { kind: 'document', extensions: ['doc', 'dot'], name: 'a Word document' },
  'application/vnd.ms-excel': { kind: 'document', extensions: ['xls', 'xlt'], name: 'an Excel workbook' },
  'application/vnd.ms-powerpoint': {
    kind: 'document',
    extensions: ['ppt', 'pps', 'pot'],
    name: 'a PowerPoint file',
  },
  [`${office}.wordprocessingml.document`]: {
    kind: 'document',
    extensions: ['docx'],
    name: 'a Word document (docx)',
  },
  [`${office}.spreadsheetml.sheet`]: {
    kind: 'document',
    extensions: ['xlsx'],
    name: 'an Excel workbook (xlsx)',
  },
  [`${office}.presentationml.presentation`]: {
    kind: 'document',
    extensions: ['pptx'],
    name: 'a PowerPoint file (pptx)',
  },
}

/** Other names for the same types, as programs and systems write them. */
const ALIASES: Readonly<Record<string, string>> = {
  'image/jpg': 'image/jpeg',
  'image/pjpeg': 'image/jpeg',
  'image/x-png': 'image/png',
  'image/apng': 'image/png',
  'image/vnd.mozilla.apng': 'image/png',
  'video/x-m4v': 'video/mp4',
  'video/3gp': 'video/3gpp',
  'audio/3gpp': 'video/3gpp',
  'audio/x-aac': 'audio/aac',
  'audio/aacp': 'audio/aac',
  'audio/x-hx-aac-adts': 'audio/aac',
  'audio/vnd.dlna.adts': 'audio/aac',
  'audio/amr-nb': 'audio/amr',
  'audio/mp3': 'audio/mpeg',
  'audio/x-mp3': 'audio/mpeg',
  'audio/mpeg3': 'audio/mpeg',
  'audio/x-mpeg': 'audio/mpeg',
  'audio/m4a': 'audio/mp4',
  'audio/x-m4a': 'audio/mp4',
  'audio/opus': 'audio/ogg',
  'audio/x-ogg': 'audio/ogg',
  'application/ogg': 'audio/ogg',
  'application/x-pdf': 'application/pdf',
}

/** The type without parameters, in the spelling of this table: `Audio/OGG; codecs=opus` → `audio/ogg`. */
export function plainType(mime_type: string): string {
  const bare = mime_type.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  return ALIASES[bare] ?? bare
}

/** The kind that a type is sent as; undefined for types that Meta does not take. */
export function kindOf(mime_type: string): Kind | undefined {
  return MEDIA_TYPES[plainType(mime_type)]?.kind
}

/** Types of that kind, or all of them. */
export function typesOf(kind?: Kind): string[] {
  return Object.keys(MEDIA_TYPES).filter(type => kind === undefined || MEDIA_TYPES[type]?.kind === kind)
}

/** What a file of this type may be long: `animated` matters to stickers alone. */
export function limitOf(mime_type: string, animated = true): number {
  const kind = kindOf(mime_type)
  if (kind === 'sticker') return animated ? STICKER_ANIMATED_BYTES : STICKER_STATIC_BYTES
  return kind === undefined ? MAX_BYTES : KIND_BYTES[kind]
}

/** `16 MB (16,777,216 bytes)` */
export function inWords(bytes: number): string {
  const short = bytes >= MB ? `${bytes / MB} MB` : `${bytes / KB} KB`
  return `${short} (${bytes.toLocaleString('en-US')} bytes)`
}
