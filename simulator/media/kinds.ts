// What Meta takes as media: types and sizes per kind of message.

import type { Media } from './store.ts'

const MB = 1024 * 1024
export const MOST_BYTES = 100 * MB

const LIMITS: Record<string, { types: string[]; most: number }> = {
  image: { types: ['image/jpeg', 'image/png'], most: 5 * MB },
  video: { types: ['video/mp4', 'video/3gpp'], most: 16 * MB },
  audio: { types: ['audio/aac', 'audio/amr', 'audio/mpeg', 'audio/mp4', 'audio/ogg'], most: 16 * MB },
  sticker: { types: ['image/webp'], most: 100 * 1024 },
}
const ANIMATED_STICKER = 500 * 1024

const DOCUMENTS = [
  'application/pdf',
  'text/plain',
  'application/msword',
  'application/vnd.ms-excel',
  'application/vnd.ms-powerpoint',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation',
]
const NAMED = [...Object.values(LIMITS).flatMap(one => one.types), ...DOCUMENTS]

/** Without its parameters, in lower case. */
export const baseType = (mime_type: string) => (mime_type.split(';', 1)[0] as string).trim().toLowerCase()

/** A sentence in Meta's words when a file of this type cannot be uploaded at all. */
export function uploadMistake(mime_type: string): string | undefined {
  const type = baseType(mime_type)
  const isOther = /^(application|text)\/[\w.+-]+$/.test(type) && type !== 'application/octet-stream'
  if (NAMED.includes(type) || isOther) return undefined
  const allowed = NAMED.join(', ')
  return `Param file must be a file with one of the following types: ${allowed}. Received file of type '${type}'.`
}

type Facts = Pick<Media, 'mime_type' | 'size' | 'animated' | 'channels'>

/** A sentence when a medium cannot be sent as this kind. */
export function fitMistake(kind: string, media: Facts, isVoice: boolean): string | undefined {
  const type = baseType(media.mime_type)
  const limit = LIMITS[kind]
  if (limit && !limit.types.includes(type)) return `A medium of type ${type} cannot be sent as ${kind}.`
  const most = kind === 'sticker' && media.animated ? ANIMATED_STICKER : (limit?.most ?? MOST_BYTES)
  if (media.size > most)
    return `A medium of ${media.size} bytes is too large for ${kind}: at most ${most} bytes.`
  if (isVoice && type !== 'audio/ogg') return 'A voice message must be audio/ogg with Opus and one channel.'
  if (kind === 'audio' && (media.channels ?? 1) !== 1) return 'Ogg audio must be Opus with one channel.'
  return undefined
}
