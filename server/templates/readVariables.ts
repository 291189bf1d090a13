// The short form of a send: `variables` by name, turned into Meta's parameters.

import type { Issue } from '../kit/errors.ts'
import type { Supplied } from './bind.ts'
import type { Parameter } from './parameters.ts'
import type { Variable } from './variables.ts'

export function fromVariables(variables: Variable[], given: unknown): Supplied {
  const supplied: Supplied = { parameters: new Map(), extras: [], issues: [], field: 'variables' }
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    supplied.issues.push({ param: 'variables', message: 'This must be an object of names and values.' })
    return supplied
  }
  const values = withCode(variables, new Map(Object.entries(given)))
  supplied.issues.push(...unknownNames(variables, values))
  const code = values.get('1')
  for (const variable of variables) {
    const value = values.get(variable.name) ?? (variable.otp ? code : undefined)
    if (value === undefined) continue
    const path = `variables.${variable.name}`
    supplied.parameters.set(variable, { parameter: parameterOf(variable, value), path })
  }
  return supplied
}

/** A login code may be called `code` too: it is the body's only variable, and the button repeats it. */
function withCode(variables: Variable[], values: Map<string, unknown>): Map<string, unknown> {
  const code = values.get('code')
  if (code === undefined || values.has('1') || !variables.some(variable => variable.otp)) return values
  values.delete('code')
  return values.set('1', code)
}

function unknownNames(variables: Variable[], values: Map<string, unknown>): Issue[] {
  const names = variables.map(variable => variable.name)
  const list = names.length === 0 ? 'it has none' : `it has ${names.join(', ')}`
  return [...values.keys()]
    .filter(name => !names.includes(name))
    .map(name => ({ param: `variables.${name}`, message: `The template has no such variable; ${list}.` }))
}

/** A value that does not fit is passed on as it is: the check of parameters tells what is wrong with it. */
function parameterOf(variable: Variable, value: unknown): Parameter {
  switch (variable.type) {
    case 'text':
      return { type: 'text', text: value, ...named(variable) }
    case 'image':
    case 'video':
    case 'document':
      return { type: variable.type, [variable.type]: typeof value === 'string' ? media(value) : value }
    case 'location':
    case 'product':
      return { type: variable.type, [variable.type]: unpacked(value) }
    case 'coupon_code':
      return { type: 'coupon_code', coupon_code: value }
    case 'payload':
      return { type: 'payload', payload: value }
    case 'action':
      return { type: 'action', action: unpacked(value) }
    case 'expiration':
      return { type: 'limited_time_offer', limited_time_offer: { expiration_time_ms: instant(value) } }
  }
}

function named(variable: Variable): { parameter_name?: string } {
  const { placeholder } = variable
  return placeholder === undefined || /^[0-9]+$/.test(placeholder) ? {} : { parameter_name: placeholder }
}

function media(text: string): unknown {
  if (text.startsWith('{')) return unpacked(text)
  return /^[0-9]+$/.test(text) ? { id: text } : { link: text }
}

/** A table has texts only, so an object may come as its JSON. */
function unpacked(value: unknown): unknown {
  if (typeof value !== 'string') return value
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}

function instant(value: unknown): unknown {
  if (typeof value !== 'string') return value
  return /^[0-9]+$/.test(value) ? Number(value) : Date.parse(value)
}
