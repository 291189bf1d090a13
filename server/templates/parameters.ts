// Whether one parameter has the form that its variable wants, by Meta's documented rules.

import type { Issue } from '../kit/errors.ts'
import { actionIssues } from './actions.ts'
import { asPart, fillPlaceholders, type Readable, upper, type Variable } from './variables.ts'

/** A parameter object of Meta's send body, not yet checked. */
export type Parameter = Record<string, unknown>

const MAX_BODY = 1024
const MAX_OTP = 15
const MAX_COUPON = 15
const MAX_HEADER = 60

export function checkParameter(
  variable: Variable,
  parameter: Parameter,
  path: string,
  named: boolean,
): Issue[] {
  const issues = ofType(variable, parameter, path)
  const { parameter_name } = parameter
  if (!named && parameter_name !== undefined) {
    issues.push({ param: path, message: 'This template counts its variables, so leave parameter_name out.' })
  }
  return issues
}

function ofType(variable: Variable, parameter: Parameter, path: string): Issue[] {
  const short = path.startsWith('variables.')
  const type = typeof parameter.type === 'string' ? parameter.type.toLowerCase() : ''
  if (variable.component === 'body' && (type === 'currency' || type === 'date_time')) {
    return fallbackValue(asPart(parameter[type]), `${path}.${type}`)
  }
  const wanted = variable.type === 'expiration' ? 'limited_time_offer' : variable.type
  if (type !== wanted) return [{ param: `${path}.type`, message: `This must be "${wanted}".` }]
  const where = short ? path : `${path}.${wanted}`
  const value = parameter[wanted]
  switch (variable.type) {
    case 'text':
      return textIssues(value, where, variable)
    case 'image':
    case 'video':
    case 'document':
      return mediaIssues(asPart(value), where, variable.type)
    case 'location':
      return locationIssues(asPart(value), where)
    case 'product':
      return textFields(asPart(value), where, ['product_retailer_id', 'catalog_id'])
    case 'coupon_code':
      return couponIssues(value, where)
    case 'payload':
      return typeof value === 'string' && value !== ''
        ? []
        : [{ param: where, message: 'This must be a text.' }]
    case 'action':
      return actionIssues(variable.sub_type, value, where)
    case 'expiration':
      return expirationIssues(asPart(value).expiration_time_ms, where)
  }
}

function textIssues(value: unknown, param: string, variable: Variable): Issue[] {
  if (typeof value !== 'string') return [{ param, message: 'This must be a text.' }]
  if (value === '') return [{ param, message: 'This must not be empty: Meta refuses empty parameters.' }]
  if (/[\r\n\t]/.test(value)) {
    return [{ param, message: 'Meta allows no line breaks or tabs in a parameter; replace them by spaces.' }]
  }
  if (/ {5}/.test(value))
    return [{ param, message: 'Meta allows no more than four spaces in a row in a parameter.' }]
  if (variable.otp && value.length > MAX_OTP)
    return [{ param, message: `A code has at most ${MAX_OTP} characters.` }]
  return []
}

function mediaIssues(media: Record<string, unknown>, param: string, type: string): Issue[] {
  const given = ['id', 'link'].filter(field => media[field] !== undefined)
  if (given.length !== 1) return [{ param, message: `The ${type} needs exactly one of id and link.` }]
  const issues: Issue[] = []
  if (media.link !== undefined && !isAddress(media.link)) {
    issues.push({
      param: `${param}.link`,
      message: 'This must be an http or https address that Meta can reach.',
    })
  }
  if (media.id !== undefined && (typeof media.id !== 'string' || !/^[0-9]+$/.test(media.id))) {
    issues.push({ param: `${param}.id`, message: 'This must be a media id: digits, as a text.' })
  }
  if (media.filename !== undefined && (type !== 'document' || typeof media.filename !== 'string')) {
    issues.push({ param: `${param}.filename`, message: 'Only a document has a filename, and it is a text.' })
  }
  return issues
}

/** As it stands: a parser would forgive spaces around it, and Meta does not. */
function isAddress(value: unknown): boolean {
  return typeof value === 'string' && /^https?:\/\/[^\s/]/i.test(value) && URL.canParse(value)
}

function locationIssues(location: Record<string, unknown>, param: string): Issue[] {
  const ranges = { latitude: 90, longitude: 180 }
  const issues: Issue[] = []
  for (const [field, most] of Object.entries(ranges)) {
    const value = location[field]
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
    if (typeof number !== 'number' || !(Math.abs(number) <= most)) {
      issues.push({ param: `${param}.${field}`, message: `This must be a number from -${most} to ${most}.` })
    }
  }
  for (const field of ['name', 'address']) {
    if (location[field] !== undefined && typeof location[field] !== 'string') {
      issues.push({ param: `${param}.${field}`, message: 'This must be a text.' })
    }
  }
  return issues
}

function textFields(value: Record<string, unknown>, param: string, fields: string[]): Issue[] {
  return fields
    .filter(field => typeof value[field] !== 'string' || value[field] === '')
    .map(field => ({ param: `${param}.${field}`, message: 'This must be a text.' }))
}

function couponIssues(value: unknown, param: string): Issue[] {
  if (typeof value === 'string' && /^[A-Za-z0-9]+$/.test(value) && value.length <= MAX_COUPON) return []
  return [{ param, message: `A coupon code is 1 to ${MAX_COUPON} letters and digits.` }]
}

function expirationIssues(value: unknown, param: string): Issue[] {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return []
  return [{ param, message: 'This must be when the offer ends, in milliseconds since 1970.' }]
}

function fallbackValue(value: Record<string, unknown>, param: string): Issue[] {
  return textFields(value, param, ['fallback_value'])
}

/** Header and bodies must stay within Meta's limits once they are filled in, and a code must be the same twice. */
export function checkBody(
  template: Readable,
  parameters: ReadonlyMap<Variable, { parameter: Parameter; path: string }>,
): Issue[] {
  const issues = lengthIssues(template.components, undefined, parameters)
  const carousel = template.components.map(asPart).find(part => upper(part.type) === 'CAROUSEL')
  const cards = Array.isArray(carousel?.cards) ? carousel.cards : []
  for (const [card_index, card] of cards.entries()) {
    const { components } = asPart(card)
    issues.push(...lengthIssues(Array.isArray(components) ? components : [], card_index, parameters))
  }
  const body = [...parameters].find(
    ([variable]) => variable.component === 'body' && variable.placeholder === '1',
  )
  for (const [variable, { parameter, path }] of parameters) {
    if (variable.otp && body && parameter.text !== body[1].parameter.text) {
      issues.push({ param: path, message: 'The code of the button must be the same as in the body.' })
    }
  }
  return issues
}

function lengthIssues(
  components: readonly unknown[],
  card_index: number | undefined,
  parameters: ReadonlyMap<Variable, { parameter: Parameter; path: string }>,
): Issue[] {
  const limits = { header: MAX_HEADER, body: MAX_BODY }
  return (['header', 'body'] as const).flatMap(component => {
    const values = new Map<string, string>()
    let param = 'components'
    for (const [variable, { parameter, path }] of parameters) {
      if (variable.component !== component || variable.card_index !== card_index) continue
      values.set(variable.placeholder ?? '', printed(parameter))
      param = path.startsWith('variables.') ? 'variables' : path.replace(/\.parameters\[\d+\]$/, '')
    }
    const part = components.map(asPart).find(one => upper(one.type) === component.toUpperCase())
    const text = typeof part?.text === 'string' ? fillPlaceholders(part.text, values) : ''
    const { length } = [...text]
    if (length <= limits[component]) return []
    const message = `With the variables filled in, the ${component} has ${length} characters; Meta allows ${limits[component]}.`
    return [{ param, message }]
  })
}

/** Meta always prints the fallback of a currency or date. */
export function printed(parameter: Parameter): string {
  if (typeof parameter.text === 'string') return parameter.text
  const rich = asPart(parameter.currency ?? parameter.date_time)
  return typeof rich.fallback_value === 'string' ? rich.fallback_value : ''
}
