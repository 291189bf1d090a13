// Binds what a send supplies to a template's variables: exactly them, in the right form. Pure: it knows neither the
// database nor Meta. A send supplies either Meta's `components`, or the short form `variables`, an object whose keys
// are the names that the template's `variables` list:
//
//   "1", "2", "first_name"   a text of the body (or of a NAMED header)
//   "header"                 a text; for media {link} or {id} (a document also filename), or just the link or id as a
//                            text; for a location {latitude, longitude, name?, address?}; for a product
//                            {product_retailer_id, catalog_id}
//   "button_0"               the end of the URL, the coupon code, the payload, or the action object of a Flow or
//                            catalogue button. The button of a login code repeats the body's "1" by itself,
//                            which may be called "code" there
//   "limited_time_offer"     when the offer ends: milliseconds since the epoch, or an ISO time
//   "card_0_header", "card_0_1", "card_0_button_0"   the same for a card of a carousel
//
// What is an object may come as its JSON in a text, as from a table.

import type { Issue } from '../kit/errors.ts'
import { buildComponents } from './build.ts'
import { checkBody, checkParameter, type Parameter } from './parameters.ts'
import { fromComponents } from './readComponents.ts'
import { fromVariables } from './readVariables.ts'
import { type Readable, type Variable, variablesOf } from './variables.ts'

export type Choice = { components?: unknown; variables?: unknown }

/** A component of Meta's send body. */
export type MetaComponent = { type: string } & Record<string, unknown>

export type Bound = { ok: true; components: MetaComponent[] } | { ok: false; issues: Issue[] }

/** What was supplied for which variable, and where in the body it stood. */
export type Supplied = {
  parameters: Map<Variable, { parameter: Parameter; path: string }>
  /** Components that belong to no variable and go to Meta as they are. */
  extras: MetaComponent[]
  issues: Issue[]
  /** The field that lacks what is missing. */
  field: 'components' | 'variables'
}

export function bind(template: Readable, choice: Choice): Bound {
  const variables = variablesOf(template)
  const supplied = read(template, variables, choice)
  const issues = [...supplied.issues, ...missing(variables, supplied)]
  const named = template.parameter_format.toUpperCase() === 'NAMED'
  for (const [variable, { parameter, path }] of supplied.parameters) {
    issues.push(...checkParameter(variable, parameter, path, named))
  }
  if (issues.length === 0) issues.push(...checkBody(template, supplied.parameters))
  if (issues.length > 0) return { ok: false, issues }
  return { ok: true, components: buildComponents(template, variables, supplied) }
}

function read(template: Readable, variables: Variable[], choice: Choice): Supplied {
  if (choice.components !== undefined && choice.variables !== undefined) {
    const message = 'Give either `components` or `variables`, not both.'
    const issues = [{ param: 'variables', message }]
    return { ...fromComponents(template, variables, choice.components), issues }
  }
  if (choice.variables !== undefined) return fromVariables(variables, choice.variables)
  return fromComponents(template, variables, choice.components ?? [])
}

function missing(variables: Variable[], supplied: Supplied): Issue[] {
  return variables
    .filter(variable => variable.required && !supplied.parameters.has(variable))
    .map(variable => ({
      param: supplied.field === 'variables' ? `variables.${variable.name}` : 'components',
      message: `${describe(variable)} is missing.`,
    }))
}

/** For people: `The text of the body's variable "first_name"`. */
export function describe(variable: Variable): string {
  const where = variable.card_index === undefined ? '' : ` of card ${variable.card_index}`
  if (variable.component === 'body')
    return `The text for the body's variable {{${variable.placeholder}}}${where}`
  if (variable.component === 'limited_time_offer') return "The offer's expiration (limited_time_offer)"
  if (variable.component === 'button') {
    return `The parameter (${variable.type}) of button ${variable.index} (sub_type ${variable.sub_type})${where}`
  }
  return `The header's ${variable.type}${where}`
}
