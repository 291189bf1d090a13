// The list of people on the left: whose phone you may hold, and what was last said with the chosen number.

import { preview } from './body.js'
import { avatar, byId, h, icon, reconcile } from './elements.js'
import { handleOf, listTime, nameOf, toMs } from './format.js'
import { nowMs, numbers, state, summaryOf, watch } from './state.js'

/** @typedef {import('./api.js').User} User */

const ROWS = 120
let sought = ''

/** @param {{ choosePerson: (key: string) => void, chooseNumber: (id: string) => void }} actions */
export function startPeople({ choosePerson, chooseNumber }) {
  const list = byId('person-list')
  watch('people', () => draw(list, choosePerson))
  byId('search').addEventListener('input', (/** @type {Event} */ event) => {
    sought = /** @type {HTMLInputElement} */ (event.target).value.trim().toLowerCase()
    draw(list, choosePerson)
  })
  byId('number').addEventListener('change', (/** @type {Event} */ event) => {
    chooseNumber(/** @type {HTMLSelectElement} */ (event.target).value)
  })
  list.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => walk(event, list))
}

/** The person to begin with: the one last spoken with, else the first. @returns {string} */
export function likeliestPerson() {
  return sorted()[0]?.key ?? ''
}

/** @param {HTMLElement} list @param {(key: string) => void} choose */
function draw(list, choose) {
  drawNumbers()
  const all = sorted()
  const found = sought ? all.filter(matches) : all
  const rows = found.slice(0, ROWS)
  reconcile(
    list,
    rows.map(user => rowOf(user, choose)),
  )
  const note = byId('people-note')
  note.hidden = rows.length > 0 && rows.length === found.length
  if (rows.length === 0)
    note.textContent = sought ? `Nobody matches “${sought}”.` : 'Nobody here yet. Make a person to begin.'
  else
    note.textContent = `The latest ${rows.length} of ${found.length.toLocaleString('en')}. Search for the others.`
  const unread = unreadTotal()
  document.title = unread ? `(${unread}) Carom simulator` : 'Carom simulator'
  byId('people-unread').textContent = unread > 99 ? '99+' : unread ? String(unread) : ''
}

/** @param {User} user */
const matches = user =>
  [user.name, user.wa_id, user.username, user.user_id, handleOf(user).replaceAll(' ', '')].some(text =>
    text?.toLowerCase().includes(sought.replace(/^[+@]/, '')),
  )

/** Those spoken with, the latest first, then the others as they came. @returns {User[]} */
function sorted() {
  /** @param {User} user */
  const latest = user => {
    const last = state.summaries.get(`${state.phoneNumberId}/${user.key}`)?.last
    return last ? toMs(last.timestamp) : 0
  }
  return [...state.users.values()]
    .map(user => ({ user, ms: latest(user) }))
    .sort((a, b) => b.ms - a.ms)
    .map(({ user }) => user)
}

function unreadTotal() {
  let total = 0
  for (const [key, summary] of state.summaries)
    if (key.startsWith(`${state.phoneNumberId}/`)) total += summary.unread
  return total
}

/** @param {User} user @param {(key: string) => void} choose */
function rowOf(user, choose) {
  const { last, typingUntilMs, unread } = summaryOf(state.phoneNumberId, user.key)
  const isTyping = typingUntilMs > Date.now()
  const row = {
    isChosen: user.key === state.userKey,
    isTyping,
    unread,
    time: last ? listTime(toMs(last.timestamp), nowMs()) : '',
    line: isTyping ? 'business is typing…' : last ? preview(last) : 'No messages yet',
  }
  const signature = JSON.stringify([user, row, last?.status, last?.direction])
  return { key: user.key, signature, make: () => makeRow(user, row, last, choose) }
}

/**
 * @param {User} user
 * @param {{ isChosen: boolean, isTyping: boolean, unread: number, time: string, line: string }} row
 * @param {import('./api.js').Message | null} last
 * @param {(key: string) => void} choose
 */
function makeRow(user, { isChosen, isTyping, line, time, unread }, last, choose) {
  const [name, handle] = [nameOf(user), handleOf(user)]
  const presence = user.blocked ? 'blocks the business' : user.online ? 'online' : 'offline'
  const dot = user.blocked ? 'barred' : presence
  const attributes = {
    type: 'button',
    class: `person ${isChosen ? 'chosen' : ''}`,
    'data-testid': `person-${user.key}`,
    'data-focus': 'row',
    'aria-current': isChosen ? 'true' : null,
    'aria-label': `${name}, ${handle}, ${presence}${unread ? `, ${unread} unread` : ''}. ${line}`,
    on: { click: () => choose(user.key) },
  }
  const face = h(
    'span',
    { class: 'face' },
    avatar(name, user.key),
    h('i', { class: `dot ${dot}`, title: presence }),
  )
  const top = [h('b', {}, name), name === handle ? null : h('small', {}, handle), h('time', {}, time)]
  const bottom = [
    last && !isTyping ? arrowOf(last) : null,
    h('span', { class: isTyping ? 'line accent' : 'line' }, line),
    unread ? h('span', { class: 'badge' }, unread > 99 ? '99+' : String(unread)) : null,
  ]
  const lines = h(
    'span',
    { class: 'lines' },
    h('span', { class: 'top' }, top),
    h('span', { class: 'bottom' }, bottom),
  )
  return h('li', {}, h('button', attributes, face, lines))
}

/** A small drawing before the last message: what became of it. @param {import('./api.js').Message} last */
function arrowOf({ direction, status }) {
  if (direction === 'from_user') return h('span', { class: 'you' }, 'You:')
  if (status === 'failed') return icon('alert', 'ticks red')
  if (status === 'read') return icon('ticks', 'ticks blue')
  return icon(status === 'delivered' ? 'ticks' : status === 'sent' ? 'tick' : 'waiting', 'ticks')
}

function drawNumbers() {
  const select = /** @type {HTMLSelectElement} */ (byId('number'))
  const all = numbers()
  const signature = JSON.stringify(
    all.map(number => [number.id, number.display_phone_number, number.waba.name]),
  )
  if (select.dataset.drawn !== signature) {
    select.dataset.drawn = signature
    const wabas = [...new Set(all.map(number => number.waba))]
    select.replaceChildren(
      ...wabas.map(waba =>
        h(
          'optgroup',
          { label: waba.name },
          all
            .filter(number => number.waba === waba)
            .map(number => h('option', { value: number.id }, number.display_phone_number)),
        ),
      ),
    )
  }
  select.value = state.phoneNumberId
}

/** @param {KeyboardEvent} event @param {HTMLElement} list */
function walk(event, list) {
  const steps = /** @type {Record<string, number>} */ ({ ArrowUp: -1, ArrowDown: 1 })
  const step = steps[event.key]
  if (!step) return
  const rows = [.../** @type {NodeListOf<HTMLElement>} */ (list.querySelectorAll('.person'))]
  rows[rows.indexOf(/** @type {HTMLElement} */ (document.activeElement)) + step]?.focus()
  event.preventDefault()
}
