// The phone: its status bar, the business at the top, and the messages between, redrawn only where they changed.

import { textOf } from './body.js'
import { makeBubble } from './bubble.js'
import { avatar, byId, h, reconcile } from './elements.js'
import { emptyChat } from './empty.js'
import { clockTime, dayName, dayOf, nameOf, toMs } from './format.js'
import { currentNumber, currentSummary, currentUser, nowMs, state, watch } from './state.js'

/** @typedef {import('./api.js').Message} Message */

const NEAR_PX = 120
/** These show on the message that they are about. */
const ABOUT_OTHERS = new Set(['reaction', 'edit', 'revoke'])
let drawnChat = ''

/** @param {import('./bubble.js').Actions} actions @param {{ goOnline: () => void, unblock: () => void }} person */
export function startChat(actions, person) {
  const list = byId('messages')
  watch('chat', () => draw(list, actions))
  list.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => onKey(event, list, actions))
  list.addEventListener('click', (/** @type {Event} */ event) => openTools(event, list))
  byId('scroller').addEventListener('scroll', () => showJump(list), { passive: true })
  byId('jump').addEventListener('click', () => toEnd('smooth'))
  byId('go-online').addEventListener('click', person.goOnline)
  byId('unblock').addEventListener('click', person.unblock)
}

/** Scrolls to a message and lets it glow for a moment. @param {string} id */
export function jumpTo(id) {
  const row = /** @type {HTMLElement | null} */ (
    document.querySelector(`[data-message-id="${CSS.escape(id)}"]`)
  )
  if (!row) return
  row.scrollIntoView({ block: 'center', behavior: 'smooth' })
  row.classList.add('glow')
  setTimeout(() => row.classList.remove('glow'), 1400)
}

/** The phone's own clock. */
export function tickPhone() {
  byId('phone-time').textContent = clockTime(nowMs())
}

/** @param {HTMLElement} list @param {import('./bubble.js').Actions} actions */
function draw(list, actions) {
  drawFrame()
  const chat = `${state.phoneNumberId}/${state.userKey}`
  const isOther = chat !== drawnChat
  const scroller = byId('scroller')
  const isNearEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR_PX
  drawnChat = chat
  const items = itemsOf(actions)
  reconcile(list, items)
  const empty = byId('empty')
  empty.hidden = items.length > 0 || state.opening
  if (!empty.hidden) reconcile(empty, [emptyChat()])
  roam(list)
  if (isOther || isNearEnd) toEnd('auto')
  showJump(list)
}

function drawFrame() {
  const user = currentUser()
  const number = currentNumber()
  const isTyping = currentSummary().typingUntilMs > Date.now()
  const name = number?.verified_name ?? 'Business'
  byId('phone-owner').textContent = user ? `${nameOf(user)}’s phone` : 'Nobody’s phone'
  const about = isTyping ? 'typing…' : (number?.display_phone_number ?? '')
  const signature = [name, about, number?.id].join('|')
  const title = () =>
    h(
      'div',
      { class: 'business' },
      avatar(name, number?.id ?? ''),
      h('div', { class: 'lines' }, h('b', {}, name), h('small', { class: isTyping ? 'accent' : '' }, about)),
    )
  reconcile(byId('business'), [{ key: 'business', signature, make: title }])
  byId('typing').hidden = !isTyping
  byId('phone').classList.toggle('offline', user?.online === false)
  byId('offline').hidden = user?.online !== false
  byId('blocked').hidden = !user?.blocked
  byId('compose').hidden = Boolean(user?.blocked) || !user
  tickPhone()
}

/** Day separators and bubbles, in order. @param {import('./bubble.js').Actions} actions */
function itemsOf(actions) {
  const { reactions, chosen, edits, revoked } = gather()
  const items = []
  let day = ''
  for (const message of state.open.values()) {
    if (ABOUT_OTHERS.has(message.type) && !isOrphan(message)) continue
    const ms = toMs(message.timestamp)
    if (dayOf(ms) !== day) {
      day = dayOf(ms)
      items.push(separator(day, dayName(ms, nowMs())))
    }
    const quotedId = message.context?.id ?? message.context?.message_id ?? null
    const quoted = quotedId ? (state.open.get(quotedId) ?? null) : null
    const quotedName =
      quoted?.direction === 'from_user' ? 'You' : (currentNumber()?.verified_name ?? 'Business')
    const bubble = {
      message,
      quotedId,
      quoted,
      quotedName,
      reactions: [...(reactions.get(message.id)?.values() ?? [])],
      chosen: chosen.get(message.id) ?? [],
      edited: edits.get(message.id) ?? (message.edited ? textOf(message) : null),
      isRevoked: revoked.has(message.id) || message.deleted === true,
    }
    const { edited, isRevoked } = bubble
    const drawn = [message, quoted?.id, quotedName, bubble.reactions, bubble.chosen, edited, isRevoked]
    const signature = JSON.stringify(drawn)
    items.push({ key: message.id, signature, make: () => makeBubble(bubble, actions) })
  }
  return items
}

/** What later messages say about earlier ones: reactions (one for each side), pressed buttons, edits, deletions. */
function gather() {
  /** @type {Map<string, Map<string, string>>} */
  const reactions = new Map()
  /** @type {Map<string, string[]>} */
  const chosen = new Map()
  /** @type {Map<string, string>} */
  const edits = new Map()
  /** @type {Set<string>} */
  const revoked = new Set()
  for (const { content, context, direction, status, type } of state.open.values()) {
    if (type === 'reaction' && content?.message_id && status !== 'failed') {
      const sides = reactions.get(content.message_id) ?? new Map()
      reactions.set(content.message_id, sides)
      if (content.emoji) sides.set(direction, content.emoji)
      else sides.delete(direction)
    }
    const original = content?.original_message_id
    if (type === 'revoke') revoked.add(original)
    if (type === 'edit') edits.set(original, editedText(content.message))
    const title = content?.button_reply?.title ?? (type === 'button' ? content?.text : null)
    if (title && context?.id) chosen.set(context.id, [...(chosen.get(context.id) ?? []), title])
  }
  return { reactions, chosen, edits, revoked }
}

/** @param {any} message what an edit made of a message */
const editedText = message => message?.text?.body ?? message?.[message.type]?.caption ?? ''

/** An edit or a deletion of something that this chat does not hold. @param {Message} message */
const isOrphan = ({ content, type }) => type !== 'reaction' && !state.open.has(content?.original_message_id)

/** @param {string} day @param {string} name */
const separator = (day, name) => ({
  key: `day-${day}`,
  signature: name,
  make: () => h('li', { class: 'day', role: 'presentation' }, h('span', {}, name)),
})

/** @param {ScrollBehavior} behavior */
function toEnd(behavior) {
  const scroller = byId('scroller')
  scroller.scrollTo({ top: scroller.scrollHeight, behavior })
}

/** @param {HTMLElement} list */
function showJump(list) {
  const scroller = byId('scroller')
  const away = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight
  byId('jump').hidden = away < NEAR_PX * 2 || list.childElementCount === 0
}

/** One row of the list is reachable with Tab; arrows walk from it. @param {HTMLElement} list */
function roam(list) {
  const rows = [.../** @type {NodeListOf<HTMLElement>} */ (list.querySelectorAll('.row'))]
  const current = rows.find(row => row.contains(document.activeElement)) ?? rows.at(-1)
  for (const row of rows) row.tabIndex = row === current ? 0 : -1
}

/** @param {KeyboardEvent} event @param {HTMLElement} list @param {import('./bubble.js').Actions} actions */
function onKey(event, list, actions) {
  const row = /** @type {HTMLElement} */ (event.target)
  if (!row.classList.contains('row') || event.ctrlKey || event.metaKey || event.altKey) return
  const message = state.open.get(row.dataset.messageId ?? '')
  const rows = [.../** @type {NodeListOf<HTMLElement>} */ (list.querySelectorAll('.row'))]
  const steps = /** @type {Record<string, number>} */ ({ ArrowUp: -1, ArrowDown: 1 })
  const step = steps[event.key]
  if (step) rows[rows.indexOf(row) + step]?.focus()
  else if (!message) return
  else if (event.key === 'r') actions.reply(message)
  else if (event.key === 'e' && message.direction === 'to_user') actions.react(message, row)
  else if (event.key === 'm' && message.direction === 'from_user') actions.own(message, row)
  else if (event.key === 'Enter') actions.details(message)
  else return
  event.preventDefault()
  roam(list)
}

/** Where nothing can hover, touching a bubble shows its tools. @param {Event} event @param {HTMLElement} list */
function openTools(event, list) {
  const target = /** @type {Element} */ (event.target)
  const row = target.closest('.press, .quote, a, button, audio, video, summary, .carousel')
    ? null
    : target.closest('.row')
  for (const other of list.querySelectorAll('.row.touched'))
    if (other !== row) other.classList.remove('touched')
  row?.classList.toggle('touched')
}
