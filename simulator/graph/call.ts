// One call to the Graph API, taken apart: version, path, parameters from wherever they came.

import type { IncomingMessage } from 'node:http'
import type { FastifyRequest } from 'fastify'
import type { Json, World } from '../world.ts'
import { wrongParameter } from './errors.ts'
import { checkVersion, versionPattern } from './versions.ts'

export type Call = {
  world: World
  method: string
  version: string
  /** Without the version. */
  path: string[]
  query: Json
  body: Json
  /** Query and body together. */
  params: Json
  authorization: string
  /** Forms with files and raw bytes are read from here; then `body` is empty. */
  request: IncomingMessage
  /** `http://host/path`, for the links of a page. */
  address: string
  /** Headers for the answer. */
  headers: Record<string, string>
}

export function readCall(world: World, request: FastifyRequest): Call {
  const pathname = request.url.split('?', 1)[0] as string
  const path = pathname.split('/').filter(Boolean).map(decode)
  const asked = path[0] !== undefined && versionPattern.test(path[0]) ? (path.shift() ?? null) : null
  const version = checkVersion(asked, world.clock.now())
  const query = request.query as Json
  const body = readBody(request.body)
  return {
    world,
    method: request.method,
    version,
    path,
    query,
    body,
    params: { ...query, ...body },
    authorization: request.headers.authorization ?? '',
    request: request.raw,
    address: `${request.protocol}://${request.host}${pathname}`,
    headers: {},
  }
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

/** JSON, or form fields whose values may be JSON themselves. */
function readBody(raw: unknown): Json {
  if (typeof raw !== 'string' || raw.trim() === '') return {}
  const text = raw.trim()
  if (!/^[[{"]/.test(text)) {
    return Object.fromEntries([...new URLSearchParams(text)].map(([name, value]) => [name, readField(value)]))
  }
  try {
    const body: unknown = JSON.parse(text)
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Json
  } catch {}
  throw wrongParameter('The body of the request is not a valid JSON object.')
}

/** Graph takes an object or a list also as its JSON in a text. */
export function readField(value: unknown): unknown {
  if (typeof value !== 'string' || !/^[[{]/.test(value)) return value
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}

/** `http://host`, as the caller knows this simulator. */
export const originOf = (call: Call) => new URL(call.address).origin

/** A parameter as text; undefined when it is missing or empty. */
export function textParam(call: Call, name: string): string | undefined {
  const value = call.params[name]
  if (value === undefined || value === null || value === '') return undefined
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

export function requiredParam(call: Call, name: string): string {
  const value = textParam(call, name)
  if (value === undefined) throw wrongParameter(`The parameter ${name} is required.`)
  return value
}
