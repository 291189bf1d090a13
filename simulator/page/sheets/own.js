// The menu of a message that the person wrote: change it, take it back, or look at its details.

import { byId, h, icon } from '../elements.js'
import { toMs } from '../format.js'
import { nowMs } from '../state.js'
import { askSheet, typed } from './sheet.js'

/** @typedef {import('../api.js').Message} Message */

const EDIT_MS = 15 * 60_000
const REVOKE_MS = 48 * 3_600_000

/**
 * @param {Message} message @param {HTMLElement} anchor
 * @param {{ text: string, isRevoked: boolean, send: (content: object) => Promise<boolean>, details: () => void,
 *   place: (box: HTMLElement, anchor: HTMLElement) => void }} own
 */
export function openOwnMenu(message, anchor, { details, isRevoked, place, send, text }) {
  const menu = byId('own-menu')
  const age = nowMs() - toMs(message.timestamp)
  const original_message_id = message.id
  const takeBack = () => send({ type: 'revoke', revoke: { original_message_id } })
  const items = /** @type {[string, string, string, boolean, string, () => unknown][]} */ ([
    [
      'edit',
      'pen',
      'Edit',
      canEdit(message) && age <= EDIT_MS && !isRevoked,
      'Texts and captions, within 15 minutes',
      () => edit(message, text, send),
    ],
    ['delete', 'bin', 'Delete for everyone', age <= REVOKE_MS && !isRevoked, 'Within two days', takeBack],
    [
      'forward',
      'forward',
      'Forward to the business',
      canForward(message) && !isRevoked,
      'Not this kind',
      () => send({ type: message.type, [message.type]: message.content, forwarded: true }),
    ],
    ['details', 'more', 'Details', true, '', details],
  ])
  menu.replaceChildren(
    ...items.map(([name, drawing, label, isOn, why, run]) => {
      const click = () => {
        menu.hidePopover()
        run()
      }
      return h(
        'button',
        { id: `own-${name}`, type: 'button', disabled: !isOn, title: isOn ? null : why, on: { click } },
        icon(drawing),
        label,
      )
    }),
  )
  menu.showPopover()
  place(menu, anchor)
  menu.querySelector('button:not(:disabled)')?.focus()
}

const FORWARDED = ['text', 'image', 'video', 'audio', 'document', 'sticker', 'location', 'contacts']
/** @param {Message} message */
const canForward = ({ type }) => FORWARDED.includes(type)

/** @param {Message} message */
const canEdit = ({ content, type }) => type === 'text' || Boolean(content?.caption)

/** @param {Message} message @param {string} text @param {(content: object) => Promise<boolean>} send */
function edit({ content, id, type }, text, send) {
  askSheet({
    title: 'Edit your message',
    fields: [
      {
        name: 'text',
        label: type === 'text' ? 'Message' : 'Caption',
        type: 'area',
        value: text,
        required: true,
        maxlength: type === 'text' ? '4096' : '1024',
      },
    ],
    action: 'Save',
    run: data => {
      const written = typed(data, 'text')
      if (!written || written === text) return true
      const changed = type === 'text' ? { body: written } : { ...content, caption: written }
      return send({
        type: 'edit',
        edit: { original_message_id: id, message: { context: { id }, type, [type]: changed } },
      })
    },
  })
}
