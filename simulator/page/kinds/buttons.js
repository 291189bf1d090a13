// The rows to press under a bubble or a card.

import { h } from '../elements.js'
import { kindOf, listOf } from '../sheets/answers.js'
import { markOf } from './marks.js'

/** @typedef {import('../api.js').Button} Button */

/** More buttons than this make the phone show two and a way to the others. */
const MOST = 3

/** @param {import('../bubble.js').Bubble} bubble @param {import('../bubble.js').Actions} actions */
export function buttonsOf({ chosen, message }, actions) {
  if (message.direction !== 'to_user') return null
  const buttons = buttonsFor(message)
  if (buttons.length === 0) return null
  const rowOf = (/** @type {Button} */ button, /** @type {number} */ index) =>
    buttonRow(button, `press-${index}`, chosen.includes(button.text), () =>
      actions.press(message, button, index),
    )
  if (buttons.length <= MOST) return h('div', { class: 'buttons' }, buttons.map(rowOf))
  const others = buttonRow({ type: 'options', text: 'See all options' }, 'press-all', false, () =>
    actions.press(message, { type: 'options', text: 'See all options', rows: buttons.map(rowOf) }, -1),
  )
  return h('div', { class: 'buttons' }, buttons.slice(0, MOST - 1).map(rowOf), others)
}

/** What the simulator rendered; the rows of a list are behind one button. @param {import('../api.js').Message} message @returns {Button[]} */
function buttonsFor(message) {
  const { content, rendered, type } = message
  const isList = type === 'interactive' && content?.type === 'list'
  return isList ? [{ type: 'list', text: listOf(message).button }] : (rendered?.buttons ?? [])
}

/** A link that leaves the page, or a button. @param {Button} button @param {string} focus @param {boolean} isChosen @param {() => void} click */
export function buttonRow(button, focus, isChosen, click) {
  const kind = kindOf(button)
  const text = h('span', {}, button.text)
  const number = button.phone_number ?? button.id ?? ''
  const href = kind === 'phone_number' ? `tel:${number}` : kind === 'copy_code' ? undefined : button.url
  if (href && /^(https?|tel):/i.test(href)) {
    const attributes = {
      class: 'press',
      href,
      target: '_blank',
      rel: 'noopener noreferrer',
      title: href,
      'data-focus': focus,
    }
    return h('a', attributes, markOf(kind, false), text)
  }
  const className = `press${isChosen ? ' chosen' : ''}`
  return h(
    'button',
    { class: className, type: 'button', 'data-focus': focus, on: { click } },
    markOf(kind, isChosen),
    text,
  )
}
