// Takes the components of a submitted template, or of one of its cards, apart by their type.

import type { Json } from '../world.ts'
import { isObject } from './parameters.ts'
import { refuseField } from './refuse.ts'

export const upper = (value: unknown) => (typeof value === 'string' ? value.toUpperCase() : '')

/** By type, each at most once. */
export function sortOut(components: unknown, allowed: string[]): Map<string, Json> {
  if (!Array.isArray(components) || components.length === 0 || !components.every(isObject))
    throw refuseField('Param components must be an array of JSON objects.')
  const sorted = new Map<string, Json>()
  for (const component of components) {
    const type = upper(component.type)
    if (!allowed.includes(type))
      throw refuseField(`Param components[]['type'] must be one of {${allowed.join(', ')}}.`)
    if (sorted.has(type)) throw refuseField(`There are two components of type ${type}.`)
    sorted.set(type, component)
  }
  return sorted
}
