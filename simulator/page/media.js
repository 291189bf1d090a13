// Stand-ins for pictures, sounds, files, places and contact cards. Nothing is fetched: a phone page must work offline.

import { avatar, h, icon } from './elements.js'
import { phone } from './format.js'

/** @param {'image' | 'video'} type @param {any} content */
export function picture(type, content) {
  return h(
    'div',
    { class: `picture ${type}` },
    icon(type === 'video' ? 'play' : 'image'),
    h('span', { class: 'source' }, source(content) ?? (type === 'video' ? 'Video' : 'Photo')),
  )
}

/** @param {any} content */
export function soundRow(content) {
  const bars = [...String(content?.id ?? content?.link ?? 'sound').padEnd(34, 'carom')]
    .slice(-34)
    .map(char => {
      const bar = h('i')
      bar.style.setProperty('--height', `${20 + ((char.charCodeAt(0) * 37) % 80)}%`)
      return bar
    })
  return h(
    'div',
    { class: 'sound', role: 'img', 'aria-label': content?.voice ? 'Voice message' : 'Audio' },
    icon(content?.voice ? 'mic' : 'play'),
    h('span', { class: 'wave' }, bars),
  )
}

/** @param {any} content */
export function documentRow(content) {
  const name = content?.filename ?? source(content) ?? 'Document'
  const ending =
    /\.(\w{1,5})$/.exec(name)?.[1] ?? content?.mime_type?.split('/').at(-1)?.slice(0, 5) ?? 'file'
  return h(
    'div',
    { class: 'file' },
    h('span', { class: 'ending' }, ending.toUpperCase()),
    h('span', { class: 'lines' }, h('b', {}, name), h('small', {}, content?.mime_type ?? 'Document')),
  )
}

export const sticker = () => h('div', { class: 'sticker' }, icon('sticker'), h('span', {}, 'Sticker'))

/** @param {any} place */
export function locationCard(place) {
  const { latitude, longitude } = place
  const where =
    latitude === undefined ? '' : `${Number(latitude).toFixed(4)}, ${Number(longitude).toFixed(4)}`
  return h(
    'div',
    { class: 'place' },
    h('div', { class: 'map' }, icon('pin')),
    h(
      'div',
      { class: 'lines' },
      h('b', {}, place.name ?? 'Location'),
      h('small', {}, [place.address, where].filter(Boolean).join(' · ')),
    ),
  )
}

/** A contact card. @param {any} contact */
export function card(contact) {
  const name = contact?.name?.formatted_name ?? 'Contact'
  const number = contact?.phones?.[0]?.phone ?? contact?.phones?.[0]?.wa_id
  const detail = number ? phone(number) : (contact?.emails?.[0]?.email ?? contact?.org?.company ?? '')
  return h(
    'div',
    { class: 'card' },
    avatar(name, name),
    h('span', { class: 'lines' }, h('b', {}, name), h('small', {}, detail)),
  )
}

/** Where a medium comes from, shortly. @param {any} content @returns {string | undefined} */
function source(content) {
  if (content?.link) return String(content.link).replace(/^https?:\/\//, '')
  return content?.id ? `Media ${content.id}` : undefined
}
