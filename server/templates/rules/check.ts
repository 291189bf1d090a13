// Everything that Meta documents about a template before it is submitted: all problems at once, each with its place and
// what to do, so that no review is wasted. Pure: what an account already has (names, locks, limits) is not known here.

import type { Issue } from '../../kit/errors.ts'
import { adviseOn, adviseOnTtl } from './advise.ts'
import { checkButtons, partsOf } from './buttons.ts'
import { checkCarousel } from './carousel.ts'
import { checkAuthentication, type Located } from './codes.ts'
import { blame, type Findings, isPart, word } from './findings.ts'
import { isLanguage, languagesLike } from './languages.ts'
import type { Format } from './placeholders.ts'
import { checkBody, checkFooter, checkHeader, checkOffer } from './texts.ts'

export type Draft = {
  name: unknown
  language: unknown
  category: unknown
  parameter_format?: unknown
  message_send_ttl_seconds?: unknown
  components: unknown
}

export const CATEGORIES = ['MARKETING', 'UTILITY', 'AUTHENTICATION'] as const

export function checkDraft(draft: Draft): Findings {
  const found: Findings = { issues: [], warnings: [] }
  const { name, language } = draft
  if (typeof name !== 'string' || !/^[a-z0-9_]{1,512}$/.test(name)) {
    blame(
      found,
      'name',
      'A name is 1 to 512 lower-case letters, digits and underscores, such as order_shipped.',
    )
  }
  if (!isLanguage(language)) {
    const like = languagesLike(language)
    const known = like.length > 0 ? like.join(', ') : 'en_US, de, pt_BR and the others of Meta’s list'
    blame(found, 'language', `Meta has no templates in "${String(language)}"; it has ${known}.`)
  }
  const format = draft.parameter_format === undefined ? 'POSITIONAL' : word(draft.parameter_format)
  if (format !== 'POSITIONAL' && format !== 'NAMED') {
    blame(found, 'parameter_format', 'This must be POSITIONAL ({{1}}) or NAMED ({{first_name}}).')
  }
  checkContent(found, draft, format === 'NAMED' ? 'NAMED' : 'POSITIONAL')
  return found
}

/** For a body of any form: what is wrong beyond fields that are missing or of the wrong type, which its schema tells. */
export function draftIssues(body: unknown): Issue[] {
  if (!isPart(body)) return []
  const { components } = body
  const texts = ['name', 'language', 'category', 'parameter_format'].filter(
    field => typeof body[field] === 'string',
  )
  const readable = new Set([
    ...texts,
    ...(Array.isArray(components) && components.every(isPart) ? ['components'] : []),
    ...(Number.isInteger(body.message_send_ttl_seconds) ? ['message_send_ttl_seconds'] : []),
  ])
  return checkDraft(body as Draft).issues.filter(({ param }) => readable.has(param.split(/[.[]/)[0] ?? ''))
}

/** What an edit may change: category, components, time to live. */
export function checkContent(
  found: Findings,
  draft: Pick<Draft, 'category' | 'components' | 'message_send_ttl_seconds'>,
  format: Format,
): void {
  const category = word(draft.category)
  if (!CATEGORIES.some(known => known === category)) {
    blame(found, 'category', `This must be one of ${CATEGORIES.join(', ')}.`)
  }
  checkTtl(found, draft.message_send_ttl_seconds, category)
  const parts = partsByType(found, draft.components)
  if (!parts.has('BODY')) blame(found, 'components', 'A template needs a BODY.')
  if (category === 'AUTHENTICATION') checkAuthentication(found, parts)
  else checkParts(found, parts, category, format)
  adviseOn(found, parts, category)
  adviseOnTtl(found, draft.message_send_ttl_seconds, category)
}

const TTL: Record<string, { least: number; most: number; month: boolean }> = {
  AUTHENTICATION: { least: 30, most: 900, month: true },
  UTILITY: { least: 30, most: 43_200, month: true },
  MARKETING: { least: 43_200, most: 2_592_000, month: false },
}

function checkTtl(found: Findings, ttl: unknown, category: string): void {
  const limits = TTL[category]
  if (ttl === undefined || !limits) return
  const { least, most, month } = limits
  if (month && ttl === -1) return
  if (Number.isInteger(ttl) && (ttl as number) >= least && (ttl as number) <= most) return
  const also = month ? ', or -1 for 30 days' : ''
  blame(found, 'message_send_ttl_seconds', `For ${category} this is ${least} to ${most} seconds${also}.`)
}

const TYPES = [
  ...['HEADER', 'BODY', 'FOOTER', 'BUTTONS', 'LIMITED_TIME_OFFER', 'CAROUSEL', 'CALL_PERMISSION_REQUEST'],
]

function partsByType(found: Findings, components: unknown): Map<string, Located> {
  const parts = new Map<string, Located>()
  if (!Array.isArray(components) || components.length === 0) {
    blame(found, 'components', 'This must be a list of components, with a BODY at least.')
    return parts
  }
  for (const [index, component] of components.entries()) {
    const at = `components[${index}]`
    const type = isPart(component) ? word(component.type) : ''
    if (!isPart(component) || !TYPES.includes(type))
      blame(found, `${at}.type`, `This must be one of ${TYPES.join(', ')}.`)
    else if (parts.has(type))
      blame(found, at, `There is a second ${type}; a template has each component once.`)
    else parts.set(type, { part: component, at })
  }
  return parts
}

function checkParts(
  found: Findings,
  parts: ReadonlyMap<string, Located>,
  category: string,
  format: Format,
): void {
  const header = parts.get('HEADER')
  const body = parts.get('BODY')
  const footer = parts.get('FOOTER')
  const buttons = parts.get('BUTTONS')
  const offer = parts.get('LIMITED_TIME_OFFER')
  const carousel = parts.get('CAROUSEL')
  const list = partsOf(buttons?.part.buttons)
  const product = word(header?.part.format) === 'PRODUCT'
  if (header) checkHeader(found, header.part, header.at, format)
  if (body) checkBody(found, body.part, body.at, format, offer ? 600 : product ? 160 : 1024)
  if (footer) checkFooter(found, footer.part, footer.at)
  if (buttons) checkButtons(found, buttons.part, buttons.at)
  if (carousel) checkCarousel(found, carousel.part, carousel.at, format)
  if (product !== list.some(button => word(button.type) === 'SPM')) {
    const at = header && product ? header.at : (buttons?.at ?? 'components')
    blame(found, at, 'A PRODUCT header and an SPM button belong together: give both or neither.')
  }
  if (offer) {
    const around = { category, header: header?.part, footer: footer?.part, buttons: list }
    checkOffer(found, offer.part, offer.at, around)
  }
}
