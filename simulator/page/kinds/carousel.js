// Cards that are swiped, each with its picture, text and buttons.

import { h } from '../elements.js'
import { formatText } from '../format.js'
import { buttonRow } from './buttons.js'
import { productCard } from './cards.js'
import { mediumOf } from './media.js'

/** @typedef {import('../api.js').Rendered} Card */

/** @param {import('../bubble.js').Bubble} bubble @param {import('../bubble.js').Actions} actions */
export function carouselOf(bubble, actions) {
  const { message } = bubble
  const cards = message.rendered?.cards ?? []
  if (cards.length === 0) return null
  const items = cards.map((card, at) =>
    h(
      'li',
      { class: 'swipe-card', 'aria-label': `Card ${at + 1} of ${cards.length}` },
      cardOf(card, at, bubble, actions),
    ),
  )
  return h('ul', { class: 'carousel', tabindex: '0', 'aria-label': 'Cards', 'data-focus': 'carousel' }, items)
}

/** @param {Card} card @param {number} at @param {import('../bubble.js').Bubble} bubble @param {import('../bubble.js').Actions} actions */
function cardOf({ body, buttons = [], header, product }, at, { chosen, message }, actions) {
  const type = String(header?.type ?? header?.format ?? '').toLowerCase()
  const id = product ?? header?.product?.product_retailer_id
  return [
    id ? productCard([id]) : null,
    !id && type ? mediumOf({ key: `${message.id}/card-${at}`, type, content: header[type] }) : null,
    body ? h('p', { class: 'swipe-text' }, formatText(body)) : null,
    h(
      'div',
      { class: 'buttons' },
      buttons.map((button, index) =>
        buttonRow(button, `card-${at}-${index}`, chosen.includes(button.text), () =>
          actions.press(message, button, index, at),
        ),
      ),
    ),
  ]
}
