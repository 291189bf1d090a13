// `fields=a,b{c,d}`: gives a node only the fields that were asked for, and refuses those that do not exist.

import type { Json } from '../world.ts'
import { GraphError } from './errors.ts'

/** `all` must name every field the node has, with undefined for those without a value. The id always stays. */
export function selectFields(all: Json, fields: string | undefined, defaults: string[], node: string): Json {
  const asked =
    fields === undefined ? defaults.map(name => ({ name, inner: undefined })) : splitFields(fields)
  const selected: Json = {}
  for (const { name, inner } of asked) {
    if (!(name in all)) {
      throw new GraphError(100, {
        message: `(#100) Tried accessing nonexisting field (${name}) on node type (${node})`,
      })
    }
    selected[name] = inner === undefined ? all[name] : selectInner(all[name], inner, node)
  }
  return { ...selected, id: all.id }
}

function selectInner(value: unknown, inner: string, node: string): unknown {
  if (Array.isArray(value)) return value.map(one => selectInner(one, inner, node))
  if (typeof value !== 'object' || value === null) return value
  const names = new Set(splitFields(inner).map(field => field.name))
  return Object.fromEntries(Object.entries(value).filter(([name]) => names.has(name) || name === 'id'))
}

/** Commas count only outside braces and parentheses. */
function splitFields(fields: string): { name: string; inner: string | undefined }[] {
  const parts: string[] = []
  let depth = 0
  let part = ''
  for (const char of fields) {
    if (char === '{' || char === '(' || char === '[') depth += 1
    if (char === '}' || char === ')' || char === ']') depth -= 1
    if (char === ',' && depth === 0) {
      parts.push(part)
      part = ''
    } else part += char
  }
  return [...parts, part]
    .map(one => one.trim())
    .filter(Boolean)
    .map(one => ({ name: (/^\w+/.exec(one) ?? [one])[0], inner: /\{(.*)\}$/s.exec(one)?.[1] }))
}
