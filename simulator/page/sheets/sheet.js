// The sheet that rises over the chat: one dialog, filled anew for each purpose with choices, a form, or plain nodes.

import { byId, h } from '../elements.js'

/**
 * @typedef {{ name: string, label: string, value?: string, type?: string, [attribute: string]: any }} Field
 *   `type` may also be `area`, or `pair` with `fields` side by side; what is left becomes attributes of the input.
 * @typedef {{ title: string, note?: string, fields?: any[], nodes?: (Node | null)[], action: string,
 *   run: (data: FormData, form: HTMLFormElement) => unknown }} Form
 * @typedef {{ title: string, detail?: string, isOff?: boolean, mark?: Node, choose: () => void }} Choice
 */

/** @param {string} title @param {...(Node | null)} nodes */
export function openSheet(title, ...nodes) {
  const sheet = /** @type {HTMLDialogElement} */ (byId('sheet'))
  byId('sheet-title').textContent = title
  byId('sheet-rows').replaceChildren(.../** @type {Node[]} */ (nodes.filter(Boolean)))
  placeSheet()
  if (!sheet.open) sheet.showModal()
  sheet.scrollTop = 0
  return sheet
}

export const closeSheet = () => byId('sheet').close()

/** A modal dialog stands on the page, so it is laid over the phone's screen by hand; where that is hidden, over the page. */
export function placeSheet() {
  const sheet = byId('sheet')
  const phone = byId('screen').getBoundingClientRect()
  const screen = phone.width > 0 ? phone : document.body.getBoundingClientRect()
  sheet.style.left = `${screen.left}px`
  sheet.style.width = `${screen.width}px`
  sheet.style.bottom = `${innerHeight - screen.bottom}px`
  sheet.style.maxHeight = `${screen.height * 0.82}px`
}

/**
 * A form whose sheet closes when `run` answers anything but false.
 * @param {Form} form
 */
export function askSheet({ title, note, fields = [], nodes = [], action, run }) {
  const submit = h(
    'button',
    { type: 'submit', class: 'button primary', 'data-testid': 'sheet-submit' },
    action,
  )
  const form = /** @type {HTMLFormElement} */ (
    h(
      'form',
      { class: 'ask', autocomplete: 'off' },
      note ? h('p', { class: 'quiet' }, note) : null,
      fields.map(fieldOf),
      /** @type {HTMLElement[]} */ (nodes.filter(Boolean)),
      h('footer', {}, submit),
    )
  )
  form.addEventListener('submit', async event => {
    event.preventDefault()
    if (submit.hasAttribute('disabled')) return
    submit.toggleAttribute('disabled', true)
    const answer = await run(new FormData(form), form)
    submit.toggleAttribute('disabled', false)
    if (answer !== false) closeSheet()
  })
  openSheet(title, form)
  const first = /** @type {HTMLElement | null} */ (
    form.querySelector('input:not([type=hidden]), textarea, select, button')
  )
  if (matchMedia('(hover: hover)').matches) first?.focus()
  return form
}

/** Rows to choose one from. @param {string} title @param {string | null} note @param {Choice[]} choices */
export function chooseSheet(title, note, choices) {
  openSheet(title, note ? h('p', { class: 'quiet note' }, note) : null, ...choices.map(optionOf))
}

/** @param {Choice} choice */
export function optionOf({ title, detail, isOff, mark, choose }) {
  const click = () => {
    closeSheet()
    choose()
  }
  return h(
    'button',
    { type: 'button', class: 'option', disabled: isOff, on: { click } },
    h('span', { class: 'lines' }, h('b', {}, title), detail ? h('small', {}, detail) : null),
    mark ?? h('i', { class: 'ring' }),
  )
}

/** @param {any} field @returns {HTMLElement} */
export function fieldOf({ label, type = 'text', value = '', hint, fields, options, ...attributes }) {
  if (type === 'pair') return h('div', { class: 'pair' }, fields.map(fieldOf))
  const props = { value }
  const input =
    type === 'area'
      ? h('textarea', { rows: '3', ...attributes, props })
      : type === 'select'
        ? h(
            'select',
            attributes,
            options.map((/** @type {[string, string]} */ [key, text]) => h('option', { value: key }, text)),
          )
        : h('input', { type, spellcheck: 'false', ...attributes, props })
  return h(
    'label',
    { class: 'field' },
    h('span', {}, label),
    input,
    hint ? h('small', { class: 'problem' }, hint) : null,
  )
}

/** What was typed into a field, without the blanks around it. @param {FormData} data @param {string} name */
export const typed = (data, name) => String(data.get(name) ?? '').trim()

/** Leaves out what is empty. @param {Record<string, any>} object @returns {any} */
export const filled = object =>
  Object.fromEntries(
    Object.entries(object).filter(([, value]) => value !== '' && value !== undefined && value !== null),
  )
