// Whether one recipient of a JSON body has the right form. Its number is another matter: that is judged, and counted, later.

import { unknownField, wrongType } from '../../http/sentences.ts'
import type { Issue } from '../../kit/errors.ts'

export type Recipient = { to: string; variables?: Record<string, unknown>; components?: object[] }

export const MAX_COMPONENTS = 20
const KNOWN = ['to', 'variables', 'components']

export function checkRecipient(value: unknown, path: string): { recipient?: Recipient; problems: Issue[] } {
  const fields = value as Record<string, unknown>
  const problems: Issue[] = []
  for (const name of Object.keys(fields)) {
    const param = `${path}.${name}`
    if (!KNOWN.includes(name)) problems.push({ param, message: unknownField(param, name, KNOWN) })
  }
  const add = (name: string, type: string) =>
    problems.push({ param: `${path}.${name}`, message: wrongType(`${path}.${name}`, [type], fields[name]) })
  if (fields.to === undefined) problems.push({ param: `${path}.to`, message: `\`${path}.to\` is required.` })
  else if (typeof fields.to !== 'string') add('to', 'string')
  if (fields.variables !== undefined && !isObject(fields.variables)) add('variables', 'object')
  if (fields.components !== undefined && !isParts(fields.components)) {
    const message = `\`${path}.components\` must be a list of at most ${MAX_COMPONENTS} objects.`
    problems.push({ param: `${path}.components`, message })
  }
  return problems.length > 0 ? { problems } : { recipient: fields as Recipient, problems }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isParts(value: unknown): value is object[] {
  return Array.isArray(value) && value.length <= MAX_COMPONENTS && value.every(isObject)
}
