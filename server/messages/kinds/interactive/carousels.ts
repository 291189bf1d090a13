// A carousel: two to ten cards side by side, either with a picture or film each, or with products of one catalog.

import { Type } from 'typebox'
import type { Issue } from '../../../kit/errors.ts'
import type { MediaUse } from '../kind.ts'
import { allAlike, allDiffer, at, has, listAt, textAt } from '../look.ts'
import { UrlParameters } from './buttons.ts'
import { Body, headerMedia, headerRules, ImageHeader, Label, none, shape, VideoHeader } from './parts.ts'
import { Product } from './products.ts'

const MAX_LINE_BREAKS = 2

const card_index = Type.Integer({ minimum: 0, maximum: 9, description: 'From 0 to 9, each once.' })

const UrlAction = shape({ name: Type.Literal('cta_url'), parameters: UrlParameters })

const QuickReplies = shape({
  buttons: Type.Array(
    shape({
      type: Type.Literal('quick_reply'),
      quick_reply: shape({
        // As Meta's page prints it, though it prints 20 for the URL of a button as well, which cannot be meant.
        id: Label(20, 'Yours; comes back when the button is pressed.'),
        title: Label(20, 'What the button says.'),
      }),
    }),
    { minItems: 1 },
  ),
})

const MediaCard = shape(
  {
    card_index,
    type: Type.Literal('cta_url'),
    header: Type.Union([ImageHeader, VideoHeader]),
    body: Type.Optional(
      shape({
        text: Type.String({
          minLength: 1,
          maxLength: 160,
          description: 'At most 160 characters and 2 line breaks.',
        }),
      }),
    ),
    action: Type.Union([UrlAction, QuickReplies]),
  },
  'A picture or film with a button that opens a page, or with quick replies.',
)

const ProductCard = shape({ card_index, type: Type.Literal('product'), action: Product }, 'A product.')

export const CarouselMessage = shape(
  {
    type: Type.Literal('carousel'),
    header: none('a carousel (its cards have headers)'),
    body: Body(),
    footer: none('a carousel'),
    action: shape({
      cards: Type.Array(Type.Union([MediaCard, ProductCard]), { minItems: 2, maxItems: 10 }),
    }),
  },
  'Two to ten cards of one kind: the same type of header and the same buttons on all, or products of one catalog.',
)

export function carouselRules(message: unknown, path: string): Issue[] {
  const cards = listAt(message, 'action', 'cards')
  const here = `${path}.action.cards`
  const all = (...names: string[]) =>
    cards.map((card, i) => ({ param: `${here}[${i}].${names.join('.')}`, value: at(card, ...names) }))
  const kinds = allAlike(all('type'), 'all cards must be of one type')
  return [
    ...kinds,
    ...allDiffer(all('card_index'), 'every card has an index of its own'),
    ...(kinds.length > 0 ? [] : alikeRules(cards, here, all)),
    ...cards.flatMap((card, i) => cardRules(card, `${here}[${i}]`)),
  ]
}

type Column = (...names: string[]) => { param: string; value: unknown }[]

function alikeRules(cards: unknown[], here: string, all: Column): Issue[] {
  if (textAt(cards[0], 'type') === 'product') {
    return allAlike(all('action', 'catalog_id'), 'a carousel shows one catalog')
  }
  const buttons = cards.map((card, i) => ({ param: `${here}[${i}].action`, value: buttonsOf(card) }))
  return [
    ...allAlike(all('header', 'type'), 'all cards must have one type of header'),
    ...allAlike(buttons, 'all cards must have the same kind and number of buttons'),
  ]
}

function buttonsOf(card: unknown): string {
  const action = at(card, 'action')
  if (!has(action, 'buttons')) return 'a URL button'
  return `quick replies: ${listAt(action, 'buttons').length}`
}

function cardRules(card: unknown, path: string): Issue[] {
  const breaks = textAt(card, 'body', 'text')?.match(/\r\n|\r|\n/g)?.length ?? 0
  return [
    ...headerRules(at(card, 'header'), `${path}.header`),
    ...(breaks > MAX_LINE_BREAKS
      ? [
          {
            param: `${path}.body.text`,
            message: `\`${path}.body.text\` may have ${MAX_LINE_BREAKS} line breaks, but has ${breaks}.`,
          },
        ]
      : []),
  ]
}

export function carouselMedia(message: unknown, path: string): MediaUse[] {
  return listAt(message, 'action', 'cards').flatMap((card, i) =>
    headerMedia(at(card, 'header'), `${path}.action.cards[${i}].header`),
  )
}
