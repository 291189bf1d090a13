// Cards inside bubbles: shared contacts, products, orders, offers that end, and the ad that somebody came from.

import { avatar, h, icon } from '../elements.js'
import { duration, money, phone, toMs } from '../format.js'
import { currency, priceOf, thumbOf } from '../sheets/cart.js'
import { nowMs } from '../state.js'

/** Shared contacts; each opens to everything that it holds. @param {any} content */
export function contactCards(content) {
  const contacts = Array.isArray(content) ? content : [content]
  return h('div', { class: 'cards' }, contacts.map(contactCard))
}

/** @param {any} contact */
function contactCard(contact) {
  const name = contact?.name?.formatted_name ?? 'Contact'
  const facts = factsOf(contact ?? {})
  const detail = facts[0]?.[1] ?? ''
  const head = [avatar(name, name), h('span', { class: 'lines' }, h('b', {}, name), h('small', {}, detail))]
  if (facts.length < 2) return h('div', { class: 'card' }, head)
  return h(
    'details',
    { class: 'card-more' },
    h('summary', { class: 'card' }, head, icon('down', 'turn')),
    h(
      'dl',
      { class: 'facts' },
      facts.flatMap(([term, value]) => [h('dt', {}, term), h('dd', {}, value)]),
    ),
  )
}

/** @param {any} contact @returns {[string, string][]} */
function factsOf({ addresses = [], birthday, emails = [], org, phones = [], urls = [] }) {
  const numbers = phones.map((/** @type {any} */ one) => [
    'Phone',
    /^\d+$/.test(one.phone ?? one.wa_id ?? '') ? phone(one.phone ?? one.wa_id) : one.phone,
  ])
  const places = addresses.map((/** @type {any} */ one) => [
    'Address',
    [one.street, [one.zip, one.city].filter(Boolean).join(' '), one.state, one.country]
      .filter(Boolean)
      .join(', '),
  ])
  const others = [
    ['Company', [org?.title, org?.department, org?.company].filter(Boolean).join(', ')],
    ['Birthday', birthday],
  ]
  return [
    ...numbers,
    ...emails.map((/** @type {any} */ one) => ['Email', one.email]),
    ...others,
    ...places,
    ...urls.map((/** @type {any} */ one) => ['Web', one.url]),
  ].filter(([, value]) => value)
}

/** One product large, or several as a list with their number. @param {string[]} ids @param {string} [title] */
export function productCard(ids, title) {
  const [first = 'product'] = ids
  const price = title === undefined ? money(priceOf(first), currency()) : 'Everything there is'
  const about = ids.length > 1 ? `${ids.length} items` : price
  return h(
    'div',
    { class: 'products-card' },
    h('span', { class: 'thumbs' }, ids.slice(0, 3).map(thumbOf)),
    h('span', { class: 'lines' }, h('b', {}, title ?? first), h('small', {}, about)),
  )
}

/** What somebody ordered. @param {any} order */
export function orderCard(order) {
  const items = order?.product_items ?? []
  const sum = items.reduce(
    (/** @type {number} */ before, /** @type {any} */ item) =>
      before + Number(item.item_price) * Number(item.quantity),
    0,
  )
  const rows = items.map((/** @type {any} */ item) =>
    h(
      'li',
      {},
      h('span', {}, `${item.quantity} × ${item.product_retailer_id}`),
      h('span', {}, money(Number(item.item_price) * Number(item.quantity), item.currency ?? 'USD')),
    ),
  )
  return h(
    'div',
    { class: 'order' },
    h('b', { class: 'order-head' }, icon('bag'), 'Order'),
    h('ul', {}, rows),
    h('p', { class: 'sum' }, h('span', {}, 'Total'), h('b', {}, money(sum, items[0]?.currency ?? 'USD'))),
  )
}

/** @param {any} offer `{text, expiration_time_ms, code}` */
export function offerCard({ code, expiration_time_ms, text }) {
  const left = expiration_time_ms ? toMs(expiration_time_ms) - nowMs() : null
  const words = left === null ? '' : left > 0 ? `Ends in ${duration(left)}` : 'Ended'
  return h(
    'div',
    { class: `offer${left !== null && left <= 0 ? ' ended' : ''}` },
    h('span', { class: 'offer-mark' }, icon('gift')),
    h(
      'span',
      { class: 'lines' },
      h('b', {}, text ?? 'Limited-time offer'),
      h('small', {}, [words, code && `Code ${code}`].filter(Boolean).join(' · ')),
    ),
  )
}

/** @param {any} referral */
export function referralCard({ body, headline, source_type, source_url }) {
  return h(
    'div',
    { class: 'referral' },
    icon('megaphone'),
    h(
      'span',
      { class: 'lines' },
      h('b', {}, headline ?? `From ${source_type === 'post' ? 'a post' : 'an ad'}`),
      body ? h('span', {}, body) : null,
      h('small', {}, String(source_url ?? '').replace(/^https?:\/\//, '')),
    ),
  )
}

/** What a form of the business got as its answer. @param {any} reply `nfm_reply` */
export function formReplyCard(reply) {
  const fields = fieldsOf(reply?.response_json)
  return h(
    'div',
    { class: 'order' },
    h('b', { class: 'order-head' }, icon('form'), reply?.name === 'address_message' ? 'Address' : 'Form'),
    h(
      'dl',
      { class: 'facts' },
      fields.flatMap(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]),
    ),
  )
}

/** @param {string} json @returns {[string, string][]} */
function fieldsOf(json) {
  try {
    const { flow_token, values, ...others } = JSON.parse(json)
    return Object.entries({ ...others, ...values }).map(([name, value]) => [
      name.replaceAll('_', ' '),
      typeof value === 'string' ? value : JSON.stringify(value),
    ])
  } catch {
    return [['Answer', String(json ?? '')]]
  }
}
