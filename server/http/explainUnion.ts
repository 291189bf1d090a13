// Of several ways to be right, guesses which one was meant, so that the sentence speaks of that one alone:
// by a tag such as `type`, else by kind, else by the fewest mistakes.

import { Check } from 'typebox/value'
import type { Issue } from '../kit/errors.ts'
import { isType, type Schema, typesOf } from './schemaTypes.ts'
import * as say from './sentences.ts'

/** The value in question, and how one branch is explained. */
type Case = {
  value: unknown
  path: string
  issues: Issue[]
  walk(schema: Schema, value: unknown, path: string, issues: Issue[]): void
}

export function explainUnion(schema: Schema, branches: Schema[], one: Case): void {
  const { value, path, issues } = one
  if (Check(schema, value)) return
  const allowed = branches.flatMap(fixedValues)
  if (branches.every(branch => fixedValues(branch).length > 0)) {
    issues.push({ param: path, message: say.notAllowed(path, allowed, value) })
    return
  }
  const kin = branches.filter(branch => {
    const types = typesOf(branch)
    return types.length === 0 || types.some(type => isType(type, value))
  })
  if (kin.length === 0) {
    const types = [...new Set(branches.flatMap(typesOf))]
    issues.push({ param: path, message: say.wrongType(path, types, value) })
    return
  }
  if (tagged(kin, one)) return
  issues.push(...fewestMistakes(kin, one))
}

function fixedValues(schema: Schema): unknown[] {
  if ('const' in schema) return [schema.const]
  if (Array.isArray(schema.enum)) return schema.enum
  return schema.type === 'null' ? [null] : []
}

/** Objects that differ by a field of fixed value: that field says which one was meant. */
function tagged(branches: Schema[], { value, path, issues, walk }: Case): boolean {
  const objects = branches.filter(branch => branch.properties !== undefined)
  const names = Object.keys((objects[0]?.properties ?? {}) as object)
  const tag = names.find(name => objects.every(branch => tagValues(branch, name).length > 0))
  if (tag === undefined || objects.length < 2 || typeof value !== 'object' || value === null) return false
  const given = (value as Record<string, unknown>)[tag]
  const meant = objects.find(branch => tagValues(branch, tag).includes(given))
  const place = path === '' ? tag : `${path}.${tag}`
  if (meant) walk(meant, value, path, issues)
  else if (given === undefined) issues.push({ param: place, message: say.required(place) })
  else {
    const all = objects.flatMap(branch => tagValues(branch, tag))
    issues.push({ param: place, message: say.notAllowed(place, all, given) })
  }
  return true
}

function tagValues(branch: Schema, name: string): unknown[] {
  const field = (branch.properties as Record<string, Schema>)[name]
  return field ? fixedValues(field) : []
}

function fewestMistakes(branches: Schema[], { value, path, walk }: Case): Issue[] {
  let best: Issue[] | undefined
  for (const branch of branches) {
    const found: Issue[] = []
    walk(branch, value, path, found)
    if (!best || found.length < best.length) best = found
  }
  return best ?? []
}
