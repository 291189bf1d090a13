// What the page knows: the world, one summary per chat, and every message of the chat that is open.
// It draws nothing; whoever draws watches the part it shows.

import { toMs } from './format.js'

/**
 * @typedef {import('./api.js').User} User
 * @typedef {import('./api.js').Message} Message
 * @typedef {'people' | 'chat' | 'panel'} Part
 * @typedef {{ last: Message | null, lastInboundMs: number, unread: number, typingUntilMs: number }} Summary
 */

export const state = {
  /** @type {any} */
  world: null,
  /** @type {Map<string, User>} */
  users: new Map(),
  /** @type {any} */
  settings: null,
  /** @type {Map<string, Summary>} */
  summaries: new Map(),
  /** The chat on the phone, by message id, in the order of arrival. @type {Map<string, Message>} */
  open: new Map(),
  opening: false,
  phoneNumberId: '',
  userKey: '',
  /** @type {string | null} */
  replyTo: null,
  offsetMs: 0,
  skewMs: 0,
  /** @type {'connecting' | 'live' | 'lost'} */
  connection: 'connecting',
}

/** @type {Set<string>} */
const known = new Set()
/** @type {Map<Part, (() => void)[]>} */
const watchers = new Map()
/** @type {Set<Part>} */
const dirty = new Set()
/** While changes come thick, as in a campaign, the page is drawn only so often. */
const BURST_MS = 80
let drawnAtMs = 0

/** Calls `draw` soon after that part has changed. @param {Part} part @param {() => void} draw */
export function watch(part, draw) {
  watchers.set(part, [...(watchers.get(part) ?? []), draw])
}

/** Says that parts changed. A burst of changes is drawn once. @param {...Part} parts */
export function changed(...parts) {
  if (dirty.size === 0) setTimeout(drawChanged, performance.now() - drawnAtMs < BURST_MS ? BURST_MS : 16)
  for (const part of parts) dirty.add(part)
}

function drawChanged() {
  drawnAtMs = performance.now()
  const parts = [...dirty]
  dirty.clear()
  for (const part of parts) for (const draw of watchers.get(part) ?? []) draw()
}

/** The simulator's time, in milliseconds. */
export const nowMs = () => Date.now() + state.skewMs

/** @returns {User | null} */
export const currentUser = () => state.users.get(state.userKey) ?? null

/** All business numbers, each with its account. @returns {any[]} */
export const numbers = () =>
  (state.world?.wabas ?? []).flatMap((/** @type {any} */ waba) =>
    waba.phone_numbers.map((/** @type {any} */ number) => ({ ...number, waba })),
  )
export const currentNumber = () => numbers().find(number => number.id === state.phoneNumberId) ?? null

/** @param {string} phoneNumberId @param {string} userKey @returns {Summary} */
export function summaryOf(phoneNumberId, userKey) {
  const key = `${phoneNumberId}/${userKey}`
  const found = state.summaries.get(key)
  if (found) return found
  const made = { last: null, lastInboundMs: 0, unread: 0, typingUntilMs: 0 }
  state.summaries.set(key, made)
  return made
}
export const currentSummary = () => summaryOf(state.phoneNumberId, state.userKey)

/** @param {any} world */
export function takeWorld(world) {
  state.world = world
  state.settings = world.settings
  state.users = new Map(world.users.map((/** @type {User} */ user) => [user.key, user]))
  takeClock(world)
}

/** @param {import('./api.js').Clock} clock */
export function takeClock(clock) {
  state.skewMs = toMs(clock.now) - Date.now()
  state.offsetMs = clock.offset_ms
  changed('people', 'chat', 'panel')
}

/** @param {any} settings */
export function takeSettings(settings) {
  state.settings = settings
  changed('panel')
}

/** @param {User} user */
export function takeUser(user) {
  state.users.set(user.key, user)
  changed('people', 'chat', 'panel')
}

/** Begins again from a full list of messages, keeping what the reader has not seen yet. @param {Message[]} messages */
export function takeHistory(messages) {
  const unread = new Map([...state.summaries].map(([key, summary]) => [key, summary.unread]))
  state.summaries.clear()
  known.clear()
  for (const message of messages) takeMessage(message, false)
  for (const [key, summary] of state.summaries) summary.unread = unread.get(key) ?? 0
}

/** Everything that was said in the chat that is open. @param {Message[]} messages */
export function takeChat(messages) {
  state.open = new Map(messages.map(message => [message.id, message]))
  const summary = currentSummary()
  const inbound = messages.filter(message => message.direction === 'from_user')
  summary.last = messages.at(-1) ?? null
  summary.lastInboundMs = Math.max(0, ...inbound.map(message => toMs(message.timestamp)))
  summary.unread = 0
  for (const message of messages) known.add(message.id)
}

/** A message that is new or has changed. @param {Message} message @param {boolean} isLive */
export function takeMessage(message, isLive) {
  const summary = summaryOf(message.phone_number_id, message.user)
  const isOpen = message.phone_number_id === state.phoneNumberId && message.user === state.userKey
  const isNew = !known.has(message.id)
  known.add(message.id)
  if (isNew || summary.last?.id === message.id) summary.last = message
  if (message.direction === 'from_user') {
    summary.lastInboundMs = Math.max(summary.lastInboundMs, toMs(message.timestamp))
  } else if (isNew) {
    summary.typingUntilMs = 0
    if (isLive && (!isOpen || document.hidden)) summary.unread += 1
  }
  if (isOpen) state.open.set(message.id, message)
  if (!state.users.has(message.user)) state.users.set(message.user, strangerOf(message.user))
  changed('people')
  if (isOpen) changed('chat', 'panel')
}

/** Somebody whom a message names before their own event has come. @param {string} key @returns {User} */
const strangerOf = key => ({
  key,
  wa_id: /^\d+$/.test(key) ? key : null,
  online: true,
  blocked: false,
  read_receipts: true,
})

/** The business is typing, which a phone shows for 25 seconds at most. @param {any} typing */
export function takeTyping(typing) {
  const summary = summaryOf(typing.phone_number_id, typing.user)
  summary.typingUntilMs = typing.typing === false ? 0 : Date.now() + 25_000
  changed('people', 'chat')
  setTimeout(() => changed('people', 'chat'), 25_100)
}
