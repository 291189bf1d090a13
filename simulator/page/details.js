// The dialog about one message: ids, how its status moved, its errors, its content as it went over the wire,
// and the buttons that make Meta send another status for it.

import { sendStatus } from './api.js'
import { byId, h, icon } from './elements.js'
import { clockSeconds, toMs, utc } from './format.js'
import { state, takeMessage, watch } from './state.js'
import { attempt, copy } from './toast.js'

/** @typedef {import('./api.js').Message} Message */

const CODES = [
  ['131026', 'undeliverable'],
  ['131047', 'window closed'],
  ['131048', 'spam rate limit'],
  ['131049', 'marketing limit'],
  ['131050', 'marketing stopped'],
  ['131000', 'something went wrong'],
]
/** @type {string | null} */
let shown = null

export function startDetails() {
  const dialog = /** @type {HTMLDialogElement} */ (byId('details'))
  dialog.addEventListener('close', () => {
    shown = null
  })
  byId('fail-code').replaceChildren(
    ...CODES.map(([code, name]) => h('option', { value: code }, `${code} ${name}`)),
  )
  for (const status of ['sent', 'delivered', 'read', 'failed']) {
    byId(`force-${status}`).addEventListener('click', () => force(status))
  }
  watch('chat', () => {
    const message = shown ? state.open.get(shown) : undefined
    if (message) fill(message)
  })
}

/** @param {Message} message */
export function openDetails(message) {
  shown = message.id
  fill(message)
  byId('details').showModal()
}

/** @param {string} status */
async function force(status) {
  if (!shown) return
  const code = status === 'failed' ? Number(byId('fail-code').value) : undefined
  const message = await attempt(sendStatus(shown, status, code))
  if (message) takeMessage(message, true)
}

/** @param {Message} message */
function fill(message) {
  const isSent = message.direction === 'to_user'
  byId('details-title').textContent = isSent ? 'Sent by the business' : 'Written by this person'
  byId('force').hidden = !isSent
  byId('facts').replaceChildren(...facts(message))
  const steps = isSent ? (message.statuses ?? []) : []
  byId('timeline').replaceChildren(
    ...steps.map(({ status, timestamp }) =>
      h('li', { class: status }, h('b', {}, status), h('time', {}, clockSeconds(toMs(timestamp)))),
    ),
  )
  byId('timeline').hidden = steps.length === 0
  byId('wire').textContent = JSON.stringify({ type: message.type, [message.type]: message.content }, null, 2)
}

/** @param {Message} message */
function facts(message) {
  const { category, type } = message.pricing ?? {}
  const found = /** @type {[string, string | null | undefined][]} */ ([
    ['Message id', message.id],
    ['Kind', message.type],
    ['Status', message.status],
    ['Time', utc(toMs(message.timestamp))],
    ['Replies to', message.context?.id ?? message.context?.message_id],
    ['Callback data', message.callback_data],
    ['Pricing', [category, type].filter(Boolean).join(', ')],
    ...(message.errors ?? []).map(error => [
      'Error',
      [error.code, error.title, error.error_data?.details].filter(Boolean).join(' · '),
    ]),
  ])
  return found
    .filter(([, value]) => value)
    .flatMap(([name, value]) => [h('dt', {}, name), h('dd', {}, copyable(name, String(value)))])
}

/** @param {string} name @param {string} value */
function copyable(name, value) {
  if (!['Message id', 'Replies to', 'Callback data'].includes(name)) return value
  const click = () => copy(value, `${name} copied`)
  return h(
    'button',
    { type: 'button', class: 'mono copyable', title: `Copy: ${value}`, on: { click } },
    h('span', {}, value),
    icon('copy'),
  )
}
