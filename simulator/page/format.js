// Turns wire values into what people read: times, phone numbers, names, and text with WhatsApp's marks.

import { h } from './elements.js'

const TAGS = /** @type {Record<string, string>} */ ({ '*': 'strong', _: 'em', '~': 's' })
const MARKED = new RegExp(
  [
    '```([\\s\\S]+?)```',
    '`([^`\\n]+)`',
    '(https?:\\/\\/[^\\s<>"\']*[^\\s<>"\'.,;:!?)\\]*_~])',
    '(?<![\\p{L}\\p{N}])([*_~])(?=\\S)([^\\n]*?\\S)\\4(?![\\p{L}\\p{N}])',
  ].join('|'),
  'iu',
)

/** Seconds, milliseconds (numbers or digits) or an ISO date, as milliseconds. @param {string | number} value */
export function toMs(value) {
  const number = typeof value === 'number' ? value : /^\d+$/.test(value) ? Number(value) : Date.parse(value)
  return number < 100_000_000_000 ? number * 1000 : number
}

/**
 * Bold, italic, struck and monospaced text in WhatsApp's marks, and links, as nodes.
 * @param {string} text @returns {Node[]}
 */
export function formatText(text) {
  const match = MARKED.exec(text)
  if (!match) return text ? [document.createTextNode(text)] : []
  const [whole, block, code, link, mark, inner] = match
  const before = text.slice(0, match.index)
  const after = text.slice(match.index + whole.length)
  /** @type {Node} */
  let node
  if (link) node = h('a', { href: link, target: '_blank', rel: 'noopener noreferrer' }, link)
  else if (mark) node = h(/** @type {string} */ (TAGS[mark]), {}, formatText(inner ?? ''))
  else node = h('code', { class: block ? 'mono' : 'mono code' }, block ?? code ?? '')
  return [...(before ? [document.createTextNode(before)] : []), node, ...formatText(after)]
}

/** @param {number} ms */
export const clockTime = ms =>
  new Date(ms).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', hour12: false })

/** @param {number} ms */
export const clockSeconds = ms => new Date(ms).toLocaleTimeString([], { hour12: false })

/** @param {number} ms */
export const utc = ms => `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`

/** @param {number} ms */
export const dayOf = ms => new Date(ms).toLocaleDateString('en-CA')

/** "Today", "Yesterday", or the date. @param {number} ms @param {number} now */
export function dayName(ms, now) {
  const days = Math.round((Date.parse(dayOf(now)) - Date.parse(dayOf(ms))) / 86_400_000)
  if (days === 0) return 'Today'
  if (days === 1) return 'Yesterday'
  const year = new Date(ms).getFullYear() === new Date(now).getFullYear() ? undefined : 'numeric'
  return new Date(ms).toLocaleDateString('en-GB', { weekday: 'long', day: 'numeric', month: 'long', year })
}

/** A time for a list: the hour today, else the day. @param {number} ms @param {number} now */
export function listTime(ms, now) {
  const name = dayName(ms, now)
  if (name === 'Today') return clockTime(ms)
  return name === 'Yesterday'
    ? name
    : new Date(ms).toLocaleDateString('en-GB', { day: 'numeric', month: 'short' })
}

/** `23:04:09`, or with days `2 d 03:04:09`. @param {number} ms */
export function duration(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const parts = [Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60, seconds % 60]
  const time = parts.map(part => String(part).padStart(2, '0')).join(':')
  return seconds >= 86_400 ? `${Math.floor(seconds / 86_400)} d ${time}` : time
}

/** The clock's offset in words: `+1 d 3 h`. @param {number} ms */
export function offsetName(ms) {
  const minutes = Math.round(Math.abs(ms) / 60_000)
  if (minutes === 0) return 'real time'
  const parts = [
    [Math.floor(minutes / 1440), 'd'],
    [Math.floor(minutes / 60) % 24, 'h'],
    [minutes % 60, 'min'],
  ]
  const words = parts.filter(([amount]) => amount).map(([amount, unit]) => `${amount} ${unit}`)
  return `${ms < 0 ? '−' : '+'}${words.join(' ')}`
}

/** @param {string} digits */
export function phone(digits) {
  const plain = digits.replace(/\D/g, '')
  const american = /^1(\d{3})(\d{3})(\d{4})$/.exec(plain)
  return american ? `+1 ${american[1]} ${american[2]} ${american[3]}` : `+${plain}`
}

/** Bytes as people say them: `84 kB`. @param {number} bytes */
export function sizeOf(bytes) {
  if (bytes < 1000) return `${bytes} B`
  const [amount, unit] = bytes < 1_000_000 ? [bytes / 1000, 'kB'] : [bytes / 1_000_000, 'MB']
  return `${amount < 10 ? amount.toFixed(1).replace('.0', '') : Math.round(amount)} ${unit}`
}

/** @param {number} amount @param {string} currency */
export function money(amount, currency) {
  try {
    return new Intl.NumberFormat('en', { style: 'currency', currency }).format(amount)
  } catch {
    return `${amount.toFixed(2)} ${currency}`
  }
}

/** How a person is told from others: phone number, else username, else user id. @param {import('./api.js').User} user */
export function handleOf(user) {
  if (user.wa_id) return phone(user.wa_id)
  return user.username ? `@${user.username.replace(/^@/, '')}` : user.key
}

/** The simulator names strangers by their number or id, which reads better as a handle. @param {import('./api.js').User} user */
export function nameOf(user) {
  const isMadeUp = user.name === `+${user.wa_id}` || user.name === user.user_id || user.name === user.key
  return user.name && !isMadeUp ? user.name : handleOf(user)
}
