// The controls on the right, templates: what Meta does to one of them, by hand. It follows them only while it is open.

import { changeTemplate, getWorld } from './api.js'
import { byId, h } from './elements.js'
import { currentNumber, watch } from './state.js'
import { attempt } from './toast.js'

/** @typedef {{ id: string, name: string, language: string, status: string, category: string, quality: string,
 *   rejected_reason: string }} Template */

/** @type {Template[]} */
let templates = []
/** @type {EventSource | undefined} */
let following
let wabaId = ''

export function startTemplates() {
  const box = /** @type {HTMLDetailsElement} */ (byId('templates'))
  box.addEventListener('toggle', () => (box.open ? follow() : leave()))
  byId('template').addEventListener('change', draw)
  for (const button of box.querySelectorAll('[data-template]')) {
    const status = /** @type {HTMLElement} */ (button).dataset.template
    const reason = status === 'REJECTED' ? { reason: 'PROMOTIONAL' } : {}
    button.addEventListener('click', () => change({ status, ...reason }))
  }
  byId('template-quality').addEventListener('change', () =>
    change({ quality: byId('template-quality').value }),
  )
  byId('template-category').addEventListener('change', () =>
    change({ category: byId('template-category').value }),
  )
  watch('panel', () => {
    if (box.open && currentNumber()?.waba.id !== wabaId) load()
  })
}

function follow() {
  following ??= new EventSource('/_sim/stream')
  for (const name of ['template', 'reset']) following.addEventListener(name, load)
  load()
}

function leave() {
  following?.close()
  following = undefined
}

async function load() {
  const world = await attempt(getWorld())
  if (!world) return
  wabaId = currentNumber()?.waba.id ?? ''
  templates = world.wabas.find((/** @type {any} */ waba) => waba.id === wabaId)?.templates ?? []
  const list = byId('template')
  const chosen = list.value
  list.replaceChildren(
    ...templates.map(({ id, name, language }) => h('option', { value: id }, `${name} (${language})`)),
  )
  if (templates.some(one => one.id === chosen)) list.value = chosen
  draw()
}

const current = () => templates.find(one => one.id === byId('template').value)

/** @param {object} changes */
async function change(changes) {
  const template = current()
  if (template) await attempt(changeTemplate(template.id, changes))
  await load()
}

function draw() {
  const template = current()
  byId('template-status').textContent = template?.status ?? 'None yet'
  const reason = template?.status === 'REJECTED' ? ` (${template.rejected_reason})` : ''
  byId('template-more').textContent = template ? `${template.category}${reason}` : ''
  byId('template-quality').value = template?.quality ?? 'UNKNOWN'
  byId('template-category').value = template?.category ?? 'UTILITY'
}
