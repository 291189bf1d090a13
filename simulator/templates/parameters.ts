// What a single template parameter may contain.

import { GraphError } from '../graph/errors.ts'
import { isAtLeast } from '../graph/versions.ts'
import type { Json } from '../world.ts'

export type Check = { version: string }

const MEDIA = new Set(['image', 'video', 'document'])

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The text that a parameter stands for: its own, or (in a body) the fallback of a currency or a date. */
export function textOf(where: string, parameter: Json, check: Check): string {
  const type = String(parameter.type ?? '').toLowerCase()
  if (where === 'body' && (type === 'currency' || type === 'date_time')) {
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
  const wanted = format === 'gif' ? 'video' : format
  const type = String(parameter?.type ?? '').toLowerCase()
  if (parameters.length !== 1 || !parameter || type !== wanted) throw formatMismatch('header', wanted, type)
  const content = parameter[wanted]
  if (!isObject(content))
    throw new GraphError(131008, { details: `Parameter of type ${wanted} is missing ${wanted} value` })
  if (MEDIA.has(wanted)) checkHeaderMedia(wanted, content)
  if (wanted === 'location') checkPlace(content)
  if (wanted === 'product') {
    for (const field of ['product_retailer_id', 'catalog_id']) needText('header', content, field)
  }
  return { type: wanted, [wanted]: content }
}

function checkHeaderMedia(type: string, content: Json) {
  checkMedia(type, content)
  if (content.id !== undefined && typeof content.id !== 'string')
    throw new GraphError(100, { details: `header: the id of a ${type} must be a string` })
  if (content.link !== undefined && !URL.canParse(String(content.link)))
    throw new GraphError(131009, { details: 'header: the link is not a valid URL' })
  if (content.filename === undefined) return
  if (type !== 'document')
    throw new GraphError(100, { details: `Unexpected key "filename" on param "${type}"` })
  if (typeof content.filename !== 'string')
    throw new GraphError(100, { details: 'header: the filename must be a string' })
}

export function needText(where: string, content: Json, field: string): string {
  const value = content[field]
  if (typeof value === 'string' && value !== '') return value
  throw new GraphError(131008, { details: `${where}: ${field} is missing` })
}

function checkPlace(place: Json) {
  const { latitude, longitude, name, address } = place
  if (!isNumeric(latitude) || !isNumeric(longitude))
    throw new GraphError(131008, { details: 'header: a location needs latitude and longitude' })
  if (Math.abs(Number(latitude)) > 90 || Math.abs(Number(longitude)) > 180)
    throw new GraphError(131009, { details: 'header: latitude or longitude is out of range' })
  for (const text of [name, address]) {
    if (text !== undefined && typeof text !== 'string')
      throw new GraphError(100, { details: 'header: name and address of a location must be strings' })
  }
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
  typeof value === 'number'
    ? Number.isFinite(value)
    : typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value))
