// The inside of a bubble: what a phone shows for each kind of content. It does not know states, quotes or reactions.

import { h, icon } from './elements.js'
import { formatText } from './format.js'
import { card, documentRow, locationCard, picture, soundRow, sticker } from './media.js'

/** @typedef {import('./api.js').Message} Message */

const WORDS = /** @type {Record<string, string>} */ ({
  image: 'Photo',
  video: 'Video',
  audio: 'Audio',
  voice: 'Voice message',
  document: 'Document',
  sticker: 'Sticker',
  location: 'Location',
  contacts: 'Contact',
  template: 'Template',
  order: 'Order',
  unsupported: 'Message of an unknown kind',
})

/** @param {Message} message @returns {HTMLElement[]} */
export function bodyOf(message) {
  const { content, rendered, type } = message
  const parts = [mediaOf(type, content), headerOf(message)]
  const text = rendered?.body ?? plainText(message)
  if (text) parts.push(h('div', { class: 'text' }, pressed(message), formatText(text)))
  if (rendered?.footer) parts.push(h('div', { class: 'footer' }, rendered.footer))
  const found = /** @type {HTMLElement[]} */ (parts.filter(Boolean))
  return found.length
    ? found
    : [h('div', { class: 'text quiet' }, WORDS[type] ?? `Message of the kind “${type}”`)]
}

/** One line for lists and quotes. @param {Message} message */
export function preview(message) {
  const { content, rendered, type } = message
  if (type === 'reaction') return content?.emoji ? `Reacted ${content.emoji}` : 'Took a reaction back'
  const text =
    rendered?.body || plainText(message) || (typeof rendered?.header === 'string' ? rendered.header : '')
  if (text) return text.replace(/\s+/g, ' ').replace(/```|[*_~](?=\S)|(?<=\S)[*_~]/g, '')
  if (type === 'document') return content?.filename ?? 'Document'
  if (type === 'location') return content?.name ?? 'Location'
  if (type === 'contacts') return content?.[0]?.name?.formatted_name ?? 'Contact'
  return WORDS[type] ?? type
}

/** The text where a message comes without `rendered`. @param {Message} message @returns {string} */
function plainText({ content, type }) {
  if (type === 'text') return content?.body ?? ''
  if (type === 'button') return content?.text ?? ''
  if (type !== 'interactive') return content?.caption ?? ''
  const reply = content?.button_reply ?? content?.list_reply ?? content?.nfm_reply
  return reply?.title ?? reply?.body ?? content?.body?.text ?? ''
}

/** A mark before the text of a pressed button or chosen row. @param {Message} message */
function pressed({ content, direction, type }) {
  const isPress = type === 'button' || content?.button_reply || content?.list_reply
  return isPress && direction === 'from_user' ? icon('pressed', 'inline') : null
}

/** @param {string} type @param {any} content @returns {HTMLElement | null} */
function mediaOf(type, content) {
  if (type === 'image' || type === 'video') return picture(type, content)
  if (type === 'audio' || type === 'voice') return soundRow(content)
  if (type === 'document') return documentRow(content)
  if (type === 'sticker') return sticker()
  if (type === 'location') return locationCard(content ?? {})
  if (type !== 'contacts') return null
  const contacts = Array.isArray(content) ? content : [content]
  return h('div', { class: 'cards' }, contacts.map(card))
}

/** A header of a template or an interactive message: text, or a medium. @param {Message} message */
function headerOf({ content, rendered }) {
  const header = rendered?.header ?? content?.header
  if (!header) return null
  if (typeof header === 'string') {
    const medium = /^\[?(image|video|document|location)\]?$/i.exec(header)?.[1]?.toLowerCase()
    return medium
      ? mediaOf(medium, templateHeader(content, medium))
      : h('div', { class: 'header' }, formatText(header))
  }
  const kind = String(header.type ?? header.format ?? 'text').toLowerCase()
  return kind === 'text'
    ? h('div', { class: 'header' }, header.text ?? '')
    : mediaOf(kind, header[kind] ?? header)
}

/** What the send gave for the template's header. @param {any} content @param {string} medium */
function templateHeader(content, medium) {
  const components = content?.components ?? []
  const header = components.find((/** @type {any} */ part) => String(part.type).toLowerCase() === 'header')
  return header?.parameters?.[0]?.[medium] ?? {}
}
