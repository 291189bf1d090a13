// What somebody submits as a template, checked as Meta checks it: the first thing that is wrong refuses all of it.
// Written from Meta's pages, a rule to a line. The parts of a template are in draftParts.ts, draftButtons.ts,
// draftCards.ts and draftCodes.ts.

import type { Json } from '../world.ts'
import { checkButtonList } from './draftButtons.ts'
import { checkCards } from './draftCards.ts'
import { checkCodeTemplate } from './draftCodes.ts'
import { checkBody, checkFooter, checkHeader, checkOffer, type Format } from './draftParts.ts'
import { LANGUAGES } from './languages.ts'
import { refuseField, refuseTemplate } from './refuse.ts'
import { sortOut, upper } from './sortOut.ts'

export type Category = 'MARKETING' | 'UTILITY' | 'AUTHENTICATION'

export type Draft = {
  name: string
  language: string
  category: Category
  parameter_format: Format
  message_send_ttl_seconds: number | null
  components: Json[]
}

export function checkDraft(body: Json): Draft {
  const { name, language } = body
  if (typeof name !== 'string' || !/^[a-z0-9_]+$/.test(name))
    throw refuseField('The name may hold lower-case letters, digits and underscores only.')
  if (name.length > 512) throw refuseTemplate(2388040, 'The name may have 512 characters.')
  if (typeof language !== 'string' || !LANGUAGES.has(language))
    throw refuseTemplate(2388084, `The language ${String(language)} is not supported.`)
  const category = checkCategory(body.category)
  const parameter_format = checkFormat(body.parameter_format)
  const message_send_ttl_seconds = checkTtl(body.message_send_ttl_seconds, category)
  const components = checkComponents(body.components, category, parameter_format)
  return { name, language, category, parameter_format, message_send_ttl_seconds, components }
}

export function checkCategory(given: unknown): Category {
  const category = upper(given)
  if (category === 'MARKETING' || category === 'UTILITY' || category === 'AUTHENTICATION') return category
  throw refuseField('Param category must be one of {MARKETING, UTILITY, AUTHENTICATION}.')
}

function checkFormat(given: unknown): Format {
  const format = given === undefined ? 'POSITIONAL' : upper(given)
  if (format === 'POSITIONAL' || format === 'NAMED') return format
  throw refuseField('Param parameter_format must be one of {POSITIONAL, NAMED}.')
}

const LIFETIMES: Record<Category, { least: number; most: number; hasDefault: boolean }> = {
  AUTHENTICATION: { least: 30, most: 900, hasDefault: true },
  UTILITY: { least: 30, most: 43_200, hasDefault: true },
  MARKETING: { least: 43_200, most: 2_592_000, hasDefault: false },
}

export function checkTtl(given: unknown, category: Category): number | null {
  if (given === undefined) return null
  const { least, most, hasDefault } = LIFETIMES[category]
  if (given === -1 && hasDefault) return -1
  if (typeof given === 'number' && Number.isInteger(given) && given >= least && given <= most) return given
  throw refuseField(
    `message_send_ttl_seconds of a ${category.toLowerCase()} template must be ${least} to ${most}.`,
  )
}

const TYPES = [
  ...['HEADER', 'BODY', 'FOOTER', 'BUTTONS', 'LIMITED_TIME_OFFER', 'CAROUSEL', 'CALL_PERMISSION_REQUEST'],
]

export function checkComponents(components: unknown, category: Category, format: Format): Json[] {
  const parts = sortOut(components, TYPES)
  const body = parts.get('BODY')
  if (!body) throw refuseTemplate(2388072, 'A template needs a body.')
  if (category === 'AUTHENTICATION') checkCodeTemplate(parts)
  else checkPlainTemplate(parts, body, category, format)
  return components as Json[]
}

function checkPlainTemplate(parts: Map<string, Json>, body: Json, category: Category, format: Format) {
  const header = parts.get('HEADER')
  const footer = parts.get('FOOTER')
  const buttons = parts.get('BUTTONS')
  const offer = parts.get('LIMITED_TIME_OFFER')
  const carousel = parts.get('CAROUSEL')
  const kinds = buttons ? checkButtonList(buttons) : []
  const isProduct = upper(header?.format) === 'PRODUCT'
  if (kinds.includes('SPM') !== isProduct)
    throw refuseTemplate(2388047, 'A product header goes with an SPM button, and the button with the header.')
  if (header) checkHeader(header, format)
  checkBody(body, format, offer ? 600 : isProduct ? 160 : 1024)
  if (footer) checkFooter(footer)
  if (offer) checkOffer(offer, { header, footer, kinds, category })
  if (carousel) checkCards(carousel, format)
}
