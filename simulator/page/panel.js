// The controls on the right, upper half: the simulator's clock, this chat's session window, and this person's switches.

import { moveClock, putUser } from './api.js'
import { byId, h } from './elements.js'
import { clockSeconds, clockTime, dayName, duration, handleOf, nameOf, offsetName, utc } from './format.js'
import { currentSummary, currentUser, nowMs, state, takeClock, takeUser, watch } from './state.js'
import { attempt, copy } from './toast.js'

const WINDOW_MS = 24 * 3_600_000
const SWITCHES = ['online', 'read_receipts', 'blocked', 'phone_hidden']

export function startPanel() {
  watch('panel', drawPerson)
  watch('panel', tickPanel)
  for (const button of document.querySelectorAll('[data-advance]')) {
    const seconds = Number(/** @type {HTMLElement} */ (button).dataset.advance)
    button.addEventListener('click', () => move({ advance_seconds: seconds }))
  }
  byId('clock-reset').addEventListener('click', () => move({ reset: true }))
  for (const name of SWITCHES) {
    byId(`switch-${name}`).addEventListener('change', (/** @type {Event} */ event) => {
      changePerson({ [name]: /** @type {HTMLInputElement} */ (event.target).checked })
    })
  }
}

/** Changes the person whose phone this is. @param {object} changes */
export async function changePerson(changes) {
  const user = await attempt(putUser(state.userKey, changes))
  if (user) takeUser(user)
  else drawPerson()
}

/** What moves every second: the clock, and the window's countdown. */
export function tickPanel() {
  const now = nowMs()
  byId('clock-now').textContent = clockSeconds(now)
  byId('clock-utc').textContent = utc(now)
  byId('clock-date').textContent = new Date(now).toLocaleDateString('en-GB', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
  })
  byId('clock-offset').textContent = offsetName(state.offsetMs)
  byId('clock-offset').classList.toggle('moved', Math.abs(state.offsetMs) >= 30_000)
  byId('clock-reset').disabled = state.offsetMs === 0
  drawWindow(now)
}

/** @param {object} body */
async function move(body) {
  const clock = await attempt(moveClock(body))
  if (clock) takeClock(clock)
}

/** @param {number} now */
function drawWindow(now) {
  const { lastInboundMs } = currentSummary()
  const endMs = lastInboundMs + WINDOW_MS
  const isOpen = lastInboundMs > 0 && now < endMs
  const box = byId('window')
  box.classList.toggle('open', isOpen)
  box.dataset.state = isOpen ? 'open' : 'closed'
  byId('window-bar').style.setProperty(
    '--left',
    isOpen ? String(Math.min(1, (endMs - now) / WINDOW_MS)) : '0',
  )
  if (isOpen) {
    const day = dayName(endMs, now)
    const when =
      day === 'Today'
        ? clockTime(endMs)
        : `${dayName(endMs - WINDOW_MS, now) === 'Today' ? 'tomorrow' : day} ${clockTime(endMs)}`
    setText('window-title', `Open until ${when}`)
    setText('window-left', duration(endMs - now))
    setText('window-note', 'The business may send anything.')
    return
  }
  setText('window-title', 'Closed')
  setText('window-left', '')
  setText(
    'window-note',
    lastInboundMs
      ? `Closed ${duration(now - endMs)} ago. Only templates get through until this person writes.`
      : 'This person has not written yet. Only templates get through.',
  )
}

/** @param {string} id @param {string} text */
function setText(id, text) {
  const node = byId(id)
  if (node.textContent !== text) node.textContent = text
}

function drawPerson() {
  const user = currentUser()
  byId('person-card').hidden = !user
  if (!user) return
  byId('person-title').textContent = nameOf(user)
  for (const name of SWITCHES) byId(`switch-${name}`).checked = Boolean(/** @type {any} */ (user)[name])
  byId('switch-phone_hidden').disabled = !user.wa_id
  const ids = /** @type {[string, string | null | undefined][]} */ ([
    ['Phone', user.wa_id && handleOf(user)],
    ['Username', user.username && `@${user.username.replace(/^@/, '')}`],
    ['User id', user.user_id],
  ])
  const card = byId('person-ids')
  const signature = JSON.stringify(ids)
  if (card.dataset.drawn === signature) return
  card.dataset.drawn = signature
  card.replaceChildren(
    ...ids
      .filter(([, value]) => value)
      .flatMap(([name, value]) => {
        const plain = name === 'Phone' ? `+${user.wa_id}` : String(value)
        const click = () => copy(plain, `${name} copied`)
        const attributes = { type: 'button', class: 'mono copyable', title: `Copy ${plain}`, on: { click } }
        return [h('dt', {}, name), h('dd', {}, h('button', attributes, h('span', {}, String(value))))]
      }),
  )
}
