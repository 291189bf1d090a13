// Checks the components of a template message against the template, as strictly as Meta, and renders what the
// phone will show. What one parameter may contain is in parameters.ts, buttons are in buttons.ts.

import { GraphError, wrongParameter } from '../graph/errors.ts'
import type { Component, Json, Rendered, Template, World } from '../world.ts'
import { isOtpButton } from './add.ts'
import { checkButtons } from './buttons.ts'
import { fillVariables, variablesOf } from './fill.ts'
import { type Check, checkMediaHeader, formatMismatch, isObject, textOf, wrongContent } from './parameters.ts'

const BODY_LIMIT = 1024
const HEADER_LIMIT = 60
const CARD_TYPES = ['header', 'body', 'button', 'limited_time_offer']
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
  const sent = sentComponents(content.components, "template['components']", SENT_TYPES)
  const isNamed = template.parameter_format === 'NAMED'
  const rendered = render(template.components, sent, isNamed, check)
  checkCode(template, sent, check)
  const cards = checkCards(template, sent, isNamed, check)
  return { ...rendered, ...(cards.length > 0 && { cards }) }
}

/** A template, or one card of it. */
function render(defined: Component[], sent: Json[], isNamed: boolean, check: Check): Rendered {
  const partOf = (type: string) => defined.find(one => one.type === type)
  if (!isNamed) refuseNames(sent)
  const header = checkHeader(partOf('HEADER'), parametersOf(sent, 'header'), isNamed, check)
  const body = fillText('body', partOf('BODY')?.text ?? '', parametersOf(sent, 'body'), isNamed, check)
  if ([...body].length > BODY_LIMIT)
    throw new GraphError(132005, { details: 'Translated text too long (body)' })
  checkOffer(partOf('LIMITED_TIME_OFFER'), parametersOf(sent, 'limited_time_offer'))
  const footer = partOf('FOOTER')?.text
  const buttons = checkButtons(defined, sent, check)
  return { ...(header && { header }), body, ...(footer !== undefined && { footer }), buttons }
}

function sentComponents(components: unknown, path: string, types: string[]): Json[] {
  if (components === undefined || components === null) return []
  if (!Array.isArray(components)) throw wrongParameter(`Param ${path} must be an array.`)
  const seen = new Set<string>()
  components.forEach((component, at) => {
    const name = `${path}[${at}]`
    if (!isObject(component)) throw wrongParameter(`Param ${name} must be a JSON object.`)
    const type = String(component.type ?? '').toLowerCase()
    if (!types.includes(type)) {
      const allowed = types.map(one => one.toUpperCase()).join(', ')
      throw wrongParameter(
        `Param ${name}['type'] must be one of {${allowed}} - got "${component.type ?? ''}".`,
      )
    }
    if (seen.has(type)) throw wrongParameter(`Param ${name} is a second component of type ${type}.`)
    if (type !== 'button') seen.add(type)
    const { parameters } = component
    if (parameters !== undefined && !(Array.isArray(parameters) && parameters.every(isObject))) {
      throw wrongParameter(`Param ${name}['parameters'] must be an array of JSON objects.`)
    }
  })
  return components
}

const parametersOf = (sent: Json[], type: string) =>
  sent.filter(one => String(one.type).toLowerCase() === type).flatMap(one => (one.parameters ?? []) as Json[])

function refuseNames(sent: Json[]) {
  const named = sent
    .flatMap(one => (one.parameters ?? []) as Json[])
    .find(parameter => parameter.parameter_name !== undefined)
  if (named) throw new GraphError(132012, { details: 'The parameters of this template have no names' })
}

function checkHeader(
  header: Component | undefined,
  parameters: Json[],
  isNamed: boolean,
  check: Check,
): Json | null {
  if (!header) {
    if (parameters.length > 0) throw countMismatch('header', parameters.length, 0)
    return null
  }
  if (header.format === 'TEXT') {
    const text = fillText('header', header.text ?? '', parameters, isNamed, check)
    if ([...text].length > HEADER_LIMIT)
      throw new GraphError(132005, { details: 'Translated text too long (header)' })
    return { type: 'text', text }
  }
  return checkMediaHeader(String(header.format).toLowerCase(), parameters)
}

function fillText(where: string, text: string, parameters: Json[], isNamed: boolean, check: Check): string {
  const names = variablesOf(text)
  if (!isNamed) names.sort((a, b) => Number(a) - Number(b))
  if (parameters.length !== names.length) throw countMismatch(where, parameters.length, names.length)
  const values = new Map<string, string>()
  parameters.forEach((parameter, at) => {
    const name = isNamed ? parameterName(parameter) : (names[at] as string)
    if (!names.includes(name))
      throw new GraphError(132012, { details: `${where}: the template has no parameter named ${name}` })
    values.set(name, textOf(where, parameter, check))
  })
  if (values.size !== names.length) throw countMismatch(where, values.size, names.length)
  return fillVariables(text, values)
}

function parameterName(parameter: Json): string {
  const name = parameter.parameter_name
  if (typeof name === 'string' && name !== '') return name
  throw new GraphError(100, { details: 'Parameter name is missing or empty' })
}

function checkOffer(part: Component | undefined, parameters: Json[]) {
  const offer = isObject(part?.limited_time_offer) ? part.limited_time_offer : {}
  const expected = offer.has_expiration === true ? 1 : 0
  if (parameters.length !== expected) throw countMismatch('limited_time_offer', parameters.length, expected)
  for (const parameter of parameters) {
    const type = String(parameter.type ?? '').toLowerCase()
    if (type !== 'limited_time_offer') throw formatMismatch('limited_time_offer', 'limited_time_offer', type)
    const end = isObject(parameter.limited_time_offer)
      ? parameter.limited_time_offer.expiration_time_ms
      : undefined
    if (!Number.isSafeInteger(end) || (end as number) <= 0)
      throw new GraphError(131009, { details: 'limited_time_offer: expiration_time_ms is not valid' })
  }
}

/** A login code stands in the body, and again in the button. */
function checkCode(template: Template, sent: Json[], check: Check) {
  const buttons = template.components.find(one => one.type === 'BUTTONS')?.buttons ?? []
  if (template.category !== 'AUTHENTICATION' || !buttons.some(isOtpButton)) return
  const [inBody] = parametersOf(sent, 'body')
  const [inButton] = parametersOf(sent, 'button')
  if (inBody?.text !== inButton?.text)
    throw wrongContent(check, 'The code of the button differs from the code of the body')
}

function checkCards(template: Template, sent: Json[], isNamed: boolean, check: Check): Rendered[] {
  const carousel = template.components.find(one => one.type === 'CAROUSEL')
  const component = sent.find(one => String(one.type).toLowerCase() === 'carousel')
  const defined = (Array.isArray(carousel?.cards) ? carousel.cards : []) as { components: Component[] }[]
  if (!component && defined.length === 0) return []
  const cards = component?.cards
  const got = Array.isArray(cards) ? cards.length : 0
  if (!Array.isArray(cards) || got !== defined.length || got === 0) {
    throw new GraphError(132012, {
      details: `carousel: ${got} cards were sent, the template has ${defined.length}`,
    })
  }
  return cards.map((card, at) => {
    if (!isObject(card) || card.card_index !== at || !Array.isArray(card.components))
      throw wrongParameter(`Param cards[${at}] needs its card_index and components.`)
    const inside = sentComponents(card.components, `cards[${at}]['components']`, CARD_TYPES)
    return render(defined[at]?.components ?? [], inside, isNamed, check)
  })
}

const countMismatch = (where: string, got: number, expected: number) =>
  new GraphError(132000, {
    details: `${where}: number of localizable_params (${got}) does not match the expected number of params (${expected})`,
  })
