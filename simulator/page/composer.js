// Where the person writes: text, and the message it replies to. What else can be sent is in sheets/attach.js.

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
