// What a JSON Schema says about kinds of values.

import type { TSchema } from 'typebox'
import { kindOf } from './sentences.ts'

export type Schema = TSchema & Record<string, unknown>

export function typesOf(schema: Schema): string[] {
  const type = schema.type as string | string[] | undefined
  return type === undefined ? [] : Array.isArray(type) ? type : [type]
}

export function isType(type: string, value: unknown): boolean {
  if (type === 'integer') return Number.isInteger(value)
  return kindOf(value) === type
}
