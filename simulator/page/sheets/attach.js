// The composer's menu: everything that a person can send besides text, each with its sheet.

import { makeMedia } from '../api.js'
import { byId, h, icon } from '../elements.js'
import { sizeOf } from '../format.js'
import { attempt } from '../toast.js'
import { openCart } from './cart.js'
import { openPlace } from './place.js'
import { askSheet, fieldOf, filled, typed } from './sheet.js'

/** @typedef {(content: object) => Promise<boolean>} Send */

const CATALOG = '400100200300400'

const MEDIA =
  /** @type {Record<string, { title: string, accept: string, hasCaption: boolean, icon: string }>} */ ({
    image: { title: 'Send a photo', accept: 'image/jpeg,image/png', hasCaption: true, icon: 'image' },
    video: { title: 'Send a video', accept: 'video/mp4,video/3gpp', hasCaption: true, icon: 'film' },
    audio: { title: 'Send audio', accept: 'audio/*', hasCaption: false, icon: 'sound' },
    document: { title: 'Send a document', accept: '', hasCaption: true, icon: 'file' },
    sticker: { title: 'Send a sticker', accept: 'image/webp', hasCaption: false, icon: 'sticker' },
  })

/** Fills the menu. @param {Send} send */
export function startAttach(send) {
  const items = /** @type {[string, string, string, () => unknown][]} */ ([
    ['image', 'image', 'Photo', () => openMedia('image', send)],
    ['video', 'film', 'Video', () => openMedia('video', send)],
    ['document', 'file', 'Document', () => openMedia('document', send)],
    ['voice', 'mic', 'Voice note', () => send({ type: 'audio', audio: { voice: true } })],
    ['audio', 'sound', 'Audio', () => openMedia('audio', send)],
    ['sticker', 'sticker', 'Sticker', () => openMedia('sticker', send)],
    ['location', 'pin', 'Location', () => openPlace(location => send({ type: 'location', location }))],
    ['contact', 'person', 'Contact', () => openContact(send)],
    ['order', 'bag', 'Order', () => openOrder(send)],
    ['referral', 'megaphone', 'From an ad', () => openReferral(send)],
    ['welcome', 'door', 'Opens chat', () => send({ type: 'request_welcome' })],
    [
      'unsupported',
      'poll',
      'Poll',
      () => send({ type: 'unsupported', unsupported: { type: 'poll_creation' } }),
    ],
  ])
  const menu = byId('attach')
  menu.replaceChildren(
    ...items.map(([name, drawing, label, run]) => {
      const click = () => {
        menu.hidePopover()
        run()
      }
      return h(
        'button',
        { id: `add-${name}`, type: 'button', on: { click } },
        h('i', {}, icon(drawing)),
        label,
      )
    }),
  )
  menu.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => walk(event, menu))
}

/** Arrow keys walk the grid. @param {KeyboardEvent} event @param {HTMLElement} menu */
function walk(event, menu) {
  const steps = /** @type {Record<string, number>} */ ({
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -3,
    ArrowDown: 3,
  })
  const step = steps[event.key]
  if (!step) return
  event.preventDefault()
  const buttons = [...menu.querySelectorAll('button')]
  const at = buttons.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement))
  buttons[at + step]?.focus()
}

/** A file of the person, or the small sample that the simulator has for everybody. @param {string} type @param {Send} send */
function openMedia(type, send) {
  const kind = MEDIA[type]
  if (!kind) return
  const picker = /** @type {HTMLInputElement} */ (
    h('input', {
      type: 'file',
      accept: kind.accept || null,
      class: 'hidden',
      tabindex: '-1',
      'data-testid': 'file',
      'aria-label': 'File',
    })
  )
  const row = h('div', { class: 'file' })
  const draw = () => {
    const file = picker.files?.[0]
    const about = file ? [file.type, sizeOf(file.size)].filter(Boolean).join(' · ') : 'The simulator has one'
    row.replaceChildren(
      h('span', { class: 'ending plain' }, icon(kind.icon)),
      h('span', { class: 'lines' }, h('b', {}, file?.name ?? 'A small sample'), h('small', {}, about)),
    )
  }
  picker.addEventListener('change', draw)
  draw()
  const choose = h(
    'button',
    { type: 'button', class: 'button small-button', on: { click: () => picker.click() } },
    'Choose a file',
  )
  const caption = kind.hasCaption ? fieldOf({ name: 'caption', label: 'Caption', maxlength: '1024' }) : null
  askSheet({
    title: kind.title,
    nodes: [row, picker, choose, caption],
    action: 'Send',
    run: data => sendMedia(type, picker.files?.[0], typed(data, 'caption'), send),
  })
}

/** @param {string} type @param {File | undefined} file @param {string} caption @param {Send} send */
async function sendMedia(type, file, caption, send) {
  const made = file && (await attempt(makeMedia(file)))
  if (file && !made) return false
  const voice = type === 'audio' ? { voice: false } : {}
  const named = type === 'document' && file ? { filename: file.name } : {}
  return send({ type, [type]: { ...filled({ id: made?.id, caption }), ...voice, ...named } })
}

/** @param {Send} send */
function openContact(send) {
  askSheet({
    title: 'Send a contact',
    fields: [
      { name: 'name', label: 'Name', value: 'Bea Example', required: true },
      { name: 'phone', label: 'Phone number', type: 'tel', value: '+1 555 010 1002', required: true },
    ],
    action: 'Send contact',
    run: data => send({ type: 'contacts', contacts: [contactOf(typed(data, 'name'), typed(data, 'phone'))] }),
  })
}

/** @param {string} name @param {string} number */
function contactOf(name, number) {
  const [first, ...others] = name.split(/\s+/)
  const last = others.join(' ')
  const wa_id = number.replace(/\D/g, '')
  return {
    name: { formatted_name: name, first_name: first, ...(last && { last_name: last }) },
    phones: [{ phone: number, ...(wa_id && { wa_id }), type: 'MOBILE' }],
  }
}

/** @param {Send} send */
function openOrder(send) {
  const title = 'Order from the catalog'
  openCart({
    title,
    sections: [],
    send: order => send({ type: 'order', order: { catalog_id: CATALOG, ...order } }),
  })
}

/** The first message after pressing an ad. @param {Send} send */
function openReferral(send) {
  askSheet({
    title: 'Arrive from an ad',
    note: 'Sends a text with the referral that Meta adds when somebody presses a Click-to-WhatsApp ad.',
    fields: [
      { name: 'text', label: 'Message', value: 'I saw your advert', required: true },
      { name: 'headline', label: 'Headline of the ad', value: 'Order on WhatsApp' },
      { name: 'body', label: 'Text of the ad', value: 'Fresh bread delivered' },
      {
        name: 'source_url',
        label: 'Address',
        type: 'url',
        value: 'https://fb.me/example-ad',
        required: true,
      },
      {
        type: 'pair',
        fields: [
          {
            name: 'source_type',
            label: 'Kind',
            type: 'select',
            options: [
              ['ad', 'Ad'],
              ['post', 'Post'],
            ],
          },
          { name: 'source_id', label: 'Id of the ad', value: '120200000000000001' },
        ],
      },
    ],
    action: 'Send',
    run: data => {
      const names = ['source_url', 'source_id', 'source_type', 'body', 'headline']
      const given = filled(Object.fromEntries(names.map(name => [name, typed(data, name)])))
      const clid = given.source_type === 'ad' ? { ctwa_clid: `clid-${Date.now().toString(36)}` } : {}
      return send({ text: typed(data, 'text'), referral: { ...given, ...clid } })
    },
  })
}
