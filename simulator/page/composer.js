// Where the person writes: text, the message it replies to, and the menu for a location or a contact.

import { preview } from './body.js'
import { byId, h } from './elements.js'
import { nameOf } from './format.js'
import { currentNumber, currentUser, state, watch } from './state.js'

/** @param {{ send: (content: object) => Promise<boolean>, lastMessage: () => void }} actions */
export function startComposer({ send, lastMessage }) {
  const input = /** @type {HTMLTextAreaElement} */ (byId('composer'))
  const form = /** @type {HTMLFormElement} */ (byId('compose'))
  const submit = async () => {
    const text = input.value.trim()
    if (!text) return
    input.value = ''
    fit(input)
    if (await send({ text })) return
    input.value = text
    fit(input)
  }
  form.addEventListener('submit', event => {
    event.preventDefault()
    submit()
  })
  input.addEventListener('input', () => fit(input))
  input.addEventListener('keydown', event => {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault()
      submit()
    } else if (event.key === 'Escape' && state.replyTo) replyTo(null)
    else if (event.key === 'ArrowUp' && !input.value) lastMessage()
  })
  byId('cancel-reply').addEventListener('click', () => replyTo(null))
  watch('chat', drawReply)
  startForm('location', data => send({ type: 'location', location: placeOf(data) }))
  startForm('contact', data => send({ type: 'contacts', contacts: [contactOf(data)] }))
}

/** Chooses the message that the next one replies to. @param {string | null} id */
export function replyTo(id) {
  state.replyTo = id
  drawReply()
  focusComposer()
}

/** Where a finger types, focusing would open the keyboard unasked. */
export function focusComposer() {
  if (matchMedia('(hover: hover)').matches) byId('composer').focus({ preventScroll: true })
}

function drawReply() {
  const quoted = state.replyTo ? state.open.get(state.replyTo) : undefined
  byId('reply').hidden = !quoted
  const user = currentUser()
  byId('composer').placeholder = user ? `Write as ${nameOf(user)}` : 'Write a message'
  if (!quoted) return
  const author = quoted.direction === 'from_user' ? 'You' : (currentNumber()?.verified_name ?? 'Business')
  byId('reply-text').replaceChildren(h('b', {}, author), h('span', {}, preview(quoted)))
}

/** Lets the field grow with its text. @param {HTMLTextAreaElement} input */
function fit(input) {
  input.style.height = 'auto'
  input.style.height = `${Math.min(input.scrollHeight, 132)}px`
  byId('compose').classList.toggle('filled', input.value.trim() !== '')
}

/** @param {string} name @param {(data: FormData) => Promise<boolean>} run */
function startForm(name, run) {
  const dialog = /** @type {HTMLDialogElement} */ (byId(`${name}-dialog`))
  const form = /** @type {HTMLFormElement} */ (dialog.querySelector('form'))
  byId(`add-${name}`).addEventListener('click', () => {
    byId('attach').hidePopover()
    dialog.showModal()
  })
  form.addEventListener('submit', async event => {
    event.preventDefault()
    if (await run(new FormData(form))) dialog.close()
  })
}

/** @param {FormData} data */
function placeOf(data) {
  const place = { latitude: Number(data.get('latitude')), longitude: Number(data.get('longitude')) }
  const name = String(data.get('name') ?? '').trim()
  const address = String(data.get('address') ?? '').trim()
  return { ...place, ...(name && { name }), ...(address && { address }) }
}

/** @param {FormData} data */
function contactOf(data) {
  const name = String(data.get('name')).trim()
  const phone = String(data.get('phone')).trim()
  const [first, ...others] = name.split(/\s+/)
  const last = others.join(' ')
  return {
    name: { formatted_name: name, first_name: first, ...(last && { last_name: last }) },
    phones: [{ phone, type: 'MOBILE' }],
  }
}
