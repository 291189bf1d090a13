// The inside of a bubble: what a phone shows for each kind of content. It does not know states, quotes or reactions.

import { h, icon } from './elements.js'
import { formatText } from './format.js'
import {
  contactCards,
  formReplyCard,
  offerCard,
  orderCard,
  productCard,
  referralCard,
} from './kinds/cards.js'
import { locationCard } from './kinds/map.js'
import { mediumOf } from './kinds/media.js'
import { productsOf } from './sheets/answers.js'

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
  interactive: 'Message with buttons',
  order: 'Order',
  request_welcome: 'Opened the chat for the first time',
})
/** The card of these says it all, and the others have no header of their own. */
const WORDLESS = new Set(['location', 'contacts', 'sticker', 'audio', 'reaction'])
const HEADED = new Set(['template', 'interactive'])
const PERMISSIONS = /** @type {Record<string, string>} */ ({
  accept: 'Calls allowed',
  reject: 'Calls not allowed',
})

/** Kinds that stand in the chat as a notice, without a bubble. @param {Message} message */
export const isNotice = ({ type }) => type === 'system' || type === 'request_welcome'

/** @param {import('./bubble.js').Bubble} bubble @param {{ played: (message: Message) => void }} actions @returns {HTMLElement[]} */
export function bodyOf({ edited, isRevoked, message }, actions) {
  if (isRevoked) return [h('div', { class: 'text quiet' }, 'You deleted this message')]
  const { content, rendered, type } = message
  const played = message.direction === 'to_user' && content?.voice ? () => actions.played(message) : undefined
  const medium = mediaOf(type, knownOf(message), `${message.id}/own`, played)
  const header = HEADED.has(type) ? headerOf(message) : null
  const parts = [
    message.referral ? referralCard(message.referral) : null,
    medium,
    header,
    ...specialsOf(message),
  ]
  const text = edited ?? textOf(message)
  if (text) parts.push(h('div', { class: 'text' }, pressed(message), formatText(text)))
  if (rendered?.footer) parts.push(h('div', { class: 'footer' }, rendered.footer))
  const found = /** @type {HTMLElement[]} */ (parts.filter(Boolean))
  return found.length
    ? found
    : [h('div', { class: 'text quiet' }, wordsOf(message) ?? `Message of the kind “${type}”`)]
}

/** One line for lists and quotes. @param {Message} message @param {string | null} [edited] */
export function preview(message, edited) {
  const { content, rendered, type } = message
  if (type === 'reaction') return content?.emoji ? `Reacted ${content.emoji}` : 'Took a reaction back'
  if (type === 'edit') return 'Edited a message'
  if (type === 'revoke') return 'Deleted a message'
  const header = rendered?.header
  const text = edited ?? (textOf(message) || (typeof header === 'string' ? header : (header?.text ?? '')))
  if (text) return text.replace(/\s+/g, ' ').replace(/```|[*_~](?=\S)|(?<=\S)[*_~]/g, '')
  if (type === 'document') return content?.filename ?? 'Document'
  if (type === 'location') return content?.name ?? 'Location'
  if (type === 'contacts') return content?.[0]?.name?.formatted_name ?? 'Contact'
  if (type === 'audio' && content?.voice) return 'Voice message'
  if (type === 'order') return `Order of ${content?.product_items?.length ?? 0} products`
  return wordsOf(message) ?? type
}

/** @param {Message} message @returns {string | undefined} */
function wordsOf({ content, type }) {
  if (type !== 'unsupported') return WORDS[type]
  const kind = String(content?.type ?? 'message').replaceAll('_', ' ')
  return `${kind.startsWith('poll') ? 'A poll' : `A ${kind}`}, which the business cannot see`
}

/** The words of a message. @param {Message} message @returns {string} */
export function textOf({ content, rendered, type }) {
  if (WORDLESS.has(type)) return ''
  if (rendered?.body && !content?.nfm_reply && !content?.call_permission_reply) return rendered.body
  if (type === 'text') return content?.body ?? ''
  if (type === 'button' || type === 'order') return content?.text ?? ''
  if (type === 'system') return content?.body ?? ''
  if (type !== 'interactive') return content?.caption ?? ''
  const permission = content?.call_permission_reply
  if (permission)
    return `${PERMISSIONS[permission.response] ?? permission.response}${permission.is_permanent ? ' always' : ''}`
  const reply = content?.button_reply ?? content?.list_reply
  return (
    reply?.title ?? content?.body?.text ?? (content?.nfm_reply?.name === 'flow' ? content.nfm_reply.body : '')
  )
}

/** A mark before the text of a pressed button or chosen row. @param {Message} message */
function pressed({ content, direction, type }) {
  const isPress = type === 'button' || content?.button_reply || content?.list_reply
  return isPress && direction === 'from_user' ? icon('pressed', 'inline') : null
}

/** @param {string} type @param {any} content @param {string} key @param {() => void} [played] @returns {HTMLElement | null} */
function mediaOf(type, content, key, played) {
  if (type === 'location') return locationCard(content ?? {})
  if (type === 'contacts') return contactCards(content)
  return mediumOf({ key, type, content, played })
}

/** The content, with what the simulator knows of its medium. @param {Message} message */
const knownOf = ({ content, rendered, type }) =>
  Array.isArray(content) ? content : { ...rendered?.header?.[type], ...content }

/** A header of a template or an interactive message: text, or a medium. @param {Message} message */
function headerOf(message) {
  const header = message.rendered?.header ?? message.content?.header
  if (!header) return null
  if (typeof header === 'string') return h('div', { class: 'header' }, formatText(header))
  const kind = String(header.type ?? header.format ?? 'text').toLowerCase()
  if (kind === 'text') return h('div', { class: 'header' }, header.text ?? '')
  if (kind === 'product') {
    const isCard = message.type === 'interactive'
    return isCard ? null : productCard([header.product?.product_retailer_id ?? 'product'])
  }
  return mediaOf(kind, header[kind] ?? header, `${message.id}/header`)
}

/** Cards between header and text. @param {Message} message @returns {(HTMLElement | null)[]} */
function specialsOf(message) {
  const { content, type } = message
  if (type === 'order') return [orderCard(content)]
  if (content?.nfm_reply) return [formReplyCard(content.nfm_reply)]
  const offer = offerOf(message)
  if (offer) return [offerCard(offer)]
  if (type !== 'interactive' || !['product', 'product_list', 'catalog_message'].includes(content?.type))
    return []
  const ids = productsOf(message).sections.flatMap(section => section.product_retailer_ids)
  return [content.type === 'catalog_message' ? productCard(ids, 'Our catalog') : productCard(ids)]
}

/** What a template offers for a time: when it ends comes with the send, the code with its button. @param {Message} message */
function offerOf({ content, rendered }) {
  const components = /** @type {any[]} */ (content?.components ?? [])
  const sent = components.find(part => /^limited_time_offer$/i.test(part.type))
  if (!sent) return null
  const code = rendered?.buttons?.find(button => button.type === 'copy_code')?.id
  return { ...sent.parameters?.[0]?.limited_time_offer, code }
}
