// A picture, film, sound, document or sticker. Sizes and file types are checked where files are: when they are uploaded,
// and when a `media_id` is sent (checkMedia.ts). What lies behind a link only Meta will see.

import { type Static, Type } from 'typebox'
import type { Issue } from '../../kit/errors.ts'
import type { Kind, MediaType } from './kind.ts'
import { exactlyOne, has, textAt } from './look.ts'
import { Url } from './url.ts'

export const MEDIA_TYPES = ['image', 'document', 'audio', 'video', 'sticker'] as const

const fields = {
  type: Type.Enum([...MEDIA_TYPES], {
    description:
      'image: JPEG or PNG, 5 MB. video: MP4 or 3GPP, 16 MB. audio: AAC, AMR, MP3, MP4 or Ogg (Opus), 16 MB. document: 100 MB. sticker: WebP, 100 KB, animated 500 KB.',
  }),
  media_id: Type.Optional(
    Type.String({
      minLength: 1,
      description: 'Of a file uploaded for this number (POST /whatsapp/media). Either this or `link`.',
    }),
  ),
  link: Type.Optional(
    Url('Where Meta fetches the file: public, with the right Content-Type. Either this or `media_id`.'),
  ),
  caption: Type.Optional(
    Type.String({ maxLength: 1024, description: 'For image, video and document: at most 1,024 characters.' }),
  ),
  filename: Type.Optional(
    Type.String({
      minLength: 1,
      description: 'For document: the name shown, whose extension tells the phone what it is.',
    }),
  ),
  voice: Type.Optional(
    Type.Boolean({ description: 'For audio: show it as a voice message. It must be Ogg with Opus, mono.' }),
  ),
}

const Fields = Type.Object(fields)

export const media: Kind<Static<typeof Fields>> = {
  fields,
  rules,
  wire({ type, media_id, link, ...rest }) {
    return {
      type,
      content: {
        ...(media_id === undefined ? {} : { id: media_id }),
        ...(link === undefined ? {} : { link }),
        ...rest,
      },
    }
  },
  media: ({ type, media_id, voice }) =>
    media_id === undefined ? [] : [{ param: 'media_id', media_id, type, voice: voice === true }],
}

/** Which types each of the fields is for. */
const TAKEN_BY: [field: string, types: readonly MediaType[]][] = [
  ['caption', ['image', 'video', 'document']],
  ['filename', ['document']],
  ['voice', ['audio']],
]

function rules(body: unknown): Issue[] {
  const type = textAt(body, 'type') as MediaType | undefined
  const known = type !== undefined && MEDIA_TYPES.includes(type)
  const misplaced = TAKEN_BY.flatMap(([field, types]) => {
    if (!known || !has(body, field) || types.includes(type)) return []
    const message = `\`${field}\` goes with ${types.join(', ')} only, not with ${type}; leave it out.`
    return [{ param: field, message }]
  })
  return [...exactlyOne(body, '', 'media_id', 'link'), ...misplaced]
}
