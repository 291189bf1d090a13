// One message as a row of the chat: bubble, quote, buttons, reactions, and for what the business sent its delivery state.

import { bodyOf, isNotice, preview, textOf } from './body.js'
import { h, icon } from './elements.js'
import { clockTime, toMs } from './format.js'
import { buttonsOf } from './kinds/buttons.js'
import { carouselOf } from './kinds/carousel.js'

/**
 * @typedef {import('./api.js').Message} Message
 * @typedef {import('./api.js').Button} Button
 * @typedef {{ message: Message, quoted: Message | null, quotedId: string | null, quotedName: string,
 *   reactions: string[], chosen: string[], edited: string | null, isRevoked: boolean }} Bubble
 * @typedef {{ reply: (message: Message) => void, react: (message: Message, anchor: HTMLElement) => void,
 *   details: (message: Message) => void, jump: (id: string) => void, played: (message: Message) => void,
 *   own: (message: Message, anchor: HTMLElement) => void,
 *   press: (message: Message, button: Button, index: number, card?: number) => void }} Actions
 */

const STATES = /** @type {Record<string, string>} */ ({
  accepted: 'Accepted by Meta, not sent yet',
  held: 'Held by Meta',
  sent: 'Sent, not on the phone yet',
  delivered: 'Delivered',
  read: 'Read',
  played: 'Played',
  failed: 'Failed',
})

/** @param {Bubble} bubble @param {Actions} actions */
export function makeBubble(bubble, actions) {
  const { message } = bubble
  if (isNotice(message)) return noticeOf(message, actions)
  const fromBusiness = message.direction === 'to_user'
  const isUnseen = fromBusiness && ['accepted', 'held', 'sent', 'failed'].includes(message.status)
  const who = fromBusiness ? 'The business' : 'You'
  return h(
    'li',
    {
      class: `row ${message.direction} kind-${message.type}${isUnseen ? ' unseen' : ''}`,
      tabindex: '-1',
      'data-testid': 'message',
      'data-message-id': message.id,
      'data-status': message.status,
      'aria-keyshortcuts': fromBusiness ? 'R E Enter' : 'R M Enter',
      'aria-label': `${who}: ${bubble.isRevoked ? 'deleted' : preview(message, bubble.edited)}`,
    },
    h(
      'div',
      { class: 'stack' },
      h(
        'div',
        { class: 'bubble' },
        forwardedOf(message),
        quoteOf(bubble, actions),
        bodyOf(bubble, actions),
        metaOf(bubble, fromBusiness),
      ),
      fromBusiness ? carouselOf(bubble, actions) : null,
      buttonsOf(bubble, actions),
      bubble.reactions.length ? h('div', { class: 'reactions' }, bubble.reactions.join(' ')) : null,
      fromBusiness ? failureOf(message) : null,
    ),
    toolsOf(message, actions),
  )
}

/** @param {Message} message */
function forwardedOf({ context }) {
  if (!context?.forwarded && !context?.frequently_forwarded) return null
  const words = context.frequently_forwarded ? 'Forwarded many times' : 'Forwarded'
  return h('div', { class: 'forwarded' }, icon('forward'), words)
}

/** @param {Bubble} bubble @param {Actions} actions */
function quoteOf({ message, quoted, quotedId, quotedName }, actions) {
  const product = message.context?.referred_product?.product_retailer_id
  if (product && !quoted)
    return h('div', { class: 'quote' }, h('b', {}, quotedName), h('span', {}, icon('bag', 'inline'), product))
  if (!quotedId) return null
  return h(
    'button',
    { class: 'quote', type: 'button', tabindex: '-1', on: { click: () => actions.jump(quotedId) } },
    h('b', {}, quotedName),
    h('span', {}, quoted ? preview(quoted) : 'A message that is not here'),
  )
}

/** What happened, rather than what was said. @param {Message} message @param {Actions} actions */
function noticeOf(message, actions) {
  const attributes = {
    class: 'row notice',
    tabindex: '-1',
    'data-testid': 'message',
    'data-message-id': message.id,
  }
  const click = () => actions.details(message)
  return h(
    'li',
    attributes,
    h('button', { type: 'button', tabindex: '-1', on: { click } }, textOf(message) || preview(message)),
  )
}

/** @param {Bubble} bubble @param {boolean} fromBusiness */
function metaOf({ edited, isRevoked, message }, fromBusiness) {
  const state = STATES[message.status] ?? message.status
  const label = fromBusiness
    ? `The business sees: ${state}`
    : message.status === 'read'
      ? 'Read by the business'
      : ''
  return h(
    'span',
    { class: 'meta', title: label || null },
    edited !== null && !isRevoked ? h('span', {}, 'Edited') : null,
    h('time', {}, clockTime(toMs(message.timestamp))),
    ticksOf(message.status, fromBusiness),
    label ? h('span', { class: 'hidden' }, label) : null,
  )
}

/** @param {string} status @param {boolean} fromBusiness */
function ticksOf(status, fromBusiness) {
  if (status === 'read' || status === 'played') return icon('ticks', 'ticks blue')
  if (status === 'failed') return icon('alert', 'ticks red')
  if (status === 'delivered' || !fromBusiness) return icon('ticks', 'ticks')
  return status === 'sent' ? icon('tick', 'ticks') : icon('waiting', 'ticks')
}

/** @param {Message} message */
function failureOf({ errors, status }) {
  if (status !== 'failed') return null
  const error = errors?.[0]
  const reason = error?.error_data?.details ?? error?.message ?? error?.title
  return h(
    'p',
    { class: 'failure' },
    h('b', {}, `Failed${error?.code ? ` ${error.code}` : ''}`),
    error?.title ? ` ${error.title}` : '',
    reason && !isSame(reason, error?.title) ? h('span', {}, reason) : null,
  )
}

/** Meta often says the title again as the reason. @param {string} reason @param {string | undefined} title */
const isSame = (reason, title) => reason.replace(/\.$/, '').toLowerCase() === title?.toLowerCase()

/** @param {Message} message @param {Actions} actions */
function toolsOf(message, actions) {
  /** @param {string} name @param {string} label @param {string} key @param {(anchor: HTMLElement) => void} run */
  const tool = (name, label, key, run) =>
    h(
      'button',
      {
        type: 'button',
        class: 'tool',
        title: `${label} (${key})`,
        'aria-label': label,
        tabindex: '-1',
        'data-focus': name,
        on: { click: (/** @type {Event} */ event) => run(/** @type {HTMLElement} */ (event.currentTarget)) },
      },
      icon(name),
    )
  return h(
    'div',
    { class: 'tools' },
    tool('reply', 'Reply', 'R', () => actions.reply(message)),
    message.direction === 'to_user'
      ? tool('smile', 'React', 'E', anchor => actions.react(message, anchor))
      : null,
    message.direction === 'to_user'
      ? tool('more', 'Details', 'Enter', () => actions.details(message))
      : tool('more', 'More', 'M', anchor => actions.own(message, anchor)),
  )
}
