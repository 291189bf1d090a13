// What interactive messages are made of: body, footer, header, and the media in a header.

import { type TProperties, Type } from 'typebox'
import type { Issue } from '../../../kit/errors.ts'
import type { MediaUse } from '../kind.ts'
import { at, exactlyOne, textAt } from '../look.ts'
import { Url } from '../url.ts'

export const closed = { additionalProperties: false } as const

/** An object that takes these fields and no others; with a `type` and a description it is titled by its type. */
export const shape = <T extends TProperties>(fields: T, description?: string) =>
  Type.Object(fields, description === undefined ? closed : { ...closed, ...titleOf(fields), description })

function titleOf({ type }: TProperties): { title?: string } {
  const { const: one, enum: several } = (type ?? {}) as { const?: string; enum?: string[] }
  const title = one ?? several?.[0]
  return title === undefined ? {} : { title }
}

export const BODY_LENGTH = 1024

export const Body = (maxLength = BODY_LENGTH) =>
  shape({
    text: Type.String({
      minLength: 1,
      maxLength,
      description: `At most ${maxLength.toLocaleString('en-US')} characters.`,
    }),
  })

export const Footer = shape({
  text: Type.String({ minLength: 1, maxLength: 60, description: 'At most 60 characters.' }),
})

export const Label = (maxLength: number, description: string) =>
  Type.String({ minLength: 1, maxLength, description: `${description} At most ${maxLength} characters.` })

/** A field that this type of message does not have, with a sentence that says so. */
export const none = (what: string) =>
  Type.Optional(
    Type.Never({
      description: `Not taken by ${what}.`,
      errorMessage: `is not taken by ${what}; leave it out.`,
    }),
  )

const file = {
  id: Type.Optional(Type.String({ minLength: 1, description: 'The `media_id` of an uploaded file.' })),
  link: Type.Optional(Url('Where Meta fetches the file. Either this or `id`.')),
}

export const TextHeader = shape({
  type: Type.Literal('text'),
  text: Type.String({ minLength: 1, maxLength: 60, description: 'At most 60 characters.' }),
})
export const ImageHeader = shape({ type: Type.Literal('image'), image: shape(file) })
export const VideoHeader = shape({ type: Type.Literal('video'), video: shape(file) })
const DocumentHeader = shape({
  type: Type.Literal('document'),
  document: shape({ ...file, filename: Type.Optional(Type.String({ minLength: 1 })) }),
})

export const Header = Type.Union([TextHeader, ImageHeader, VideoHeader, DocumentHeader], {
  description: 'A text, an image, a video or a document.',
})

const FILE_TYPES = ['image', 'video', 'document'] as const

/** Of the file in a header either the id or the link is given. `path` is where the header stands. */
export function headerRules(header: unknown, path: string): Issue[] {
  const type = FILE_TYPES.find(one => one === textAt(header, 'type'))
  return type === undefined ? [] : exactlyOne(at(header, type), `${path}.${type}`, 'id', 'link')
}

export function headerMedia(header: unknown, path: string): MediaUse[] {
  const type = FILE_TYPES.find(one => one === textAt(header, 'type'))
  const media_id = type && textAt(header, type, 'id')
  return media_id === undefined ? [] : [{ param: `${path}.${type}.id`, media_id, type: type as 'image' }]
}
