// Compiles a route's schemas and checks params, query and body against them. Bodies are taken as they are; a query is
// text, so numbers and booleans are read out of it first.

import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { fail, type Issue } from '../kit/errors.ts'
import { unstorable } from './body.ts'
import { explain } from './explain.ts'
import type { Route } from './route.ts'
import { isType, type Schema, typesOf } from './schemaTypes.ts'
import { subject } from './sentences.ts'

export type Checks = {
  params(value: unknown): unknown
  query(value: unknown): unknown
  body(value: unknown): unknown
}

const NO_FIELDS = { type: 'object', properties: {} } as unknown as TSchema

export function compileChecks(
  route: Pick<Route, 'method' | 'params' | 'query' | 'body' | 'rules' | 'scope'>,
): Checks {
  const ignores_body = route.body === undefined && (route.method === 'GET' || route.method === 'DELETE')
  const body = ignores_body ? undefined : checker(closed(route.body ?? NO_FIELDS))
  const querySchema = route.query && (route.scope === 'public' ? route.query : closed(route.query))
  const query = querySchema && checker(querySchema)
  const params = route.params && checker(route.params)
  return {
    params(value) {
      for (const name in value as Record<string, string>) {
        if (unstorable((value as Record<string, string>)[name] as string)) fail('not_found')
      }
      if (params && params(value).length > 0) fail('not_found')
      return value
    },
    query(value) {
      if (!querySchema || !query) return value
      const read = readQuery(querySchema as Schema, value as RawQuery)
      refuse([...unstorableIn(read), ...query(read)])
      return read
    },
    body(value) {
      if (body) refuse(route.rules ? [...body(value), ...route.rules(value)] : body(value))
      return value
    },
  }
}

/** Rooms may forget it: unknown fields are refused unless a schema says otherwise. */
function closed(schema: TSchema): TSchema {
  const { type, additionalProperties } = schema as Schema
  if (type !== 'object' || additionalProperties !== undefined || 'patternProperties' in schema) return schema
  return { ...schema, additionalProperties: false } as TSchema
}

/** Compiled when first used: a process that starts should not wait for a hundred compilers. */
function checker(schema: TSchema): (value: unknown) => Issue[] {
  let compiled: { Check(value: unknown): boolean } | undefined
  return value => {
    compiled ??= Compile(schema)
    return compiled.Check(value) ? NONE : explain(schema, value)
  }
}

const NONE: Issue[] = []

function refuse(issues: Issue[]): void {
  const [first] = issues
  if (!first) return
  const more = issues.length - 1
  const message = more === 0 ? first.message : `${first.message} (And ${more} more in details.issues.)`
  fail('invalid_parameter', { message, param: first.param, details: { issues } })
}

type RawQuery = Record<string, string | string[]>

/** What cannot be read is left as text, for the check to complain about. Defaults are filled in. */
function readQuery(schema: Schema, raw: RawQuery): Record<string, unknown> {
  const properties = (schema.properties ?? {}) as Record<string, Schema>
  const query: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(raw)) {
    const of = Object.hasOwn(properties, name) ? properties[name] : undefined
    query[name] = of ? readValue(of, value) : value
  }
  for (const [name, of] of Object.entries(properties)) {
    if (of.default !== undefined && !(name in query)) query[name] = of.default
  }
  return query
}

function readValue(schema: Schema, value: string | string[]): unknown {
  const branches = (schema.anyOf ?? [schema]) as Schema[]
  const array = branches.find(branch => branch.type === 'array')
  if (array) {
    const items = Array.isArray(value) ? value : value.split(',')
    return array.items ? items.map(item => readValue(array.items as Schema, item)) : items
  }
  if (Array.isArray(value)) return value
  for (const branch of branches) {
    const read = readScalar(branch, value)
    if (read !== undefined && typesOf(branch).some(type => isType(type, read))) return read
  }
  return value
}

function readScalar(schema: Schema, text: string): unknown {
  const types = typesOf(schema)
  if (types.includes('boolean')) {
    if (text === 'true' || text === '1') return true
    if (text === 'false' || text === '0') return false
  }
  const number = types.includes('integer') || types.includes('number')
  if (number && /^-?\d{1,15}(\.\d{1,15})?$/.test(text)) return Number(text)
  return undefined
}

function unstorableIn(query: Record<string, unknown>): Issue[] {
  return Object.entries(query).flatMap(([name, value]) => {
    const problem = typeof value === 'string' ? unstorable(value) : undefined
    return problem ? [{ param: name, message: `${subject(name)} ${problem}.` }] : []
  })
}
