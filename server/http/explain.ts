// Finds every reason why a value does not fit a schema, as sentences for people. It runs only after the compiled
// check has said no, so it may be slow; that check alone decides, and this never overrules it.

import type { TSchema } from 'typebox'
import { Check, Errors } from 'typebox/value'
import type { Issue } from '../kit/errors.ts'
import { explainUnion } from './explainUnion.ts'
import { isType, type Schema, typesOf } from './schemaTypes.ts'
import * as say from './sentences.ts'

const MAX_ISSUES = 100

export function explain(schema: TSchema, value: unknown): Issue[] {
  const issues: Issue[] = []
  walk(schema as Schema, value, '', issues)
  if (issues.length === 0) issues.push(...generic(schema, value))
  return issues.slice(0, MAX_ISSUES).map(({ param, message }) => ({ param: param || 'body', message }))
}

/** Adds what is wrong with `value` at `path`. A schema may carry its own sentence in `errorMessage`. */
function walk(schema: Schema, value: unknown, path: string, issues: Issue[]): void {
  if (issues.length >= MAX_ISSUES) return
  const add = (message: string) => issues.push({ param: path, message })
  if (typeof schema.errorMessage === 'string') {
    if (!Check(schema, value)) add(`${say.subject(path)} ${schema.errorMessage}`)
    return
  }
  const union = schema.anyOf ?? schema.oneOf
  if (Array.isArray(union)) {
    explainUnion(schema, union as Schema[], { value, path, issues, walk })
    return
  }
  for (const part of (schema.allOf ?? []) as Schema[]) walk(part, value, path, issues)
  if ('const' in schema) {
    if (value !== schema.const) add(say.notAllowed(path, [schema.const], value))
    return
  }
  if (Array.isArray(schema.enum)) {
    if (!schema.enum.includes(value)) add(say.notAllowed(path, schema.enum, value))
    return
  }
  const types = typesOf(schema)
  if (types.length > 0 && !types.some(type => isType(type, value))) {
    add(say.wrongType(path, types, value))
  } else if (typeof value === 'string') walkString(schema, value, path, add)
  else if (typeof value === 'number') walkNumber(schema, value, path, add)
  else if (Array.isArray(value)) walkArray(schema, value, path, issues)
  else if (typeof value === 'object' && value !== null) walkObject(schema, value, path, issues)
}

type Add = (message: string) => void
type Count = 'minLength' | 'maxLength' | 'minItems' | 'maxItems' | 'minProperties' | 'maxProperties'
type Bound = Count | 'minimum' | 'maximum' | 'exclusiveMinimum' | 'exclusiveMaximum' | 'multipleOf'
type Bounds = { [Name in Bound]?: number } & { pattern?: string; format?: string; uniqueItems?: boolean }

function walkString(schema: Schema, value: string, path: string, add: Add): void {
  const { minLength = 0, maxLength = Infinity, pattern, format } = schema as Bounds
  const length = [...value].length
  const fits = (bound: object) => Check({ type: 'string', ...bound } as TSchema, value)
  if (length < minLength || length > maxLength) {
    add(say.wrongLength(path, 'character', minLength, maxLength, length))
  } else if (format !== undefined && !fits({ format })) add(say.wrongFormat(path, format, value))
  else if (pattern !== undefined && !fits({ pattern })) add(say.wrongPattern(path, pattern, value))
}

function walkNumber(schema: Schema, value: number, path: string, add: Add): void {
  const { minimum = -Infinity, maximum = Infinity, multipleOf } = schema as Bounds
  const { exclusiveMinimum = -Infinity, exclusiveMaximum = Infinity } = schema as Bounds
  const must = (be: string) => add(`${say.subject(path)} must be ${be}, but is ${value}.`)
  if (value < minimum || value > maximum) add(say.wrongRange(path, minimum, maximum, value))
  else if (value <= exclusiveMinimum) must(`more than ${exclusiveMinimum}`)
  else if (value >= exclusiveMaximum) must(`less than ${exclusiveMaximum}`)
  else if (multipleOf !== undefined && !Check({ type: 'number', multipleOf } as TSchema, value)) {
    must(`a multiple of ${multipleOf}`)
  }
}

function walkArray(schema: Schema, value: unknown[], path: string, issues: Issue[]): void {
  const { minItems = 0, maxItems = Infinity, uniqueItems } = schema as Bounds
  if (value.length < minItems || value.length > maxItems) {
    issues.push({ param: path, message: say.wrongLength(path, 'item', minItems, maxItems, value.length) })
  }
  if (uniqueItems && new Set(value.map(item => JSON.stringify(item))).size < value.length) {
    issues.push({ param: path, message: `${say.subject(path)} must not hold the same item twice.` })
  }
  const items = schema.items as Schema | Schema[] | undefined
  for (const [at, item] of value.entries()) {
    const of = Array.isArray(items) ? items[at] : items
    if (of) walk(of, item, `${path}[${at}]`, issues)
  }
}

function walkObject(schema: Schema, value: object, path: string, issues: Issue[]): void {
  const properties = (schema.properties ?? {}) as Record<string, Schema>
  const patterns = Object.entries((schema.patternProperties ?? {}) as Record<string, Schema>)
  const inside = (name: string) => (path === '' ? name : `${path}.${name}`)
  for (const name of (schema.required ?? []) as string[]) {
    if (!Object.hasOwn(value, name)) issues.push({ param: inside(name), message: say.required(inside(name)) })
  }
  for (const [name, item] of Object.entries(value)) {
    const matching = patterns.find(([pattern]) => new RegExp(pattern, 'u').test(name))?.[1]
    const of = Object.hasOwn(properties, name) ? properties[name] : (matching ?? schema.additionalProperties)
    if (of === false) {
      const message = say.unknownField(inside(name), name, Object.keys(properties))
      issues.push({ param: inside(name), message })
    } else if (typeof of === 'object') walk(of as Schema, item, inside(name), issues)
  }
  const { minProperties = 0, maxProperties = Infinity } = schema as Bounds
  const count = Object.keys(value).length
  if (count < minProperties || count > maxProperties) {
    issues.push({ param: path, message: say.wrongLength(path, 'field', minProperties, maxProperties, count) })
  }
}

/** For keywords that this file has no words for. */
function generic(schema: TSchema, value: unknown): Issue[] {
  return Errors(schema, value).map(error => {
    const path = error.instancePath
      .replace(/\/(\d+)(?=\/|$)/g, '[$1]')
      .replace(/^\//, '')
      .replaceAll('/', '.')
    return { param: path, message: `${say.subject(path)} ${error.message}.` }
  })
}
