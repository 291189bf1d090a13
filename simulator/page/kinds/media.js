// Pictures, films, documents and stickers. Their bytes come from the simulator alone; where it has none (a link to
// elsewhere, a medium that is gone), a stand-in says what it is.

import { h, icon } from '../elements.js'
import { sizeOf } from '../format.js'
import { keep, urlOf } from './keep.js'
import { sound } from './sound.js'

/**
 * @typedef {{ key: string, type: string, content: any, played?: (() => void) | undefined }} Medium
 *   `key` tells the place on the page from all others; `played` hears that a voice note is listened to.
 */

/** @param {Medium} medium @returns {HTMLElement | null} */
export function mediumOf(medium) {
  const draw = { image: picture, video: film, audio: sound, voice: sound, document: documentRow, sticker }[
    medium.type
  ]
  return draw ? draw({ ...medium, content: medium.content ?? {} }) : null
}

/** @param {Medium} medium */
function picture({ key, content }) {
  const url = urlOf(content)
  if (!url) return standIn('image', content)
  return keep(`${key}/${url}`, () => {
    const image = h('img', { src: url, alt: content.caption ? '' : 'Photo', decoding: 'async' })
    const attributes = {
      class: 'picture',
      href: url,
      target: '_blank',
      rel: 'noopener',
      'aria-label': 'Open the photo',
    }
    return orStandIn(h('a', attributes, image), image, 'image', content)
  })
}

/** @param {Medium} medium */
function film({ key, content }) {
  const url = urlOf(content)
  if (!url) return standIn('video', content)
  return keep(`${key}/${url}`, () => {
    const video = h('video', {
      src: url,
      controls: true,
      preload: 'metadata',
      playsinline: true,
      'aria-label': 'Video',
    })
    return orStandIn(h('div', { class: 'picture film' }, video), video, 'video', content)
  })
}

/** @param {Medium} medium */
function sticker({ key, content }) {
  const url = urlOf(content)
  const without = () => h('div', { class: 'sticker without' }, icon('sticker'), h('span', {}, 'Sticker'))
  if (!url) return without()
  return keep(`${key}/${url}`, () => {
    const image = h('img', { src: url, alt: 'Sticker', decoding: 'async' })
    const box = h('div', { class: 'sticker' }, image)
    image.addEventListener('error', () => box.replaceWith(without()))
    return box
  })
}

/** @param {Medium} medium */
function documentRow({ content }) {
  const url = urlOf(content)
  const name = content.filename ?? sourceOf(content) ?? 'Document'
  const ending = /\.(\w{1,5})$/.exec(name)?.[1] ?? content.mime_type?.split('/').at(-1)?.slice(0, 5) ?? 'file'
  const facts = [ending.toUpperCase(), content.size ? sizeOf(Number(content.size)) : '']
  const about = h('small', {}, facts.filter(Boolean).join(' · '))
  const inside = [
    h('span', { class: `ending ${ending.toLowerCase()}` }, ending.toUpperCase()),
    h('span', { class: 'lines' }, h('b', {}, name), about),
  ]
  if (!url) return h('div', { class: 'file' }, inside)
  const isShown = /^pdf$/i.test(ending)
  const attributes = { class: 'file', href: url, title: `Open ${name}`, target: '_blank', rel: 'noopener' }
  return h(
    'a',
    { ...attributes, download: isShown ? null : name },
    inside,
    icon(isShown ? 'open' : 'download'),
  )
}

/** @param {HTMLElement} box @param {HTMLElement} medium @param {string} type @param {any} content */
function orStandIn(box, medium, type, content) {
  medium.addEventListener('error', () => {
    const other = standIn(type, content)
    box.replaceChildren(...other.children)
    box.className = other.className
    box.removeAttribute('href')
  })
  return box
}

/** @param {string} type @param {any} content */
function standIn(type, content) {
  const words = sourceOf(content) ?? (type === 'video' ? 'Video' : 'Photo')
  const drawing = icon(type === 'video' ? 'play' : 'image')
  return h('div', { class: `picture without ${type}` }, drawing, h('span', { class: 'source' }, words))
}

/** Where a medium comes from, shortly. @param {any} content @returns {string | undefined} */
function sourceOf(content) {
  if (content.link) return String(content.link).replace(/^https?:\/\//, '')
  return content.id ? `Media ${content.id}` : undefined
}
