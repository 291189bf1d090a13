// The routes of media.

import { Type } from 'typebox'
import type { Transaction } from '../db/pool.ts'
import { type Route, route } from '../http/route.ts'
import { readContent } from './content.ts'
import { readMetadata } from './find.ts'
import { KINDS } from './kinds.ts'
import { receive, type Upload } from './receive.ts'
import { META_ERRORS } from './refuse.ts'
import { removeMedia } from './remove.ts'
import type { Media as Room } from './room.ts'
import { Media } from './schema.ts'
import { upload } from './upload.ts'

const MediaPath = Type.Object({
  media_id: Type.String({ minLength: 1, maxLength: 128, description: "Meta's id of the media." }),
})

const Phone = Type.String({
  minLength: 1,
  maxLength: 64,
  description: "Carom's id of the number, or Meta's. Required where there is more than one.",
})
const Declared = Type.String({
  minLength: 1,
  maxLength: 200,
  description: 'The media type, for example image/jpeg. Without it the file tells.',
})

const Sent = Type.Enum([...KINDS], {
  description:
    'What it will be sent as, where its type does not tell: as a `document` an image, a video or audio may have 100 MB.',
})

const UploadQuery = Type.Object(
  {
    phone_number_id: Type.Optional(Phone),
    type: Type.Optional(Declared),
    kind: Type.Optional(Sent),
    filename: Type.Optional(Type.String({ minLength: 1, maxLength: 500 })),
  },
  { additionalProperties: false },
)

const UploadForm = Type.Object(
  {
    file: Type.String({ format: 'binary', description: 'At most 100 MB, and what its kind allows.' }),
    phone_number_id: Type.Optional(Phone),
    type: Type.Optional(Declared),
    kind: Type.Optional(Sent),
  },
  { contentMediaType: 'multipart/form-data', additionalProperties: false },
)

const UploadBytes = Type.String({
  format: 'binary',
  contentMediaType: '*/*',
  description: 'The bytes as they are, with their own Content-Type.',
})

export function mediaRoutes(media: Room): Route<Transaction>[] {
  return [uploadRoute(media), metadataRoute(media), contentRoute(media), removeRoute(media)]
}

function uploadRoute(media: Room): Route<Transaction> {
  return route({
    method: 'POST',
    path: '/whatsapp/media',
    scope: 'whatsapp:send',
    tag: 'Media',
    summary: 'Upload a file',
    description:
      'A multipart form, or the bytes themselves with their Content-Type (then the other fields go into the query). Streamed: nothing is held in memory. The same bytes at the same number are answered with the same id as long as Meta keeps it.',
    query: UploadQuery,
    body: Type.Union([UploadForm, UploadBytes]),
    stream: true,
    replies: { 201: Media },
    errors: [
      ...(['not_found', 'invalid_state', 'invalid_parameter', 'invalid_header'] as const),
      ...(['payload_too_large', 'unsupported_media_type', 'sandbox_key'] as const),
      ...META_ERRORS,
    ],
    example: { body: { file: '@photo.jpg', phone_number_id: '500100200300401' } },
    idempotency: 'rerun',
    take: call => receive(media, call as Upload),
    handle: async call => ({ status: 201, body: await upload(media, call) }),
  })
}

function metadataRoute(media: Room): Route<Transaction> {
  return route({
    method: 'GET',
    path: '/whatsapp/media/:media_id',
    scope: 'whatsapp:read',
    tag: 'Media',
    summary: 'Read what media are',
    description: 'Also of media that came in with a message.',
    params: MediaPath,
    replies: { 200: Media },
    errors: ['not_found', 'sandbox_key', ...META_ERRORS],
    handle: async ({ caller, params }) => ({
      status: 200,
      body: await readMetadata(media, caller, params.media_id),
    }),
  })
}

function contentRoute(media: Room): Route<Transaction> {
  return route({
    method: 'GET',
    path: '/whatsapp/media/:media_id/content',
    scope: 'whatsapp:read',
    tag: 'Media',
    summary: 'Download media',
    description: 'The bytes, from the mirror or from Meta. Takes a Range header with one range.',
    params: MediaPath,
    replies: { 200: Bytes, 206: Bytes, 416: null },
    errors: ['not_found', 'invalid_state', 'sandbox_key', ...META_ERRORS],
    handle: ({ caller, params, headers }) =>
      readContent(
        media,
        caller,
        params.media_id,
        typeof headers.range === 'string' ? headers.range : undefined,
      ),
  })
}

const Bytes = Type.String({ format: 'binary', contentMediaType: 'application/octet-stream' })

function removeRoute(media: Room): Route<Transaction> {
  return route({
    method: 'DELETE',
    path: '/whatsapp/media/:media_id',
    scope: ['whatsapp:send', 'whatsapp:write'],
    tag: 'Media',
    summary: 'Delete media',
    description: 'At Meta, and its copy in the mirror.',
    params: MediaPath,
    replies: { 204: null },
    errors: ['not_found', 'sandbox_key', ...META_ERRORS],
    idempotency: 'rerun',
    async handle({ caller, params }) {
      await removeMedia(media, caller, params.media_id)
      return { status: 204 }
    },
  })
}
