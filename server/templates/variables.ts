// What a send of a template must supply, read off its components as Meta gives them back.

import { bodyExamples, firstOf, namedExamples } from './examples.ts'

export type VariableType =
  | 'text'
  | 'image'
  | 'video'
  | 'document'
  | 'location'
  | 'product'
  | 'coupon_code'
  | 'payload'
  | 'action'
  | 'expiration'

export type Variable = {
  component: 'header' | 'body' | 'button' | 'limited_time_offer'
  /** Its key in the short form of a send. */
  name: string
  type: VariableType
  required: boolean
  example?: string
  /** Of a button: its place among the template's buttons. */
  index?: number
  /** Of a button: as Meta calls it at send time, lower case. */
  sub_type?: string
  card_index?: number
  /** What stands between the braces, for texts in header and body. */
  placeholder?: string
  /** A one-time password: the button repeats the code of the body. */
  otp?: true
}

export type Readable = { category: string; parameter_format: string; components: readonly unknown[] }

type Part = Record<string, unknown>

const known = new WeakMap<readonly unknown[], { of: string; variables: Variable[] }>()

/** In the order of Meta's components; cards of a carousel last. Remembered with the components: a campaign asks often. */
export function variablesOf(template: Readable): Variable[] {
  const of = `${template.category} ${template.parameter_format}`.toUpperCase()
  const found = known.get(template.components)
  if (found?.of === of) return found.variables
  const variables = listVariables(template)
  known.set(template.components, { of, variables })
  return variables
}

function listVariables(template: Readable): Variable[] {
  const named = template.parameter_format.toUpperCase() === 'NAMED'
  const authentication = template.category.toUpperCase() === 'AUTHENTICATION'
  return template.components.flatMap(component => ofComponent(asPart(component), named, authentication))
}

/** Placeholders of a text in the order in which they first appear; numbers in order of their value. */
export function placeholdersIn(text: unknown): string[] {
  if (typeof text !== 'string') return []
  const found = [...text.matchAll(/\{\{\s*([^{}\s]+)\s*\}\}/g)].map(match => match[1] as string)
  const unique = [...new Set(found)]
  return unique.every(name => /^[0-9]+$/.test(name)) ? unique.sort((a, b) => Number(a) - Number(b)) : unique
}

export function fillPlaceholders(text: string, values: ReadonlyMap<string, string>): string {
  return text.replace(/\{\{\s*([^{}\s]+)\s*\}\}/g, (whole, name: string) => values.get(name) ?? whole)
}

export function asPart(value: unknown): Part {
  return typeof value === 'object' && value !== null ? (value as Part) : {}
}

export function upper(value: unknown): string {
  return typeof value === 'string' ? value.toUpperCase() : ''
}

function ofComponent(part: Part, named: boolean, authentication: boolean): Variable[] {
  switch (upper(part.type)) {
    case 'HEADER':
      return headerVariables(part, named)
    case 'BODY':
      return bodyVariables(part, authentication)
    case 'BUTTONS':
      return asList(part.buttons).flatMap((button, index) =>
        buttonVariables(asPart(button), index, authentication),
      )
    case 'LIMITED_TIME_OFFER':
      return offerVariables(part)
    case 'CAROUSEL':
      return asList(part.cards).flatMap((card, card_index) => cardVariables(asPart(card), card_index, named))
    default:
      return []
  }
}

function headerVariables(part: Part, named: boolean): Variable[] {
  const format = upper(part.format)
  if (format === 'TEXT') {
    return placeholdersIn(part.text).map(placeholder => {
      const example = named
        ? namedExamples(part.example, 'header_text_named_params').get(placeholder)
        : firstOf(asPart(part.example).header_text)
      return text('header', named ? placeholder : 'header', placeholder, example)
    })
  }
  if (['IMAGE', 'VIDEO', 'DOCUMENT', 'LOCATION', 'PRODUCT'].includes(format)) {
    return [
      { component: 'header', name: 'header', type: format.toLowerCase() as VariableType, required: true },
    ]
  }
  if (format === 'GIF') return [{ component: 'header', name: 'header', type: 'video', required: true }]
  return []
}

/** A template for codes may come without a text: its body has the code as its one variable all the same. */
function bodyVariables(part: Part, authentication: boolean): Variable[] {
  const found = placeholdersIn(part.text)
  const implied =
    authentication && found.length === 0 && (part.text === undefined || part.add_security_recommendation)
  const examples = bodyExamples(part.example, found)
  return (implied ? ['1'] : found).map(placeholder =>
    text('body', placeholder, placeholder, examples.get(placeholder)),
  )
}

function text(
  component: 'header' | 'body',
  name: string,
  placeholder: string,
  example: string | undefined,
): Variable {
  return {
    ...{ component, name, type: 'text', required: true, placeholder },
    ...(example === undefined ? {} : { example }),
  }
}

const ACTIONS: Record<string, { sub_type: string; required: boolean }> = {
  FLOW: { sub_type: 'flow', required: false },
  CATALOG: { sub_type: 'catalog', required: false },
  MPM: { sub_type: 'mpm', required: true },
}

function buttonVariables(button: Part, index: number, authentication: boolean): Variable[] {
  const type = upper(button.type)
  const base = { component: 'button', name: `button_${index}`, index } as const
  const example = firstOf(button.example)
  const told = example === undefined ? {} : { example }
  if (type === 'OTP' || (type === 'URL' && authentication)) {
    return [{ ...base, type: 'text', sub_type: 'url', required: true, otp: true, ...told }]
  }
  if (type === 'URL' && placeholdersIn(button.url).length > 0) {
    return [{ ...base, type: 'text', sub_type: 'url', required: true, ...told }]
  }
  if (type === 'COPY_CODE')
    return [{ ...base, type: 'coupon_code', sub_type: 'copy_code', required: true, ...told }]
  if (type === 'QUICK_REPLY') return [{ ...base, type: 'payload', sub_type: 'quick_reply', required: false }]
  if (type === 'VOICE_CALL') return [{ ...base, type: 'payload', sub_type: 'voice_call', required: false }]
  const action = ACTIONS[type]
  return action ? [{ ...base, type: 'action', ...action }] : []
}

function offerVariables(part: Part): Variable[] {
  const offer = asPart(part.limited_time_offer)
  if (offer.has_expiration !== true) return []
  return [{ component: 'limited_time_offer', name: 'limited_time_offer', type: 'expiration', required: true }]
}

function cardVariables(card: Part, card_index: number, named: boolean): Variable[] {
  return asList(card.components)
    .flatMap(component => ofComponent(asPart(component), named, false))
    .map(variable => ({ ...variable, card_index, name: `card_${card_index}_${variable.name}` }))
}

function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}
