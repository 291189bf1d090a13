// What a kind of message is to the rest of Carom: the fields of its call as a schema, the rules that a schema cannot say,
// and how it stands on Meta's wire. All lengths are counted in Unicode code points, as JSON Schema's maxLength does: Meta
// says "characters" and no more, and a family emoji of seven code points counts as seven.

import type { TProperties } from 'typebox'
import type { Issue } from '../../kit/errors.ts'

export type MediaType = 'image' | 'video' | 'audio' | 'document' | 'sticker'

/** An uploaded file that a message refers to, and where in the request body it does. */
export type MediaUse = { param: string; media_id: string; type: MediaType; voice?: boolean }

export type OnWire = { type: string; content: object }

/** `Content` are the kind's own fields of the request body, as the schema made of `fields` lets them through. */
export type Kind<Content = never> = {
  fields: TProperties
  /** Asked about any body, also one that does not fit the schema: what is not as expected is none of their business. */
  rules(body: unknown): Issue[]
  wire(content: Content): OnWire
  media(content: Content): MediaUse[]
}

export const noRules = (): Issue[] => []
export const noMedia = (): MediaUse[] => []
