// Makes and updates DOM nodes. Text always goes in as text nodes; nothing here, or anywhere on this page, parses HTML.

const SVG = 'http://www.w3.org/2000/svg'
/** @type {WeakMap<Element, string>} */
const signatures = new WeakMap()

/**
 * @typedef {Node | string | null | undefined | false} Child
 * @typedef {{ key: string, signature: string, make: () => HTMLElement }} Item
 */

/**
 * Makes an element. `on` holds listeners, `props` DOM properties, everything else becomes an attribute.
 * @param {string} tag
 * @param {Record<string, any>} [attributes]
 * @param {...(Child | Child[])} children
 * @returns {HTMLElement}
 */
export function h(tag, attributes = {}, ...children) {
  const node = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) set(node, name, value)
  for (const child of children.flat()) if (child) node.append(child)
  return node
}

/** @param {HTMLElement} node @param {string} name @param {any} value */
function set(node, name, value) {
  if (value === null || value === undefined || value === false) return
  if (name === 'on') {
    for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener)
  } else if (name === 'props') Object.assign(node, value)
  else node.setAttribute(name, value === true ? '' : String(value))
}

/** An SVG element. @param {string} tag @param {Record<string, string>} attributes @param {Element[]} [children] */
export function drawing(tag, attributes, children = []) {
  const node = document.createElementNS(SVG, tag)
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value)
  node.append(...children)
  return node
}

/** A drawing from the sprite in index.html. @param {string} name @param {string} [className] */
export const icon = (name, className = '') =>
  drawing('svg', { class: `icon ${className}`.trim(), 'aria-hidden': 'true' }, [
    drawing('use', { href: `#i-${name}` }),
  ])

/** The element with this id, which index.html promises. @param {string} id @returns {any} */
export function byId(id) {
  const node = document.getElementById(id)
  if (!node) throw new Error(`index.html has no #${id}`)
  return node
}

/** A round picture made of initials. @param {string} name @param {string} seed @param {string} [className] */
export function avatar(name, seed, className = '') {
  const words = name.replace(/^[@+]/, '').split(/\s+/).filter(Boolean)
  const initials = /\p{L}/u.test(name)
    ? [words[0], words.length > 1 ? words.at(-1) : ''].map(word => [...(word ?? '')][0] ?? '').join('')
    : name.replace(/\D/g, '').slice(-2)
  const node = h(
    'span',
    { class: `avatar ${className}`.trim(), 'aria-hidden': 'true' },
    initials.toUpperCase(),
  )
  let hash = 7
  for (const char of seed) hash = (hash * 31 + char.charCodeAt(0)) % 3600
  node.style.setProperty('--hue', String(Math.round(hash / 10)))
  return node
}

/**
 * Makes the children of `container` be `items`, in order, touching only those whose signature changed.
 * Focus stays where it was: on the moved node, or on the same control (`data-focus`) of the node made anew.
 * @param {HTMLElement} container @param {Item[]} items
 */
export function reconcile(container, items) {
  const active = /** @type {HTMLElement | null} */ (document.activeElement)
  const holder = active && container.contains(active) ? active.closest('[data-key]') : null
  const old = new Map(
    [...container.children].map(node => [/** @type {HTMLElement} */ (node).dataset.key, node]),
  )
  let cursor = container.firstElementChild
  for (const item of items) {
    let node = old.get(item.key)
    old.delete(item.key)
    if (node && signatures.get(node) !== item.signature) {
      const made = sign(item)
      if (cursor === node) cursor = made
      node.replaceWith(made)
      node = made
    }
    node ??= sign(item)
    if (cursor === node) cursor = cursor.nextElementSibling
    else container.insertBefore(node, cursor)
  }
  for (const node of old.values()) node.remove()
  if (holder && document.activeElement !== active)
    refocus(container, /** @type {HTMLElement} */ (holder), active)
}

/** @param {Item} item */
function sign(item) {
  const node = item.make()
  node.dataset.key = item.key
  signatures.set(node, item.signature)
  return node
}

/** @param {HTMLElement} container @param {HTMLElement} holder @param {HTMLElement | null} active */
function refocus(container, holder, active) {
  const node = container.querySelector(`[data-key="${CSS.escape(holder.dataset.key ?? '')}"]`)
  const name = active?.dataset.focus
  const control = name ? node?.querySelector(`[data-focus="${CSS.escape(name)}"]`) : null
  const target = /** @type {HTMLElement | null | undefined} */ (control ?? node)
  target?.focus({ preventScroll: true })
}
