// The OpenAPI 3.1 document, printed from the route table: whatever the door enforces is what the document says.
// It knows no room; a route's schemas, errors and examples are all that it reads.

import type { ErrorCode } from '../kit/errors.ts'
import { ErrorEnvelope, errorCodes, errorExamples } from './openapiErrors.ts'
import { printOperation, templatedPath } from './openapiOperation.ts'
import { type Components, type Json, printSchema } from './openapiSchema.ts'
import {
  introduction,
  sectionName,
  securitySchemes,
  sharedHeaders,
  sharedParameters,
  tagList,
} from './openapiWords.ts'
import type { Route } from './route.ts'

/** Where routes live that are not at the root. */
const PREFIX = '/api/v1'

/** Prints the document. `server_url` is where the API is reached from outside; without it, where the document came from. */
export function openApiDocument(
  routes: readonly Route[],
  options: { version: string; server_url?: string },
): Json {
  const shown = routes.filter(route => !route.hidden)
  const components: Components = new Map()
  printSchema(ErrorEnvelope, components)
  const paths = printPaths(shown, components)
  return {
    openapi: '3.1.0',
    info: {
      title: 'Carom',
      version: options.version,
      summary: 'A self-hosted WhatsApp Business API.',
      description: introduction.replaceAll('SERVER', options.server_url ?? 'http://127.0.0.1:4000'),
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: options.server_url ?? '/' }],
    tags: tagList(shown),
    paths,
    components: {
      schemas: Object.fromEntries([...components].sort(([a], [b]) => (a < b ? -1 : 1))),
      examples: errorExamples(usedCodes(shown)),
      parameters: sharedParameters,
      headers: sharedHeaders,
      securitySchemes,
    },
  }
}

function printPaths(routes: readonly Route[], components: Components): Json {
  const sections = new Map(tagList(routes).map(({ name }, place) => [name, place]))
  const placeOf = (route: Route) => sections.get(sectionName(route.tag)) ?? sections.size
  const paths: Record<string, Json> = {}
  for (const route of routes.toSorted((a, b) => placeOf(a) - placeOf(b))) {
    const path = templatedPath(route.root ? route.path : PREFIX + route.path)
    const method = route.method.toLowerCase()
    const item = paths[path] ?? {}
    paths[path] = item
    if (item[method]) throw new Error(`Two routes answer ${route.method} ${path}; remove one of them.`)
    item[method] = printOperation(route, sectionName(route.tag), components)
  }
  return paths
}

function usedCodes(routes: readonly Route[]): Set<ErrorCode> {
  return new Set(routes.flatMap(errorCodes))
}
