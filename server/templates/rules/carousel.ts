// The rules for carousels: two to ten cards, each of the same structure.

import { checkButtons, partsOf } from './buttons.ts'
import { blame, type Findings, type Part, word } from './findings.ts'
import type { Format } from './placeholders.ts'
import { checkBody, checkHeader } from './texts.ts'

const BODY = 160
const BUTTONS = 2

export function checkCarousel(found: Findings, component: Part, param: string, format: Format): void {
  const cards = partsOf(component.cards)
  const path = `${param}.cards`
  if (cards.length < 2 || cards.length > 10) {
    blame(found, path, `A carousel has 2 to 10 cards; this one has ${cards.length}.`)
  }
  const shapes = cards.map((card, at) => checkCard(found, card, `${path}[${at}]`, format))
  for (const [at, shape] of shapes.entries()) {
    if (shape === shapes[0]) continue
    const message = `All cards must be built alike: this one is ${shape}, the first one is ${shapes[0]}.`
    blame(found, `${path}[${at}]`, message)
  }
}

/** Answers its structure in words. */
function checkCard(found: Findings, card: Part, param: string, format: Format): string {
  const components = partsOf(card.components)
  const path = `${param}.components`
  if (components.length === 0) blame(found, path, 'This must be a list of components.')
  const seen = new Map<string, { part: Part; at: string }>()
  for (const [index, part] of components.entries()) {
    const type = word(part.type)
    const at = `${path}[${index}]`
    if (!['HEADER', 'BODY', 'BUTTONS'].includes(type)) {
      blame(found, `${at}.type`, 'A card has HEADER, BODY and BUTTONS only.')
    } else if (seen.has(type)) blame(found, at, `There is a second ${type}.`)
    else seen.set(type, { part, at })
  }
  const header = seen.get('HEADER')
  const kind = word(header?.part.format)
  if (!['IMAGE', 'VIDEO', 'PRODUCT'].includes(kind)) {
    blame(
      found,
      header ? `${header.at}.format` : path,
      'Each card has a HEADER: an IMAGE, a VIDEO or a PRODUCT.',
    )
  } else if (header) checkHeader(found, header.part, header.at, format)
  const body = seen.get('BODY')
  if (body) checkBody(found, body.part, body.at, format, BODY)
  const buttons = seen.get('BUTTONS')
  const kinds = ['QUICK_REPLY', 'URL', 'PHONE_NUMBER', ...(kind === 'PRODUCT' ? ['SPM'] : [])]
  if (buttons) checkButtons(found, buttons.part, buttons.at, { kinds, most: BUTTONS })
  const labels = buttons ? partsOf(buttons.part.buttons).map(button => word(button.type)) : []
  return [kind || 'no header', ...(body ? ['BODY'] : []), ...labels].join(' + ')
}
