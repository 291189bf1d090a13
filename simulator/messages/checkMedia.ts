// Messages that are a medium, and the headers that carry one: image, video, audio, document, sticker. Whether the
// medium itself is good is asked later, from the uses that are noted here.

import { wrongParameter } from '../graph/errors.ts'
import type { Json, Rendered } from '../world.ts'
import {
  checkPart,
  flag,
  missing,
  object,
  optional,
  type Scene,
  type Shape,
  shape,
  text,
  webAddress,
  wrongValue,
} from './shapes.ts'

const CAPTION = optional(text(1024, 0))

const mediaId = shape((where, value, { strict }) => {
  if (typeof value !== 'string' && (strict || typeof value !== 'number'))
    throw wrongParameter(`Param ${where} must be a string.`)
})

const source = { id: optional(mediaId), link: optional(webAddress) }

const SHAPES: Record<string, Shape> = {
  image: object({ ...source, caption: CAPTION }),
  video: object({ ...source, caption: CAPTION }),
  audio: object({ ...source, voice: optional(flag) }),
  document: object({ ...source, caption: CAPTION, filename: optional(text()) }),
  sticker: object(source),
}

const HEADER_SHAPES: Record<string, Shape> = {
  image: object(source),
  video: object(source),
  document: object({ ...source, filename: optional(text()) }),
}

export const mediaKinds = Object.keys(SHAPES)

export function checkMediaMessage(type: string, content: Json, scene: Scene): Rendered {
  if (content.caption !== undefined && (type === 'audio' || type === 'sticker')) {
    throw wrongParameter(`Unexpected key "caption" on param "${type}".`)
  }
  checkPart(type, content, mediumOf(type, SHAPES[type]), scene)
  const { caption } = content
  const body = typeof caption === 'string' && caption !== '' ? { body: caption } : {}
  return { header: { type, [type]: content }, ...body, buttons: [] }
}

/** The object below a header, which takes no caption. */
export const headerMedium = (kind: string): Shape => mediumOf(kind, HEADER_SHAPES[kind])

/** Exactly one of `id` and `link`. */
function mediumOf(kind: string, known: Shape | undefined): Shape {
  return shape((where, value, scene) => {
    known?.check(where, value, scene)
    const { id, link, voice } = value as Json
    const has = (one: unknown) => one !== undefined && one !== null
    if (!has(id) && !has(link)) throw missing(`${where}['id'] or ${where}['link']`)
    if (has(id) && has(link)) throw wrongValue(`${where} must have only one of id and link`)
    scene.uses.push({
      kind,
      where,
      ...(has(id) ? { id: String(id) } : { link: String(link) }),
      ...((voice === true || voice === 'true') && { voice: true }),
    })
  })
}
