// Puts the page together: loads the world, follows the stream, and carries what one part asks for to the others.

import { startAddPerson } from './addPerson.js'
import { getWorld, listen, listMessages, react, sendMessage, sendStatus, tap } from './api.js'
import { textOf } from './body.js'
import { jumpTo, startChat, tickPhone } from './chat.js'
import { focusComposer, replyTo, startComposer } from './composer.js'
import { openDetails, startDetails } from './details.js'
import { byId } from './elements.js'
import { drawEndings } from './endings.js'
import { startFaults } from './faults.js'
import { changePerson, startPanel, tickPanel } from './panel.js'
import { likeliestPerson, startPeople } from './people.js'
import { pressButton, ring } from './sheets/answers.js'
import { startAttach } from './sheets/attach.js'
import { openOwnMenu } from './sheets/own.js'
import { startPerson } from './sheets/person.js'
import { pickReaction, placeAbove, startSheets } from './sheets.js'
import * as known from './state.js'
import { startTemplates } from './templates.js'
import { attempt } from './toast.js'

const { state } = known
let holds = 0
/** @type {[string, any][]} */
const held = []
/** @type {Set<string>} */
const strangeNumbers = new Set()

startPeople({
  choosePerson: key => openChat(state.phoneNumberId, key).then(() => show('chat')),
  chooseNumber: id => openChat(id, state.userKey),
})
startChat(
  {
    reply: message => replyTo(message.id),
    react: (message, anchor) =>
      pickReaction(anchor, hasReacted(message), emoji => perform(react(message.id, emoji))),
    details: openDetails,
    press,
    own: openOwn,
    played: markPlayed,
    jump: jumpTo,
  },
  { goOnline: () => changePerson({ online: true }), unblock: () => changePerson({ blocked: false }) },
)
startComposer({ send, lastMessage: () => byId('messages').querySelector('.row:last-child')?.focus() })
startAttach(send)
startPerson({ moved: moveTo })
byId('call').addEventListener('click', ring)
startAddPerson(user => {
  known.takeUser(user)
  openChat(state.phoneNumberId, user.key).then(() => show('chat'))
})
startSheets()
startDetails()
startPanel()
startFaults(load)
startTemplates()
drawEndings()
startViews()
known.changed('people', 'chat', 'panel')
listen({ onOpen: () => attempt(load()), onLost: () => connected('lost'), onEvent: take })
setInterval(() => {
  tickPanel()
  tickPhone()
}, 1000)
setInterval(seekGateway, 4000)
addEventListener('visibilitychange', () => {
  if (!document.hidden) markSeen()
})

/** Reads everything anew: at the start, after a lost connection, after a reset. */
async function load() {
  await hold(async () => {
    known.takeWorld(await getWorld())
    known.takeHistory(await listMessages({}))
    connected('live')
    const [, number, user] = location.hash.split('/').map(decodeURIComponent)
    const ids = known.numbers().map(one => one.id)
    state.phoneNumberId = [state.phoneNumberId, number].find(id => id && ids.includes(id)) ?? ids[0] ?? ''
    const key = [state.userKey, user].find(one => one && state.users.has(one)) ?? likeliestPerson()
    await openChat(state.phoneNumberId, key)
  })
}

/** Follows a person to another phone number or user id. @param {string} userKey */
async function moveTo(userKey) {
  Object.assign(state, { userKey, open: new Map() })
  await attempt(load())
}

/** @param {string} phoneNumberId @param {string} userKey */
async function openChat(phoneNumberId, userKey) {
  if (phoneNumberId !== state.phoneNumberId || userKey !== state.userKey) {
    Object.assign(state, { phoneNumberId, userKey, open: new Map(), opening: true, replyTo: null })
  }
  history.replaceState(null, '', `#/${encodeURIComponent(phoneNumberId)}/${encodeURIComponent(userKey)}`)
  known.changed('people', 'chat', 'panel')
  await hold(async () => {
    const filter = { phone_number_id: phoneNumberId, user: userKey }
    const messages = userKey ? await attempt(listMessages(filter)) : []
    if (phoneNumberId !== state.phoneNumberId || userKey !== state.userKey) return
    state.opening = false
    if (messages) known.takeChat(messages)
  })
  known.changed('people', 'chat', 'panel')
}

/** Lets the stream's events wait while a list is read, so that the list cannot undo them. @param {() => Promise<void>} work */
async function hold(work) {
  holds += 1
  try {
    await work()
  } finally {
    holds -= 1
    if (holds === 0) for (const [name, data] of held.splice(0)) apply(name, data)
  }
}

/** @param {string} name @param {any} data */
function take(name, data) {
  if (holds > 0) held.push([name, data])
  else apply(name, data)
}

/**
 * A message of a number that was made after the world was read makes it be read again, once for each number.
 * @param {known.Message} message
 */
function takeLive(message) {
  known.takeMessage(message, true)
  const id = message.phone_number_id
  if (strangeNumbers.has(id) || known.numbers().some(number => number.id === id)) return
  strangeNumbers.add(id)
  attempt(load())
}

/** While no gateway has given its address, the hint of an empty chat asks for it; the stream does not tell. */
async function seekGateway() {
  if (document.hidden || state.connection !== 'live' || state.open.size > 0) return
  if (state.world?.app.callback_url) return
  const world = await getWorld().catch(() => null)
  if (!world?.app.callback_url) return
  state.world = world
  known.changed('people', 'chat')
}

function markSeen() {
  known.currentSummary().unread = 0
  known.changed('people')
}

/** @param {string} name @param {any} data */
function apply(name, data) {
  if (name === 'message') takeLive(data)
  else if (name === 'user') known.takeUser(data)
  else if (name === 'clock') known.takeClock(data)
  else if (name === 'settings') known.takeSettings(data)
  else if (name === 'typing') known.takeTyping(data)
  else if (name === 'reset') attempt(load())
}

/** Waits for a call that answers a message, and shows it. @param {Promise<known.Message>} call */
async function perform(call) {
  const message = await attempt(call)
  if (message) known.takeMessage(message, true)
  return Boolean(message)
}

/** @param {object} content */
async function send(content) {
  const reply = state.replyTo && state.open.has(state.replyTo) ? { reply_to: state.replyTo } : {}
  const isSent = await perform(sendMessage({ ...chat(), ...content, ...reply }))
  if (isSent) state.replyTo = null
  known.changed('chat')
  toEnd(isSent)
  focusComposer()
  return isSent
}

/** @type {import('./bubble.js').Actions['press']} */
function press(message, button, index, card) {
  const at = card === undefined ? { index } : { index, card }
  pressButton({
    message,
    button,
    tap: more => perform(tap(message.id, more?.id ? more : { ...at, ...more })).then(toEnd),
    ask: content => perform(sendMessage({ ...chat(), ...content })).then(toEnd),
  })
}

const chat = () => ({ phone_number_id: state.phoneNumberId, user: state.userKey })

/** @param {boolean} isSent */
function toEnd(isSent) {
  if (isSent) byId('scroller').scrollTop = byId('scroller').scrollHeight
  return isSent
}

/** @param {known.Message} message @param {HTMLElement} anchor */
function openOwn(message, anchor) {
  const about = [...state.open.values()].filter(other => other.content?.original_message_id === message.id)
  const edited = about.findLast(other => other.type === 'edit')?.content.message
  openOwnMenu(message, anchor, {
    text: edited?.text?.body ?? edited?.[edited?.type]?.caption ?? textOf(message),
    isRevoked: message.deleted === true || about.some(other => other.type === 'revoke'),
    send: content => perform(sendMessage({ ...chat(), ...content })),
    details: () => openDetails(message),
    place: (box, at) => placeAbove(box, at, 'middle'),
  })
}

/** Listening to a voice note tells the business so, once. @param {known.Message} message */
function markPlayed({ id }) {
  const message = state.open.get(id)
  if (message && message.status !== 'played') perform(sendStatus(id, 'played'))
}

/** @param {known.Message} message */
function hasReacted(message) {
  const own = [...state.open.values()].filter(
    other =>
      other.type === 'reaction' &&
      other.direction === 'from_user' &&
      other.content?.message_id === message.id,
  )
  return Boolean(own.at(-1)?.content.emoji)
}

/** @param {typeof state.connection} connection */
function connected(connection) {
  state.connection = connection
  const words = { connecting: 'Connecting', live: 'Live', lost: 'Reconnecting' }
  byId('connection').className = `connection ${connection}`
  byId('connection-text').textContent = words[connection]
}

/** Where the page is narrow, the three parts are tabs. */
function startViews() {
  for (const tab of document.querySelectorAll('[data-view-tab]')) {
    tab.addEventListener('click', () => show(/** @type {HTMLElement} */ (tab).dataset.viewTab ?? 'chat'))
  }
}

/** @param {string} view */
function show(view) {
  document.body.dataset.view = view
  for (const tab of document.querySelectorAll('[data-view-tab]')) {
    const isShown = /** @type {HTMLElement} */ (tab).dataset.viewTab === view
    tab.setAttribute('aria-pressed', String(isShown))
  }
  if (view === 'chat') focusComposer()
}
