// Checks the components of a template message against the template, as strictly as Meta, and renders what the
// phone will show. What one parameter may contain is in parameters.ts, buttons are in buttons.ts.

import { GraphError, wrongParameter } from '../graph/errors.ts'
import type { Component, Json, Rendered, Template, World } from '../world.ts'
import { checkButtons } from './buttons.ts'
import { fillVariables, variablesOf } from './fill.ts'
import { type Check, checkMediaHeader, isObject, textOf } from './parameters.ts'

const BODY_LIMIT = 1024
const HEADER_LIMIT = 60
const SENT_TYPES = ['header', 'body', 'button', 'limited_time_offer', 'carousel', 'tap_target_configuration']

/** Finds the template that a message names, or refuses as Meta does. */
export function findTemplate(world: World, waba_id: string, content: Json): Template {
  const { name, language } = content
  if (typeof name !== 'string' || name === '')
    throw wrongParameter("The parameter template['name'] is required.")
  const code = isObject(language) ? language.code : undefined
  if (typeof code !== 'string')
    throw wrongParameter("The parameter template['language']['code'] is required.")
  const named = [...world.templates.values()].filter(one => one.waba_id === waba_id && one.name === name)
  const template = named.find(one => one.language === code)
  if (template?.status === 'PAUSED')
    throw new GraphError(132015, { details: `The template ${name} is paused.` })
  if (template?.status === 'DISABLED')
    throw new GraphError(132016, { details: `The template ${name} is disabled.` })
  if (template?.status !== 'APPROVED') {
    throw new GraphError(132001, { details: `template name (${name}) does not exist in ${code}` })
  }
  return template
}

/** Refuses wrong parameters; answers what the phone shows. */
export function checkTemplate(template: Template, content: Json, check: Check): Rendered {
  const sent = sentComponents(content.components)
  const defined = (type: string) => template.components.find(one => one.type === type)
  const header = checkHeader(template, defined('HEADER'), parametersOf(sent, 'header'), check)
  const bodyText = defined('BODY')?.text ?? ''
  const body = fillText('body', bodyText, template, parametersOf(sent, 'body'), check)
  if ([...body].length > BODY_LIMIT)
    throw new GraphError(132005, { details: 'Translated text too long (body)' })
  checkCarousel(defined('CAROUSEL'), sent)
  const footer = defined('FOOTER')?.text
  const buttons = checkButtons(template, sent, check)
  return { ...(header && { header }), body, ...(footer !== undefined && { footer }), buttons }
}

function sentComponents(components: unknown): Json[] {
  if (components === undefined || components === null) return []
  if (!Array.isArray(components)) throw wrongParameter("Param template['components'] must be an array.")
  components.forEach((component, at) => {
    const name = `template['components'][${at}]`
    if (!isObject(component)) throw wrongParameter(`Param ${name} must be a JSON object.`)
    const type = String(component.type ?? '').toLowerCase()
    if (!SENT_TYPES.includes(type)) {
      const allowed = SENT_TYPES.map(one => one.toUpperCase()).join(', ')
      throw wrongParameter(
        `Param ${name}['type'] must be one of {${allowed}} - got "${component.type ?? ''}".`,
      )
    }
    const { parameters } = component
    if (parameters !== undefined && !(Array.isArray(parameters) && parameters.every(isObject))) {
      throw wrongParameter(`Param ${name}['parameters'] must be an array of JSON objects.`)
    }
  })
  return components
}

const parametersOf = (sent: Json[], type: string) =>
  sent.filter(one => String(one.type).toLowerCase() === type).flatMap(one => (one.parameters ?? []) as Json[])

function checkHeader(
  template: Template,
  header: Component | undefined,
  parameters: Json[],
  check: Check,
): Json | null {
  if (!header) {
    if (parameters.length > 0) throw countMismatch('header', parameters.length, 0)
    return null
  }
  if (header.format === 'TEXT') {
    const text = fillText('header', header.text ?? '', template, parameters, check)
    if ([...text].length > HEADER_LIMIT)
      throw new GraphError(132005, { details: 'Translated text too long (header)' })
    return { type: 'text', text }
  }
  return checkMediaHeader(String(header.format).toLowerCase(), parameters)
}

function fillText(where: string, text: string, template: Template, parameters: Json[], check: Check): string {
  const names = variablesOf(text)
  if (parameters.length !== names.length) throw countMismatch(where, parameters.length, names.length)
  const values = new Map<string, string>()
  parameters.forEach((parameter, at) => {
    const name = template.parameter_format === 'NAMED' ? parameterName(parameter) : String(at + 1)
    if (!names.includes(name) && template.parameter_format === 'NAMED') {
      throw new GraphError(132012, { details: `${where}: the template has no parameter named ${name}` })
    }
    values.set(names.includes(name) ? name : (names[at] as string), textOf(where, parameter, check))
  })
  if (values.size !== names.length) throw countMismatch(where, values.size, names.length)
  return fillVariables(text, values)
}

function parameterName(parameter: Json): string {
  const name = parameter.parameter_name
  if (typeof name === 'string' && name !== '') return name
  throw new GraphError(100, { details: 'Parameter name is missing or empty' })
}

const countMismatch = (where: string, got: number, expected: number) =>
  new GraphError(132000, {
    details: `${where}: number of localizable_params (${got}) does not match the expected number of params (${expected})`,
  })

function checkCarousel(carousel: Component | undefined, sent: Json[]) {
  const cards = sent.find(one => String(one.type).toLowerCase() === 'carousel')?.cards
  const expected = Array.isArray(carousel?.cards) ? carousel.cards.length : 0
  const got = Array.isArray(cards) ? cards.length : 0
  if (got !== expected) {
    throw new GraphError(132012, {
      details: `carousel: ${got} cards were sent, the template has ${expected}`,
    })
  }
}
