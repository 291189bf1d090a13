// Short notices at the edge of the page, and the small work that ends in one: copying, and calls that can fail.

import { byId, h } from './elements.js'

/** @param {string} text @param {'plain' | 'bad'} [tone] */
export function toast(text, tone = 'plain') {
  const box = byId('toasts')
  const note = h('div', { class: `toast ${tone}`, role: tone === 'bad' ? 'alert' : 'status' }, text)
  box.append(note)
  while (box.childElementCount > 3) box.firstElementChild?.remove()
  setTimeout(() => note.remove(), tone === 'bad' ? 7000 : 2400)
}

/** Waits for a call; says so where it fails, and answers undefined. @template T @param {Promise<T>} promise */
export async function attempt(promise) {
  try {
    return await promise
  } catch (error) {
    toast(error instanceof Error ? error.message : String(error), 'bad')
    return undefined
  }
}

/** @param {string} text @param {string} said */
export async function copy(text, said) {
  try {
    await navigator.clipboard.writeText(text)
    toast(said)
  } catch {
    toast('The browser did not allow copying here.', 'bad')
  }
}
