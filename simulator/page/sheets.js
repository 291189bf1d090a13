// What opens over the chat besides the sheet: the bar of reactions and the menus; and how dialogs close.

import { byId, h } from './elements.js'
import { placeSheet } from './sheets/sheet.js'

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
  menu.addEventListener('toggle', () => {
    if (!menu.matches(':popover-open')) return
    placeAbove(menu, byId('attach-open'), 'left')
    menu.querySelector('button').focus()
  })
  addEventListener('resize', placeSheet)
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

/** Inside the phone's screen, above what opened it. @param {HTMLElement} box @param {HTMLElement} anchor @param {'left' | 'middle'} side */
export function placeAbove(box, anchor, side) {
  const at = anchor.getBoundingClientRect()
  const { height, width } = box.getBoundingClientRect()
  const left = side === 'left' ? at.left : at.left + at.width / 2 - width / 2
  const screen = byId('screen').getBoundingClientRect()
  box.style.left = `${Math.max(screen.left + 8, Math.min(left, screen.right - width - 8))}px`
  box.style.top = `${Math.max(8, at.top - height - 8)}px`
}
