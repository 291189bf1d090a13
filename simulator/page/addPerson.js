// The dialog that makes a new person: with a phone number, or with a username only.

import { putUser } from './api.js'
import { byId } from './elements.js'
import { endingOf } from './endings.js'
import { attempt } from './toast.js'

/** @param {(user: import('./api.js').User) => void} onAdded */
export function startAddPerson(onAdded) {
  const dialog = /** @type {HTMLDialogElement} */ (byId('add-person'))
  const form = /** @type {HTMLFormElement} */ (dialog.querySelector('form'))
  byId('new-person').addEventListener('click', () => {
    form.reset()
    show(form)
    dialog.showModal()
  })
  form.addEventListener('input', () => show(form))
  form.addEventListener('submit', async event => {
    event.preventDefault()
    const problem = problemOf(form)
    byId('add-problem').textContent = problem ?? ''
    if (problem) return
    const { key, body } = readForm(form)
    const user = await attempt(putUser(key, body))
    if (!user) return
    dialog.close()
    onAdded(user)
  })
}

/** @param {HTMLFormElement} form */
function fields(form) {
  const data = new FormData(form)
  /** @param {string} name */
  const field = name => String(data.get(name) ?? '').trim()
  return {
    kind: field('kind'),
    name: field('name'),
    digits: field('phone').replace(/\D/g, ''),
    username: field('username').replace(/^@/, '').toLowerCase(),
  }
}

/** Shows the fields of the chosen kind, and what the number's ending will do. @param {HTMLFormElement} form */
function show(form) {
  const { digits, kind } = fields(form)
  byId('phone-field').hidden = kind !== 'phone'
  byId('username-field').hidden = kind === 'phone'
  byId('add-problem').textContent = ''
  const ending = digits.length >= 7 ? endingOf(digits) : undefined
  byId('ending-hint').textContent = ending
    ? `Ends in ${ending.ending}: ${ending.what}.`
    : 'With the country code. Some endings fail on purpose: see the table under Controls.'
}

/** @param {HTMLFormElement} form @returns {string | undefined} */
function problemOf(form) {
  const { digits, kind, username } = fields(form)
  if (kind === 'phone' && !/^[1-9]\d{6,14}$/.test(digits)) {
    return 'Write the number with its country code: 7 to 15 digits, such as +1 555 010 1004.'
  }
  if (kind === 'username' && !/^(?=.*[a-z])[a-z0-9._]{3,35}$/.test(username)) {
    return 'A username has 3 to 35 letters, digits, dots or underscores, and at least one letter.'
  }
  return undefined
}

/** @param {HTMLFormElement} form */
function readForm(form) {
  const { digits, kind, name, username } = fields(form)
  const named = name ? { name } : {}
  if (kind === 'phone') return { key: digits, body: named }
  const random = crypto.getRandomValues(new Uint32Array(2))
  const id = `${random[0]}${random[1]}`.padEnd(16, '0').slice(0, 16)
  return { key: `US.${id}`, body: { ...named, username } }
}
