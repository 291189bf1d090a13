// The controls on the right, lower half: what goes wrong with Meta and with its webhooks, and starting over.

import { patchSettings, resetAll } from './api.js'
import { byId } from './elements.js'
import { state, takeSettings, watch } from './state.js'
import { attempt, toast } from './toast.js'

/** @typedef {{ id: string, path: string[], kind: 'switch' | 'rate' | 'number' | 'choice', calm: any }} Fault */

/** `calm` is the value with which nothing is wrong. @type {Fault[]} */
const FAULTS = [
  { id: 'down', path: ['down'], kind: 'switch', calm: false },
  { id: 'throttle', path: ['throttle'], kind: 'switch', calm: false },
  { id: 'latency_ms', path: ['latency_ms'], kind: 'number', calm: 0 },
  { id: 'error_rate', path: ['error_rate'], kind: 'rate', calm: 0 },
  { id: 'hang_rate', path: ['hang_rate'], kind: 'rate', calm: 0 },
  { id: 'reset_before_rate', path: ['reset_before_rate'], kind: 'rate', calm: 0 },
  { id: 'reset_after_rate', path: ['reset_after_rate'], kind: 'rate', calm: 0 },
  { id: 'paused', path: ['webhooks', 'paused'], kind: 'switch', calm: false },
  { id: 'duplicate_rate', path: ['webhooks', 'duplicate_rate'], kind: 'rate', calm: 0 },
  { id: 'reorder', path: ['webhooks', 'reorder'], kind: 'switch', calm: false },
  { id: 'enforce_window', path: ['enforce_window'], kind: 'choice', calm: 'async' },
  { id: 'auto_read', path: ['auto_read'], kind: 'switch', calm: true },
]

/** @param {() => Promise<void>} reload */
export function startFaults(reload) {
  watch('panel', draw)
  for (const fault of FAULTS) {
    const field = byId(`fault-${fault.id}`)
    field.addEventListener('input', () => label(fault, read(fault)))
    field.addEventListener('change', () => save(nested(fault, read(fault))))
  }
  byId('calm').addEventListener('click', () => {
    const changes = FAULTS.filter(isOn).map(fault => nested(fault, fault.calm))
    save(
      Object.assign({}, ...changes, {
        webhooks: Object.assign({}, ...changes.map(change => change.webhooks)),
      }),
    )
  })
  startReset(reload)
}

/** @param {() => Promise<void>} reload */
function startReset(reload) {
  const dialog = /** @type {HTMLDialogElement} */ (byId('reset-dialog'))
  byId('reset').addEventListener('click', () => dialog.showModal())
  byId('reset-confirm').addEventListener('click', async () => {
    dialog.close()
    if ((await attempt(resetAll().then(() => true))) !== true) return
    await reload()
    toast('Everything is as at the start')
  })
}

/** @param {Record<string, any>} changes */
async function save(changes) {
  const settings = await attempt(patchSettings(changes))
  if (settings) takeSettings(settings)
  else draw()
}

function draw() {
  if (!state.settings) return
  for (const fault of FAULTS) {
    const field = byId(`fault-${fault.id}`)
    const value = currentValue(fault)
    if (fault.kind === 'switch') field.checked = Boolean(value)
    else if (document.activeElement !== field || fault.kind === 'choice') {
      field.value = fault.kind === 'rate' ? String(Math.round(value * 100)) : String(value)
    }
    label(fault, value)
  }
  const on = FAULTS.filter(isOn).length
  byId('fault-count').textContent = on ? `${on} on` : 'all calm'
  byId('fault-count').classList.toggle('moved', on > 0)
  byId('calm').hidden = on === 0
  byId('panel-mark').hidden = on === 0
  const isPaused = state.settings.webhooks.paused
  byId('trouble').hidden = !state.settings.down && !isPaused
  byId('trouble').textContent = state.settings.down ? 'Meta is down' : isPaused ? 'Webhooks are paused' : ''
}

/** The figure beside a slider. @param {Fault} fault @param {any} value */
function label(fault, value) {
  if (fault.kind === 'rate') byId(`value-${fault.id}`).textContent = `${Math.round(value * 100)} %`
  if (fault.kind === 'number') byId(`value-${fault.id}`).textContent = `${value} ms`
}

/** @param {Fault} fault */
function read({ id, kind }) {
  const field = byId(`fault-${id}`)
  if (kind === 'switch') return field.checked
  if (kind === 'choice') return field.value
  return kind === 'rate' ? Number(field.value) / 100 : Number(field.value)
}

/** @param {Fault} fault */
const currentValue = ({ path }) => path.reduce((part, name) => part?.[name], state.settings)

/** @param {Fault} fault */
const isOn = fault =>
  fault.kind !== 'choice' && fault.id !== 'auto_read' && currentValue(fault) !== fault.calm

/** @param {Fault} fault @param {any} value @returns {Record<string, any>} */
const nested = ({ path }, value) => path.reduceRight((part, name) => ({ [name]: part }), value)
