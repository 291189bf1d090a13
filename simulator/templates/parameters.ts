// What a single template parameter may contain.

import { GraphError } from '../graph/errors.ts'
import { isAtLeast } from '../graph/versions.ts'
import type { Json } from '../world.ts'

export type Check = { version: string }

const MEDIA = new Set(['image', 'video', 'document'])

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The text that a parameter stands for: its own, or the fallback of a currency or a date. */
export function textOf(where: string, parameter: Json, check: Check): string {
  const type = String(parameter.type ?? '').toLowerCase()
  if (type === 'currency' || type === 'date_time') {
    const fallback = isObject(parameter[type]) ? parameter[type].fallback_value : undefined
    if (typeof fallback === 'string' && fallback !== '') return fallback
    throw new GraphError(131008, { details: `${where}: a ${type} parameter needs a fallback_value` })
  }
  if (type !== 'text') throw formatMismatch(where, 'TEXT', type)
  const { text } = parameter
  if (text === undefined || text === '') {
    throw new GraphError(131008, { details: 'Parameter of type text is missing text value' })
  }
  if (typeof text !== 'string')
    throw new GraphError(100, { details: `${where}: the text of a parameter must be a string` })
  if (/[\n\r\t]| {5}/.test(text)) {
    throw wrongContent(
      check,
      'Param text cannot have new-line/tab characters or more than 4 consecutive spaces',
    )
  }
  return text
}

/** Newer versions have a code of their own for parameters whose content is wrong. */
export const wrongContent = (check: Check, details: string) =>
  new GraphError(isAtLeast(check.version, 23) ? 132018 : 132012, { details })

export const formatMismatch = (where: string, expected: string, received: string) =>
  new GraphError(132012, {
    details: `${where}: Format mismatch, expected ${expected.toUpperCase()}, received ${received.toUpperCase() || 'UNKNOWN'}`,
  })

/** A header of image, video, document, location or product: exactly one parameter of that type. */
export function checkMediaHeader(format: string, parameters: Json[]): Json {
  const [parameter] = parameters
  const type = String(parameter?.type ?? '').toLowerCase()
  if (parameters.length !== 1 || !parameter || type !== format) throw formatMismatch('header', format, type)
  const content = parameter[format]
  if (!isObject(content))
    throw new GraphError(131008, { details: `Parameter of type ${format} is missing ${format} value` })
  if (MEDIA.has(format)) checkMedia(format, content)
  if (format === 'location' && !(isNumeric(content.latitude) && isNumeric(content.longitude))) {
    throw new GraphError(131008, { details: 'header: a location needs latitude and longitude' })
  }
  return { type: format, [format]: content }
}

/** Exactly one of `id` and `link`, and a link that can be fetched. */
export function checkMedia(where: string, media: Json) {
  const { id, link } = media
  if ((id === undefined) === (link === undefined)) {
    throw new GraphError(id === undefined ? 131008 : 131009, {
      details: `${where}: exactly one of id and link is needed`,
    })
  }
  if (id !== undefined && !/^\d+$/.test(String(id))) {
    throw new GraphError(131009, { details: `${where}: ${String(id)} is not a valid media id` })
  }
  if (link !== undefined && !(typeof link === 'string' && /^https?:\/\/[^\s/]+/i.test(link))) {
    throw new GraphError(131009, { details: `${where}: the link is not a valid URL` })
  }
}

const isNumeric = (value: unknown) =>
  value !== '' && value !== null && Number.isFinite(Number(value ?? Number.NaN))
