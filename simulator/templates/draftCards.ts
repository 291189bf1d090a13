// The cards of a submitted carousel: two to ten, all of the same build.

import type { Json } from '../world.ts'
import { checkButtonList } from './draftButtons.ts'
import { checkBody, checkHeader, type Format } from './draftParts.ts'
import { isObject } from './parameters.ts'
import { refuseField, refuseTemplate } from './refuse.ts'
import { sortOut, upper } from './sortOut.ts'

export function checkCards({ cards }: Json, format: Format) {
  if (!Array.isArray(cards) || !cards.every(isObject)) throw refuseField('A carousel needs its cards.')
  if (cards.length < 2 || cards.length > 10) throw refuseField('A carousel has 2 to 10 cards.')
  const builds = cards.map(card => checkCard(card, format))
  if (new Set(builds).size > 1) throw refuseField('All cards of a carousel must have the same components.')
}

/** Answers how the card is built, to be compared with the others. */
function checkCard(card: Json, format: Format): string {
  const parts = sortOut(card.components, ['HEADER', 'BODY', 'BUTTONS'])
  const header = parts.get('HEADER')
  const kind = upper(header?.format)
  if (!header || !['IMAGE', 'VIDEO', 'PRODUCT'].includes(kind))
    throw refuseTemplate(2388047, 'A card needs an image, a video or a product as its header.')
  checkHeader(header, format)
  const body = parts.get('BODY')
  if (body) checkBody(body, format, 160)
  const buttons = parts.get('BUTTONS')
  const allowed = ['QUICK_REPLY', 'URL', 'PHONE_NUMBER', ...(kind === 'PRODUCT' ? ['SPM'] : [])]
  const kinds = buttons ? checkButtonList(buttons, allowed, 2) : []
  return [kind, body ? 'BODY' : '', ...kinds].join(' ')
}
