// A location as a card with a map. The map is invented from the coordinates; the same place always looks the same.

import { drawing, h, icon } from '../elements.js'

const WIDTH = 280
const HEIGHT = 140

/** @param {any} place */
export function locationCard(place) {
  const where = coordinatesOf(place)
  const details = [place?.address, where].filter(Boolean).join(' · ')
  return h(
    'div',
    { class: 'place' },
    mapOf(place),
    h('div', { class: 'lines' }, h('b', {}, place?.name ?? 'Location'), h('small', {}, details)),
  )
}

/** @param {any} place */
export function mapOf(place) {
  const random = randomOf(Number(place?.latitude) || 0, Number(place?.longitude) || 0)
  const turn = Math.round(random() * 60 - 30)
  const lines = [...streets(random, 5, HEIGHT), ...streets(random, 8, WIDTH).map(turned)]
  const park = `M${at(random, -40, 120)} ${at(random, -40, 40)}h${at(random, 60, 130)}v${at(random, 40, 90)}h-${at(random, 40, 110)}z`
  const shore = at(random, 90, 150)
  const water = `M-200 ${shore + 40}C-40 ${shore} 60 ${shore + 60} 140 ${shore + 15}S360 ${shore} 520 ${shore + 40}V400H-200z`
  const svg = drawing('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'xMidYMid slice' }, [
    drawing('g', { transform: `rotate(${turn} ${WIDTH / 2} ${HEIGHT / 2})` }, [
      drawing('path', { class: 'park', d: park }),
      drawing('path', { class: 'water', d: water }),
      ...lines.map(({ d, width }) => drawing('path', { class: 'road', d, 'stroke-width': String(width) })),
    ]),
  ])
  return h(
    'div',
    { class: 'map', role: 'img', 'aria-label': `Map of ${coordinatesOf(place) || 'a place'}` },
    svg,
    icon('pin'),
  )
}

/** @param {any} place */
function coordinatesOf(place) {
  const { latitude, longitude } = place ?? {}
  if (latitude === undefined || longitude === undefined) return ''
  return `${Number(latitude).toFixed(4)}, ${Number(longitude).toFixed(4)}`
}

/** Nearly parallel lines, far enough apart to leave blocks between. @param {() => number} random @param {number} count @param {number} span */
const streets = (random, count, span) =>
  Array.from({ length: count + 2 }, (_, index) => {
    const level = (span / count) * (index - 0.7) + at(random, -9, 9)
    return { d: `M-200 ${level}L520 ${level + at(random, -14, 14)}`, width: random() > 0.72 ? 9 : 4 }
  })

/** @param {{ d: string, width: number }} street */
const turned = ({ d, width }) => ({ d: d.replace(/(-?[\d.]+) (-?[\d.]+)/g, '$2 $1'), width })

/** @param {() => number} random @param {number} from @param {number} to */
const at = (random, from, to) => Math.round(from + random() * (to - from))

/** Numbers from 0 to 1 that follow from the place. @param {number} latitude @param {number} longitude */
function randomOf(latitude, longitude) {
  let seed = (Math.round(latitude * 1000) * 73_856_093) ^ (Math.round(longitude * 1000) * 19_349_663)
  return () => {
    seed = (seed + 0x6d2b79f5) | 0
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
