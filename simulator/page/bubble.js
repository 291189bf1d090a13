// One message as a row of the chat: bubble, quote, buttons, reactions, and for what the business sent its delivery state.

import { bodyOf, preview } from './body.js'
import { h, icon } from './elements.js'
import { clockTime, toMs } from './format.js'

/**
 * @typedef {import('./api.js').Message} Message
 * @typedef {import('./api.js').Button} Button
 * @typedef {{ message: Message, quoted: Message | null, quotedId: string | null, quotedName: string,
 *   reactions: string[], chosen: string[] }} Bubble
 * @typedef {{ reply: (message: Message) => void, react: (message: Message, anchor: HTMLElement) => void,
 *   details: (message: Message) => void, press: (message: Message, button: Button, index: number) => void,
 *   openList: (message: Message) => void, jump: (id: string) => void }} Actions
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
      'aria-keyshortcuts': 'R E Enter',
      'aria-label': `${who}: ${preview(message)}`,
    },
    h(
      'div',
      { class: 'stack' },
      h('div', { class: 'bubble' }, quoteOf(bubble, actions), bodyOf(message), metaOf(message, fromBusiness)),
      buttonsOf(bubble, actions),
      bubble.reactions.length ? h('div', { class: 'reactions' }, bubble.reactions.join(' ')) : null,
      fromBusiness ? failureOf(message) : null,
    ),
    toolsOf(message, actions),
  )
}

/** @param {Bubble} bubble @param {Actions} actions */
function quoteOf({ quoted, quotedId, quotedName }, actions) {
  if (!quotedId) return null
  return h(
    'button',
    { class: 'quote', type: 'button', tabindex: '-1', on: { click: () => actions.jump(quotedId) } },
    h('b', {}, quotedName),
    h('span', {}, quoted ? preview(quoted) : 'A message that is not here'),
  )
}

/** @param {Message} message @param {boolean} fromBusiness */
function metaOf(message, fromBusiness) {
  const state = STATES[message.status] ?? message.status
  const label = fromBusiness
    ? `The business sees: ${state}`
    : message.status === 'read'
      ? 'Read by the business'
      : ''
  return h(
    'span',
    { class: 'meta', title: label || null },
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

/** The rows to press under a bubble. @param {Bubble} bubble @param {Actions} actions */
function buttonsOf({ message, chosen }, actions) {
  if (message.direction !== 'to_user') return null
  if (isList(message)) {
    const label = message.content?.action?.button ?? 'Choose'
    const open = () => actions.openList(message)
    return h('div', { class: 'buttons' }, pressable('list', label, 'list', open, false))
  }
  const buttons = message.rendered?.buttons ?? []
  if (buttons.length === 0) return null
  const rows = buttons.map((button, index) => buttonOf(button, index, message, chosen, actions))
  return h('div', { class: 'buttons' }, rows)
}

/** @param {Button} button @param {number} index @param {Message} message @param {string[]} chosen @param {Actions} actions */
function buttonOf(button, index, message, chosen, actions) {
  const kind = String(button.type).toLowerCase()
  const href = button.url ?? (kind === 'phone_number' ? `tel:${button.phone_number ?? ''}` : undefined)
  if (href && !/otp|copy/.test(kind) && /^(https?|tel):/i.test(href)) {
    const attributes = { class: 'press', href, target: '_blank', rel: 'noopener noreferrer', title: href }
    return h('a', attributes, icon(kind === 'phone_number' ? 'phone' : 'open'), h('span', {}, button.text))
  }
  const drawing = /otp|copy|url/.test(kind) ? 'copy' : kind === 'phone_number' ? 'phone' : 'reply'
  const isChosen = chosen.includes(button.text)
  return pressable(
    drawing,
    button.text,
    `press-${index}`,
    () => actions.press(message, button, index),
    isChosen,
  )
}

/** @param {string} drawing @param {string} text @param {string} focus @param {() => void} click @param {boolean} isChosen */
function pressable(drawing, text, focus, click, isChosen) {
  return h(
    'button',
    { class: `press${isChosen ? ' chosen' : ''}`, type: 'button', 'data-focus': focus, on: { click } },
    icon(isChosen ? 'tick' : drawing),
    h('span', {}, text),
  )
}

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
    tool('more', 'Details', 'Enter', () => actions.details(message)),
  )
}

/** @param {Message} message */
const isList = message => message.type === 'interactive' && message.content?.type === 'list'
