// The sheet that picks a location: a few places to choose from, fields, and a map that can be pressed.

import { h } from '../elements.js'
import { mapOf } from '../kinds/map.js'
import { askSheet, fieldOf, filled, typed } from './sheet.js'

const PLACES = [
  { name: 'Example Square', address: '1 Example Square', latitude: '52.5200', longitude: '13.4050' },
  { name: 'Harbour', address: 'Quay 7', latitude: '53.5436', longitude: '9.9665' },
  { name: 'Station', address: '12 Station Road', latitude: '47.3769', longitude: '8.5417' },
]
/** How far the edges of the map are from its middle, in degrees. */
const SPAN = { latitude: 0.004, longitude: 0.008 }

/** @param {(location: object) => Promise<boolean>} send */
export function openPlace(send) {
  const map = h('div', { class: 'pick-map' })
  const names = ['name', 'address', 'latitude', 'longitude']
  const input = (/** @type {string} */ name) =>
    /** @type {HTMLInputElement} */ (form.querySelector(`[name="${name}"]`))
  const draw = () =>
    map.replaceChildren(mapOf({ latitude: input('latitude').value, longitude: input('longitude').value }))
  const use = (/** @type {any} */ place) => {
    for (const name of names) input(name).value = place[name] ?? ''
    draw()
  }
  const chips = PLACES.map(place =>
    h(
      'button',
      { type: 'button', class: 'button small-button', on: { click: () => use(place) } },
      place.name,
    ),
  )
  const degrees = { type: 'number', step: 'any', required: true }
  const fields = [
    fieldOf({ name: 'name', label: 'Name', value: '' }),
    fieldOf({ name: 'address', label: 'Address', value: '' }),
    fieldOf({ ...degrees, name: 'latitude', label: 'Latitude', min: '-90', max: '90' }),
    fieldOf({ ...degrees, name: 'longitude', label: 'Longitude', min: '-180', max: '180' }),
  ]
  const form = askSheet({
    title: 'Send a location',
    nodes: [h('div', { class: 'chips' }, chips), map, h('div', { class: 'two' }, fields)],
    action: 'Send location',
    run: data =>
      send({
        latitude: Number(data.get('latitude')),
        longitude: Number(data.get('longitude')),
        ...filled({ name: typed(data, 'name'), address: typed(data, 'address') }),
      }),
  })
  form.addEventListener('input', draw)
  map.addEventListener('click', event => {
    const box = map.getBoundingClientRect()
    const right = (event.clientX - box.left) / box.width - 0.5
    const up = 0.5 - (event.clientY - box.top) / box.height
    input('longitude').value = (Number(input('longitude').value) + right * 2 * SPAN.longitude).toFixed(4)
    input('latitude').value = (Number(input('latitude').value) + up * 2 * SPAN.latitude).toFixed(4)
    draw()
  })
  use(PLACES[0])
}
