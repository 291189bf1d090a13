// The sheet of products: amounts, a note, and the order that they make. The simulator knows no catalog, so a product is
// an id with a made-up price that never changes.

import { h, icon } from '../elements.js'
import { money } from '../format.js'
import { numbers } from '../state.js'
import { askSheet, closeSheet, filled, typed } from './sheet.js'

/** @typedef {import('../api.js').Shelf} Shelf */

/** What a catalog holds where a message names none of its products. @type {Shelf} */
const SHELF = { product_retailer_ids: ['sku-bread-01', 'sku-jam-02', 'sku-tea-03'] }

/** The price of a product, the same at every look. @param {string} id */
export function priceOf(id) {
  let hash = 11
  for (const char of id) hash = (hash * 31 + char.charCodeAt(0)) % 4999
  return (150 + (hash % 770) * 5) / 100
}

export const currency = () => numbers()[0]?.waba.currency ?? 'USD'

/**
 * `send` gets `{product_items, text?}`; `ask`, where it is given, a question about the only product.
 * @param {{ title: string, sections: Shelf[], send: (order: any) => Promise<boolean>,
 *   ask?: (text: string, id: string) => Promise<boolean> }} cart
 */
export function openCart({ ask, title, sections, send }) {
  const shelves = sections.length ? sections : [SHELF]
  const ids = shelves.flatMap(shelf => shelf.product_retailer_ids)
  const rows = h('div', { class: 'products' })
  for (const shelf of shelves) {
    if (shelf.title) rows.append(h('h3', {}, shelf.title))
    rows.append(...shelf.product_retailer_ids.map(id => productRow(id, ids.length === 1 ? 1 : 0)))
  }
  const total = h('p', { class: 'total' })
  const form = askSheet({
    title,
    nodes: [rows, moreRow(id => rows.append(productRow(id, 1))), noteField(), total],
    action: 'Send cart',
    run: data => send(filled({ product_items: itemsOf(rows), text: typed(data, 'note') })),
  })
  if (ask && ids.length === 1) form.querySelector('footer')?.prepend(questionButton(form, ids[0] ?? '', ask))
  const count = () => {
    const items = itemsOf(rows)
    const sum = items.reduce((before, item) => before + item.item_price * item.quantity, 0)
    const amount = items.reduce((before, item) => before + item.quantity, 0)
    total.textContent = `${amount} ${amount === 1 ? 'item' : 'items'} · ${money(sum, currency())}`
    form.querySelector('[type="submit"]')?.toggleAttribute('disabled', amount === 0)
  }
  form.addEventListener('input', count)
  form.addEventListener('click', count)
  count()
}

/** Sends the note as a question about the product, instead of an order. @param {HTMLFormElement} form @param {string} id @param {(text: string, id: string) => Promise<boolean>} ask */
function questionButton(form, id, ask) {
  const click = async () => {
    const text = typed(new FormData(form), 'note') || 'Is this one in stock?'
    if (await ask(text, id)) closeSheet()
  }
  return h('button', { type: 'button', class: 'button', on: { click } }, 'Ask about it')
}

/** @param {(id: string) => void} add */
function moreRow(add) {
  const input = /** @type {HTMLInputElement} */ (
    h('input', { placeholder: 'Another product id', 'aria-label': 'Another product id', spellcheck: 'false' })
  )
  const take = () => {
    if (input.value.trim()) add(input.value.trim())
    input.value = ''
  }
  input.addEventListener('keydown', event => {
    if (event.key !== 'Enter') return
    event.preventDefault()
    take()
  })
  const button = h('button', { type: 'button', class: 'button', on: { click: take } }, icon('plus'), 'Add')
  return h('div', { class: 'another' }, input, button)
}

const noteField = () =>
  h(
    'label',
    { class: 'field' },
    h('span', {}, 'Message to the business'),
    h('input', { name: 'note', placeholder: 'Please before noon', maxlength: '256' }),
  )

/** @param {string} id @param {number} amount */
function productRow(id, amount) {
  const input = /** @type {HTMLInputElement} */ (
    h('input', {
      type: 'number',
      min: '0',
      max: '99',
      'aria-label': `Amount of ${id}`,
      'data-product': id,
      props: { value: String(amount) },
    })
  )
  const step = (/** @type {number} */ by) => () => {
    input.value = String(Math.min(99, Math.max(0, (Number(input.value) || 0) + by)))
  }
  const button = (/** @type {string} */ drawing, /** @type {string} */ label, /** @type {number} */ by) =>
    h(
      'button',
      { type: 'button', class: 'tool', 'aria-label': `${label} ${id}`, on: { click: step(by) } },
      icon(drawing),
    )
  return h(
    'div',
    { class: 'product' },
    thumbOf(id),
    h('span', { class: 'lines' }, h('b', {}, id), h('small', {}, money(priceOf(id), currency()))),
    h('span', { class: 'stepper' }, button('minus', 'Less of', -1), input, button('plus', 'More of', 1)),
  )
}

/** A picture that stands for a product. @param {string} id */
export function thumbOf(id) {
  const thumb = h('span', { class: 'thumb', 'aria-hidden': 'true' }, icon('bag'))
  thumb.style.setProperty('--hue', String((Math.round(priceOf(id) * 20) * 47) % 360))
  return thumb
}

/** @param {HTMLElement} rows */
const itemsOf = rows =>
  [.../** @type {NodeListOf<HTMLInputElement>} */ (rows.querySelectorAll('[data-product]'))]
    .map(input => ({ id: input.dataset.product ?? '', quantity: Math.floor(Number(input.value) || 0) }))
    .filter(item => item.quantity > 0)
    .map(({ id, quantity }) => ({
      product_retailer_id: id,
      quantity,
      item_price: priceOf(id),
      currency: currency(),
    }))
