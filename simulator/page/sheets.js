// What opens over the chat: the sheet of a list message, the bar of reactions, the composer's menu; and how dialogs close.

import { byId, h } from './elements.js'

const EMOJI = ['👍', '❤️', '😂', '😮', '😢', '🙏']
/** @type {(emoji: string) => void} */
let onEmoji = () => {}

/** Fills the reaction bar, and lets everything that opens be closed. */
export function startSheets() {
  const bar = byId('emoji')
  const choose = (/** @type {string} */ emoji) => {
    bar.hidePopover()
    onEmoji(emoji)
  }
  const buttons = EMOJI.map(emoji =>
    h(
      'button',
      { type: 'button', 'aria-label': `React with ${emoji}`, on: { click: () => choose(emoji) } },
      emoji,
    ),
  )
  const own = /** @type {HTMLInputElement} */ (
    h('input', { 'aria-label': 'Another emoji', placeholder: '+', maxlength: '14' })
  )
  own.addEventListener('keydown', event => {
    if (event.key !== 'Enter' || !own.value.trim()) return
    choose(own.value.trim())
    own.value = ''
  })
  const remove = h('button', { type: 'button', class: 'remove', on: { click: () => choose('') } }, 'Remove')
  bar.replaceChildren(...buttons, own, remove)
  for (const dialog of document.querySelectorAll('dialog')) closable(dialog)
  const menu = byId('attach')
  menu.addEventListener('toggle', () => placeAbove(menu, byId('attach-open'), 'left'))
  addEventListener('resize', () => place(byId('sheet')))
}

/**
 * Opens the reaction bar at a message; `chosen` gets the emoji, or '' to take it back.
 * @param {HTMLElement} anchor @param {boolean} hasReacted @param {(emoji: string) => void} chosen
 */
export function pickReaction(anchor, hasReacted, chosen) {
  onEmoji = chosen
  const bar = byId('emoji')
  bar.querySelector('.remove').hidden = !hasReacted
  bar.showPopover()
  placeAbove(bar, anchor, 'middle')
  bar.querySelector('button').focus()
}

/**
 * Opens a list message's sheet inside the phone.
 * @param {any} list the interactive object @param {(id: string) => void} choose
 */
export function openSheet(list, choose) {
  const sheet = /** @type {HTMLDialogElement} */ (byId('sheet'))
  byId('sheet-title').textContent = list?.action?.button ?? 'Choose'
  const sections = list?.action?.sections ?? []
  byId('sheet-rows').replaceChildren(
    ...sections.map((/** @type {any} */ section) =>
      h(
        'section',
        {},
        section.title ? h('h3', {}, section.title) : null,
        (section.rows ?? []).map((/** @type {any} */ row) =>
          h(
            'button',
            {
              type: 'button',
              class: 'option',
              on: {
                click: () => {
                  sheet.close()
                  choose(row.id)
                },
              },
            },
            h(
              'span',
              { class: 'lines' },
              h('b', {}, row.title),
              row.description ? h('small', {}, row.description) : null,
            ),
            h('i', { class: 'ring' }),
          ),
        ),
      ),
    ),
  )
  place(sheet)
  sheet.showModal()
}

/** A dialog closes by its Cancel, and by a press beside it. @param {HTMLDialogElement} dialog */
function closable(dialog) {
  dialog.querySelector('[data-close]')?.addEventListener('click', () => dialog.close())
  dialog.addEventListener('pointerdown', event => {
    const { bottom, left, right, top } = dialog.getBoundingClientRect()
    const isInside =
      event.clientX >= left && event.clientX <= right && event.clientY >= top && event.clientY <= bottom
    if (event.target === dialog && !isInside) dialog.close()
  })
}

/** @param {HTMLElement} box @param {HTMLElement} anchor @param {'left' | 'middle'} side */
function placeAbove(box, anchor, side) {
  const at = anchor.getBoundingClientRect()
  const { height, width } = box.getBoundingClientRect()
  const left = side === 'left' ? at.left : at.left + at.width / 2 - width / 2
  const screen = byId('screen').getBoundingClientRect()
  box.style.left = `${Math.max(screen.left + 8, Math.min(left, screen.right - width - 8))}px`
  box.style.top = `${Math.max(8, at.top - height - 8)}px`
}

/** A modal dialog stands on the page, so it is laid over the phone's screen by hand. @param {HTMLDialogElement} sheet */
function place(sheet) {
  const screen = byId('screen').getBoundingClientRect()
  sheet.style.left = `${screen.left}px`
  sheet.style.width = `${screen.width}px`
  sheet.style.bottom = `${innerHeight - screen.bottom}px`
  sheet.style.maxHeight = `${screen.height * 0.75}px`
}
