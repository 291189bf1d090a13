// Carousels: 2 to 10 cards with a picture or film and a link or quick replies, or with a product each.

import type { Json, Rendered, RenderedButton, RenderedCard } from '../../world.ts'
import type { InteractiveKind } from '../checkInteractive.ts'
import { headerMedium } from '../checkMedia.ts'
import {
  checkPart,
  inside,
  list,
  number,
  object,
  oneOf,
  optional,
  refuseRepeats,
  type Shape,
  shape,
  text,
  webAddress,
  wrongValue,
} from '../shapes.ts'

const MOST_BREAKS = 2

type Card = {
  card_index: number
  type: string
  header: Json & { type: string }
  body?: { text: string }
  action: {
    name?: string
    parameters?: { display_text: string; url: string }
    buttons?: { quick_reply: { id: string; title: string } }[]
    product_retailer_id?: string
    catalog_id?: string
  }
}

const cardText = shape((where, value, scene) => {
  text(160).check(where, value, scene)
  if (String(value).split('\n').length - 1 > MOST_BREAKS)
    throw wrongValue(`${where} may have ${MOST_BREAKS} line breaks`)
})

const cardHeader = shape((where, value, scene) => {
  object({ type: oneOf('image', 'video'), image: any(), video: any() }).check(where, value, scene)
  const { type, ...content } = value as Json
  const kind = String(type)
  checkPart(inside(where, kind), content[kind], headerMedium(kind), scene)
})

/** Looked at elsewhere. */
const any = () => optional(shape(() => undefined))

const quickReply = object({
  type: oneOf('quick_reply'),
  quick_reply: object({ id: text(20), title: text(20) }),
})

const link = object({
  name: oneOf('cta_url'),
  parameters: object({ display_text: text(20), url: webAddress }),
})
const replies = object({ buttons: list(quickReply, 1, Number.POSITIVE_INFINITY) })

const cardAction = shape((where, value, scene) => {
  const hasButtons = typeof value === 'object' && value !== null && 'buttons' in value
  const part = hasButtons ? replies : link
  part.check(where, value, scene)
})

const cardIndex = number(0, 9, true)
const mediaCard = object({
  card_index: cardIndex,
  type: oneOf('cta_url'),
  header: cardHeader,
  body: optional(object({ text: cardText })),
  action: cardAction,
})
const productCard = object({
  card_index: cardIndex,
  type: oneOf('product'),
  action: object({ product_retailer_id: text(), catalog_id: text() }),
})

const card: Shape = shape((where, value, scene) => {
  const type = typeof value === 'object' && value !== null ? (value as Json).type : undefined
  const part = type === 'product' ? productCard : mediaCard
  part.check(where, value, scene)
})

export const carousel: InteractiveKind = {
  headers: [],
  footer: 'none',
  action: object({ cards: list(card, 2, 10) }),
  rules: checkCards,
  render: renderCards,
}

function checkCards(action: Json) {
  const cards = action.cards as Card[]
  refuseRepeats(
    'card_index',
    cards.map(one => Number(one.card_index)),
  )
  const [first] = cards
  const same = (what: string, of: (card: Card) => unknown) => {
    if (cards.some(one => of(one) !== of(first as Card)))
      throw wrongValue(`All cards must have the same ${what}`)
  }
  same('type', one => one.type)
  if (first?.type === 'product') return same('catalog', one => one.action.catalog_id)
  same('type of header', one => one.header.type)
  same('kind and number of buttons', one => one.action.buttons?.length)
}

function renderCards(action: Json): Pick<Rendered, 'buttons' | 'cards'> {
  const cards = [...(action.cards as Card[])].sort((a, b) => Number(a.card_index) - Number(b.card_index))
  return { buttons: [], cards: cards.map(renderCard) }
}

function renderCard({ action, body, header }: Card): RenderedCard {
  const { buttons = [], parameters, product_retailer_id: product } = action
  const shown: RenderedButton[] = [
    ...(parameters ? [{ type: 'url', text: parameters.display_text, url: parameters.url }] : []),
    ...buttons.map(({ quick_reply: { id, title } }) => ({ type: 'reply', text: title, id })),
    ...(product === undefined ? [] : [{ type: 'product', text: 'View', product }]),
  ]
  return {
    ...(header && { header }),
    ...(body && { body: body.text }),
    ...(product !== undefined && { product }),
    buttons: shown,
  }
}
