// One route as an OpenAPI operation: its parameters, body, replies, scope and headers.

import { STATUS_CODES } from 'node:http'
import type { TSchema } from 'typebox'
import { errorReplies } from './openapiErrors.ts'
import { type Components, type Json, printSchema } from './openapiSchema.ts'
import type { Route } from './route.ts'

/**
 * A body or reply is JSON, unless its schema says another `contentMediaType` (`text/csv`, `multipart/form-data`);
 * an `anyOf` at the top whose options say so lists several.
 */
export function printOperation(route: Route, tag: string, components: Components): Json {
  const keyed = route.scope !== 'public'
  const body = route.body && {
    requestBody: {
      required: true,
      content: contentOf(route.body, route.example?.body, components, named(route)),
    },
  }
  return {
    operationId: operationId(route),
    tags: [tag],
    summary: route.summary,
    description: [route.description, scopeSentence(route.scope)].filter(Boolean).join('\n\n'),
    security: keyed ? [{ bearer: [] }, { api_key: [] }] : [],
    'x-scope': route.scope,
    parameters: [
      ...pathParameters(route, components),
      ...queryParameters(route, components),
      ...headers(route),
    ],
    ...body,
    responses: {
      ...successReplies(route, components),
      ...errorReplies(route, status => replyHeaders(route, status)),
    },
  }
}

/** `/messages/:message_id/read` as OpenAPI writes it. */
export function templatedPath(path: string): string {
  return path.replace(/:([A-Za-z_][A-Za-z0-9_]*)/g, '{$1}')
}

function operationId(route: Route): string {
  const words = route.path.replaceAll(/:([A-Za-z_])/g, 'by_$1').split(/[^A-Za-z0-9]+/)
  const named = words.filter(Boolean).map(word => word.charAt(0).toUpperCase() + word.slice(1))
  return route.method.toLowerCase() + named.join('')
}

function scopeSentence(scope: Route['scope']): string {
  if (scope === 'public') return 'Needs no key.'
  if (scope === null) return 'Any valid key may call this.'
  if (scope === 'owner') return "Needs a tenant's owner key."
  if (scope === 'first_owner') return "Needs the first tenant's owner key."
  const listed = (Array.isArray(scope) ? scope : [scope]).map(name => `\`${name}\``)
  return listed.length === 1 ? `Scope: ${listed[0]}.` : `Scope: any one of ${listed.join(', ')}.`
}

function pathParameters(route: Route, components: Components): Json[] {
  const described = propertiesOf(route.params)
  return [...route.path.matchAll(/:([A-Za-z_][A-Za-z0-9_]*)/g)].map(([, name = '']) => {
    const schema = described.properties.get(name) ?? { type: 'string' }
    return parameter('path', name, true, schema, components)
  })
}

function queryParameters(route: Route, components: Components): Json[] {
  const { properties, required } = propertiesOf(route.query)
  return [...properties].map(([name, schema]) =>
    parameter('query', name, required.has(name), schema, components),
  )
}

function parameter(at: string, name: string, required: boolean, schema: Json, components: Components): Json {
  const { description, example, ...printed } = printSchema(schema, components)
  const words = description === undefined ? {} : { description }
  const sample = example === undefined ? {} : { example }
  return { in: at, name, required, ...words, schema: printed, ...sample }
}

/** The properties of an object schema, through intersections. */
function propertiesOf(schema: unknown): { properties: Map<string, Json>; required: Set<string> } {
  const parts = [schema, ...(((schema as Json | undefined)?.allOf as unknown[]) ?? [])] as (
    | Json
    | undefined
  )[]
  return {
    properties: new Map(
      parts.flatMap(part => Object.entries((part?.properties ?? {}) as Record<string, Json>)),
    ),
    required: new Set(parts.flatMap(part => (part?.required ?? []) as string[])),
  }
}

function headers(route: Route): Json[] {
  const names = ['RequestId']
  if (route.method !== 'GET' && route.scope !== 'public') names.unshift('IdempotencyKey')
  if (takesPrefer(route)) names.unshift('Prefer')
  return names.map(name => ({ $ref: `#/components/parameters/${name}` }))
}

/** A mutation that may answer both 201 and 202 is one that `Prefer: respond-async` decides about. */
function takesPrefer(route: Route): boolean {
  return route.method !== 'GET' && 201 in route.replies && 202 in route.replies
}

function successReplies(route: Route, components: Components): Json {
  const entries = Object.entries(route.replies).map(([status, schema]) => [Number(status), schema] as const)
  const shown = entries.find(([status, schema]) => status < 300 && schema !== null)?.[0]
  return Object.fromEntries(
    entries.map(([status, schema]) => {
      const example = status === shown ? route.example?.reply : undefined
      const content = schema === null ? {} : { content: contentOf(schema, example, components) }
      return [
        status,
        { description: sentenceOf(status, schema), headers: replyHeaders(route, status), ...content },
      ]
    }),
  )
}

const sentences: Record<number, string> = {
  200: 'Done.',
  201: 'Created.',
  202: 'Accepted: it is stored, and happens in a moment.',
  204: 'Deleted. There is no body.',
}

function sentenceOf(status: number, schema: TSchema | null): string {
  const own = (schema as Json | null)?.description
  return typeof own === 'string' ? own : (sentences[status] ?? STATUS_CODES[status] ?? 'Answered.')
}

function replyHeaders(route: Route, status: number): Json {
  const names = ['X-Request-Id']
  if (route.scope !== 'public' && status !== 401) names.push('X-RateLimit-Limit', 'X-RateLimit-Remaining')
  if (route.scope !== 'public' && route.method !== 'GET' && status < 300) names.push('Idempotent-Replayed')
  if (status === 409 || status === 429 || status === 503) names.push('Retry-After')
  return Object.fromEntries(names.map(name => [name, { $ref: `#/components/headers/${name}` }]))
}

function named(route: Route): Json | undefined {
  const bodies = Object.entries(route.example?.bodies ?? {})
  return bodies.length === 0
    ? undefined
    : Object.fromEntries(bodies.map(([name, value]) => [name, { value }]))
}

/** `examples`, in OpenAPI's form, take the place of the one `example`. */
function contentOf(schema: TSchema, example: unknown, components: Components, examples?: Json): Json {
  const options = ((schema as Json).anyOf as Json[] | undefined) ?? []
  const typed = options.some(option => option.contentMediaType !== undefined)
  const kinds = typed ? options : [schema as Json]
  const content: Json = {}
  for (const { contentMediaType, ...kind } of kinds) {
    const shown = examples ? { examples } : { example }
    const sample = contentMediaType === undefined && example !== undefined ? shown : {}
    const type = typeof contentMediaType === 'string' ? contentMediaType : 'application/json'
    content[type] = { schema: printSchema(kind, components), ...sample }
  }
  return content
}
