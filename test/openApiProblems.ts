// What is wrong with an OpenAPI 3.1 document: structure, references, parameters, examples. Empty means sound.

import { isDeepStrictEqual } from 'node:util'
import { Errors } from 'typebox/value'
import type { Route } from '../server/http/route.ts'

type Json = { [name: string]: unknown }

const METHODS = new Set(['get', 'put', 'post', 'delete', 'patch', 'options', 'head', 'trace'])
const TYPES = new Set(['null', 'boolean', 'object', 'array', 'number', 'string', 'integer'])
const TOP = new Set(['openapi', 'info', 'servers', 'tags', 'paths', 'components', 'security', 'webhooks'])

export function openApiProblems(document: Json): string[] {
  const problems: string[] = []
  if (!/^3\.1\.\d+$/.test(String(document.openapi))) problems.push('openapi must be 3.1.x')
  for (const name of Object.keys(document)) if (!TOP.has(name)) problems.push(`${name} is no top-level field`)
  const info = object(document.info)
  if (!info.title || !info.version) problems.push('info needs title and version')
  if (!document.paths) problems.push('paths is missing')
  problems.push(
    ...operationProblems(document),
    ...componentProblems(document),
    ...referenceProblems(document),
  )
  if (!isDeepStrictEqual(document, JSON.parse(JSON.stringify(document)))) {
    problems.push('the document holds something that is not JSON')
  }
  return problems
}

/** Examples that do not match the schema beside them. */
export function exampleProblems(routes: readonly Route[]): string[] {
  return routes.flatMap(route => {
    const name = `${route.method} ${route.path}`
    const reply = Object.entries(route.replies).find(
      ([status, schema]) => Number(status) < 300 && schema,
    )?.[1]
    const misfits = (what: string, schema: unknown, value: unknown) =>
      schema === undefined || schema === null || value === undefined
        ? []
        : Errors(schema as never, value).map(
            error => `${name}: ${what}${error.instancePath} ${error.message}`,
          )
    return [
      ...misfits('example body', route.body, route.example?.body),
      ...Object.entries(route.example?.bodies ?? {}).flatMap(([title, body]) => [
        ...misfits(`example "${title}"`, route.body, body),
        ...(route.rules?.(body) ?? []).map(issue => `${name}: example "${title}": ${issue.message}`),
      ]),
      ...misfits('example reply', reply, route.example?.reply),
    ]
  })
}

function operationProblems(document: Json): string[] {
  const problems: string[] = []
  const ids = new Set<unknown>()
  const tags = new Set((document.tags as Json[]).map(tag => tag.name))
  const schemes = object(object(document.components).securitySchemes)
  for (const [path, item] of Object.entries(object(document.paths))) {
    if (!path.startsWith('/') || path.includes(':')) problems.push(`${path} is not an OpenAPI path`)
    for (const [method, value] of Object.entries(object(item))) {
      const at = `${method.toUpperCase()} ${path}`
      const operation = object(value)
      if (!METHODS.has(method)) problems.push(`${at}: no such method`)
      if (ids.has(operation.operationId)) problems.push(`${at}: operationId is used twice`)
      ids.add(operation.operationId)
      if (!operation.summary) problems.push(`${at}: has no summary`)
      for (const tag of operation.tags as string[])
        if (!tags.has(tag)) problems.push(`${at}: unknown tag ${tag}`)
      for (const need of operation.security as Json[]) {
        for (const name of Object.keys(need))
          if (!(name in schemes)) problems.push(`${at}: unknown scheme ${name}`)
      }
      problems.push(...parameterProblems(at, path, operation, document), ...replyProblems(at, operation))
    }
  }
  return problems
}

function parameterProblems(at: string, path: string, operation: Json, document: Json): string[] {
  const problems: string[] = []
  const seen = new Set<string>()
  for (const listed of (operation.parameters ?? []) as Json[]) {
    const parameter = listed.$ref ? object(resolve(document, String(listed.$ref))) : listed
    const name = `${parameter.in} ${parameter.name}`
    if (seen.has(name)) problems.push(`${at}: ${name} is listed twice`)
    seen.add(name)
    if (!parameter.schema === !parameter.content) problems.push(`${at}: ${name} needs a schema`)
    if (parameter.in === 'path' && parameter.required !== true)
      problems.push(`${at}: ${name} must be required`)
    if (parameter.in === 'path' && !path.includes(`{${parameter.name}}`))
      problems.push(`${at}: ${name} is not in it`)
  }
  for (const [, name] of path.matchAll(/\{(\w+)\}/g)) {
    if (!seen.has(`path ${name}`)) problems.push(`${at}: {${name}} is not described`)
  }
  return problems
}

function replyProblems(at: string, operation: Json): string[] {
  const replies = Object.entries(object(operation.responses))
  const problems = replies.length === 0 ? [`${at}: has no reply`] : []
  for (const [status, value] of replies) {
    if (!/^[1-5]\d\d$/.test(status)) problems.push(`${at}: ${status} is no status`)
    if (typeof object(value).description !== 'string') problems.push(`${at}: ${status} has no description`)
  }
  return problems
}

function componentProblems(document: Json): string[] {
  const problems: string[] = []
  for (const [kind, entries] of Object.entries(object(document.components))) {
    for (const name of Object.keys(object(entries))) {
      if (!/^[A-Za-z0-9._-]+$/.test(name)) problems.push(`components.${kind}: ${name} is no name`)
    }
  }
  return problems
}

/** Walks everything: references lead somewhere, and schemas say only types that exist. */
function referenceProblems(document: Json): string[] {
  const problems: string[] = []
  const walk = (value: unknown, at: string, data: boolean): void => {
    if (Array.isArray(value)) {
      for (const [place, item] of value.entries()) walk(item, `${at}/${place}`, data)
    } else if (typeof value === 'object' && value !== null && !data) {
      const { $ref, type, $id } = value as Json
      if (typeof $ref === 'string' && resolve(document, $ref) === undefined)
        problems.push(`${at}: ${$ref} is nowhere`)
      if ($id !== undefined) problems.push(`${at}: $id is left over`)
      const listed = Array.isArray(type) ? type : typeof type === 'string' ? [type] : []
      const schema = !at.includes('/securitySchemes/')
      for (const one of listed) if (schema && !TYPES.has(one)) problems.push(`${at}: ${one} is no type`)
      for (const [name, item] of Object.entries(value)) {
        walk(
          item,
          `${at}/${name}`,
          ['example', 'value', 'default', 'enum', 'const'].includes(name) && !isNames(at),
        )
      }
    }
  }
  walk(document, '#', false)
  return problems
}

/** Below `properties` the names are the API's own, not keywords. */
function isNames(at: string): boolean {
  return at.endsWith('/properties')
}

function resolve(document: Json, ref: string): unknown {
  const steps = ref.replace(/^#\//, '').split('/')
  return steps.reduce<unknown>((value, step) => object(value)[step], document)
}

function object(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {}
}
