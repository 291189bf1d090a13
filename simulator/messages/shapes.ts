// The pieces from which the schemas of Meta's wire are put together. Each refuses as Meta does: 131008 for what is
// missing, 131009 for a bad value, 100 for a wrong type. What the kinds of messages look like is told elsewhere.

import { GraphError, wrongParameter } from '../graph/errors.ts'
import type { Json } from '../world.ts'

/** A medium that a message names, found while it was checked. */
export type MediaUse = { kind: string; where: string; id?: string; link?: string; voice?: boolean }
export type Scene = { strict: boolean; uses: MediaUse[] }
type Check = (where: string, value: unknown, scene: Scene) => void
export type Shape = { check: Check; isOptional: boolean }

export const shape = (check: Check): Shape => ({ check, isOptional: false })
export const optional = (of: Shape): Shape => ({ ...of, isOptional: true })

export function object(parts: Record<string, Shape>): Shape {
  return shape((where, value, scene) => {
    if (!isObject(value)) throw wrongParameter(`Param ${where} must be a JSON object.`)
    const unknown = scene.strict ? Object.keys(value).find(key => !Object.hasOwn(parts, key)) : undefined
    if (unknown !== undefined) throw wrongParameter(`Unexpected key "${unknown}" on param "${where}".`)
    for (const [name, part] of Object.entries(parts)) checkPart(inside(where, name), value[name], part, scene)
  })
}

export function checkPart(where: string, value: unknown, part: Shape, scene: Scene) {
  if (value === null && scene.strict) throw wrongParameter(`Param ${where} must not be null.`)
  if (value !== undefined && value !== null) return part.check(where, value, scene)
  if (!part.isOptional) throw missing(where)
}

export function list(of: Shape, least: number, most: number): Shape {
  return shape((where, value, scene) => {
    if (!Array.isArray(value)) throw wrongParameter(`Param ${where} must be an array.`)
    if (value.length < least || value.length > most)
      throw wrongValue(`${where} must hold ${least} to ${most} elements, it holds ${value.length}`)
    for (const [at, one] of value.entries()) checkPart(`${where}[${at}]`, one, of, scene)
  })
}

/** Characters are code points. */
export function text(most = Number.POSITIVE_INFINITY, least = 1): Shape {
  return shape((where, value) => {
    if (typeof value !== 'string') throw wrongParameter(`Param ${where} must be a string.`)
    if (value.length >= least && (value.length <= most || [...value].length <= most)) return
    throw wrongValue(`${where} length invalid. Min length: ${least}, Max length: ${most}`)
  })
}

export function oneOf(...allowed: string[]): Shape {
  return shape((where, value) => {
    if (typeof value !== 'string') throw wrongParameter(`Param ${where} must be a string.`)
    if (!allowed.includes(value))
      throw wrongValue(`${where} must be one of {${allowed.join(', ')}}, got "${value}"`)
  })
}

/** Numbers may be written as strings, except where Meta is strict. */
export function number(least: number, most: number, isWhole = false): Shape {
  return shape((where, value, { strict }) => {
    const isText = typeof value === 'string' && value.trim() !== ''
    if (typeof value !== 'number' && (strict || typeof value !== 'string'))
      throw wrongParameter(`Param ${where} must be a number.`)
    const amount = isText || typeof value === 'number' ? Number(value) : Number.NaN
    if (amount >= least && amount <= most && (!isWhole || Number.isInteger(amount))) return
    throw wrongValue(`${where} must be a ${isWhole ? 'whole ' : ''}number from ${least} to ${most}`)
  })
}

/** A number of degrees, which Meta's own examples write as strings. */
export function degrees(most: number): Shape {
  return shape((where, value) => {
    const isText = typeof value === 'string' && /^[+-]?(\d+\.?\d*|\.\d+)$/.test(value)
    if (typeof value !== 'number' && !isText) throw wrongParameter(`Param ${where} must be a number.`)
    if (Math.abs(Number(value)) > most) throw wrongValue(`${where} must be a number from -${most} to ${most}`)
  })
}

export const flag = shape((where, value, { strict }) => {
  const allowed: unknown[] = strict ? [true, false] : [true, false, 'true', 'false']
  if (!allowed.includes(value)) throw wrongParameter(`Param ${where} must be a boolean.`)
})

export const webAddress = shape((where, value) => {
  if (typeof value !== 'string') throw wrongParameter(`Param ${where} must be a string.`)
  if (!/^https?:\/\/[^\s/?#]+\S*$/i.test(value) || !URL.canParse(value))
    throw wrongValue(`${where} is not a valid URL`)
})

/** Any object, whatever is in it. */
export const anything = shape((where, value) => {
  if (!isObject(value)) throw wrongParameter(`Param ${where} must be a JSON object.`)
})

export const inside = (where: string, name: string) => `${where}['${name}']`
export const missing = (where: string) =>
  new GraphError(131008, { details: `Required parameter is missing: ${where}` })
export const wrongValue = (details: string) => new GraphError(131009, { details })

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export function refuseRepeats(where: string, values: unknown[]) {
  if (new Set(values).size < values.length) throw wrongValue(`${where} must be unique`)
}

/** Where there are several sections, each has a title. */
export function refuseUntitled(sections: { title?: string }[]) {
  const untitled = sections.findIndex(one => !one.title)
  if (sections.length > 1 && untitled >= 0)
    throw missing(`interactive['action']['sections'][${untitled}]['title']`)
}
