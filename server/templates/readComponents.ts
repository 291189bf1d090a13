// The long form of a send: Meta's own components, each parameter matched with the variable that it is for.

import type { Issue } from '../kit/errors.ts'
import { callIssues } from './actions.ts'
import type { MetaComponent, Supplied } from './bind.ts'
import type { Parameter } from './parameters.ts'
import { asPart, type Readable, upper, type Variable } from './variables.ts'

type Reading = Supplied & { template: Readable; variables: Variable[] }

export function fromComponents(template: Readable, variables: Variable[], given: unknown): Supplied {
  const reading: Reading = {
    ...{ template, variables, parameters: new Map(), extras: [], issues: [], field: 'components' },
  }
  const { parameters, extras, issues, field } = reading
  if (!Array.isArray(given)) complain(reading, 'components', "This must be a list of Meta's components.")
  else readList(reading, given, 'components', undefined)
  return { parameters, extras, issues, field }
}

function readList(reading: Reading, list: unknown[], path: string, card_index: number | undefined): void {
  const seen = new Set<string>()
  for (const [at, item] of list.entries()) {
    const component = asPart(item)
    const where = `${path}[${at}]`
    const type = upper(component.type)
    const slot = type === 'BUTTON' ? `BUTTON ${component.index ?? upper(component.sub_type)}` : type
    if (seen.has(slot))
      complain(reading, where, `There is a second ${slot.toLowerCase()} component; give each once.`)
    else readComponent(reading, component, where, card_index)
    seen.add(slot)
  }
}

function readComponent(
  reading: Reading,
  component: Record<string, unknown>,
  path: string,
  card_index: number | undefined,
): void {
  const type = upper(component.type)
  const given = component.parameters ?? []
  if (type === 'CAROUSEL' && card_index === undefined) readCarousel(reading, component, path)
  else if (type === 'TAP_TARGET_CONFIGURATION' && card_index === undefined) {
    const isList = Array.isArray(given) && given.every(item => asPart(item) === item && !Array.isArray(item))
    if (!isList) complain(reading, `${path}.parameters`, 'This must be a list of objects.')
    reading.extras.push({ ...component, type: 'tap_target_configuration' } as MetaComponent)
  } else if (!Array.isArray(given)) {
    complain(reading, `${path}.parameters`, 'This must be a list of parameters.')
  } else {
    const own = reading.variables.filter(variable => variable.card_index === card_index)
    const parameters = given.map(item => asPart(item) as Parameter)
    readParameters(reading, own, component, parameters, path)
  }
}

function readParameters(
  reading: Reading,
  own: Variable[],
  component: Record<string, unknown>,
  parameters: Parameter[],
  path: string,
): void {
  const type = upper(component.type).toLowerCase()
  const expected = own.filter(variable => variable.component === type)
  if (type === 'header' || type === 'body') matchTexts(reading, expected, parameters, path)
  else if (type === 'button') matchButton(reading, expected, component, parameters, path)
  else if (type === 'limited_time_offer') matchInOrder(reading, expected, parameters, path)
  else complain(reading, `${path}.type`, 'This must be header, body, button, limited_time_offer or carousel.')
}

function matchTexts(reading: Reading, expected: Variable[], parameters: Parameter[], path: string): void {
  const named = upper(reading.template.parameter_format) === 'NAMED'
  if (!named || expected[0]?.type !== 'text') {
    matchInOrder(reading, expected, parameters, path)
    return
  }
  for (const [at, parameter] of parameters.entries()) {
    const where = `${path}.parameters[${at}]`
    const variable = expected.find(candidate => candidate.placeholder === parameter.parameter_name)
    const names = expected.map(candidate => candidate.placeholder).join(', ')
    if (!variable)
      complain(reading, `${where}.parameter_name`, `This must be one of the template's variables: ${names}.`)
    else if (reading.parameters.has(variable))
      complain(reading, where, `${parameter.parameter_name} is given twice.`)
    else reading.parameters.set(variable, { parameter, path: where })
  }
}

/** A missing parameter is reported by name later, so only surplus ones are told here. */
function matchInOrder(reading: Reading, expected: Variable[], parameters: Parameter[], path: string): void {
  for (const [at, parameter] of parameters.entries()) {
    const variable = expected[at]
    if (variable) reading.parameters.set(variable, { parameter, path: `${path}.parameters[${at}]` })
  }
  if (parameters.length <= expected.length) return
  const has =
    expected.length === 0 ? 'no variables' : `${expected.length} variable${expected.length > 1 ? 's' : ''}`
  complain(
    reading,
    `${path}.parameters`,
    `This part of the template has ${has}, but ${parameters.length} were given.`,
  )
}

/** `index` is text or number; Meta's own example of a call button has none. */
function matchButton(
  reading: Reading,
  buttons: Variable[],
  component: Record<string, unknown>,
  parameters: Parameter[],
  path: string,
): void {
  const { index } = component
  const sub_type = upper(component.sub_type).toLowerCase()
  const known_form = index === undefined || ['string', 'number'].includes(typeof index)
  if (!known_form) {
    complain(reading, `${path}.index`, 'This must be the place of the button among all, from 0.')
    return
  }
  const variable =
    index === undefined && sub_type === 'voice_call'
      ? buttons.find(candidate => candidate.sub_type === 'voice_call')
      : buttons.find(candidate => String(candidate.index) === String(index))
  if (!variable) {
    const known = buttons.map(button => `${button.index} (${button.sub_type})`).join(', ')
    const message =
      known === '' ? 'No button of the template takes parameters.' : `Buttons with parameters: ${known}.`
    complain(reading, `${path}.index`, message)
  } else if (sub_type !== variable.sub_type) {
    complain(reading, `${path}.sub_type`, `Button ${variable.index} needs the sub_type ${variable.sub_type}.`)
  } else if (sub_type === 'voice_call') {
    // It takes several parameters of its own, all of them optional.
    reading.issues.push(...callIssues(parameters, `${path}.parameters`))
    if (parameters.length > 0) reading.extras.push({ ...component, type: 'button' } as MetaComponent)
  } else matchInOrder(reading, [variable], parameters, path)
}

function readCarousel(reading: Reading, component: Record<string, unknown>, path: string): void {
  const carousel = reading.template.components.map(asPart).find(part => upper(part.type) === 'CAROUSEL')
  const expected = Array.isArray(carousel?.cards) ? carousel.cards.length : 0
  const cards = Array.isArray(component.cards) ? component.cards : []
  if (cards.length !== expected || expected === 0) {
    const has = expected === 0 ? 'no carousel' : `${expected} cards`
    complain(reading, `${path}.cards`, `The template has ${has}, but ${cards.length} cards were given.`)
    return
  }
  for (const [at, item] of cards.entries()) {
    const card = asPart(item)
    const where = `${path}.cards[${at}]`
    if (card.card_index !== at)
      complain(reading, `${where}.card_index`, `This must be ${at}: cards in order, from 0.`)
    if (Array.isArray(card.components)) readList(reading, card.components, `${where}.components`, at)
    else complain(reading, `${where}.components`, 'This must be a list of components.')
  }
}

function complain(reading: { issues: Issue[] }, param: string, message: string): void {
  reading.issues.push({ param, message })
}
