// The sheets of flows and of address requests: both are forms of the business.

import { h, icon } from '../elements.js'
import { askSheet, closeSheet, fieldOf, typed } from './sheet.js'

/**
 * @typedef {import('../api.js').Message} Message
 * @typedef {(values: object) => Promise<boolean>} Answer
 */

const ADDRESS = /** @type {[string, string][]} */ ([
  ['name', 'Name'],
  ['phone_number', 'Phone number'],
  ['in_pin_code', 'PIN code'],
  ['house_number', 'House number'],
  ['floor_number', 'Floor'],
  ['tower_number', 'Tower'],
  ['building_name', 'Building'],
  ['address', 'Address'],
  ['landmark_area', 'Landmark or area'],
  ['city', 'City'],
  ['state', 'State'],
])

/**
 * Pretends to be the flow's screens: whatever is written into the fields is the flow's result.
 * @param {Message} message @param {import('../api.js').Button} button @param {Answer} answer
 */
export function openFlow(message, button, answer) {
  const flow = flowOf(message)
  const entries = Object.entries(flow.data ?? {})
  const rows = h('div', { class: 'key-values' }, (entries.length ? entries : [['answer', '']]).map(rowOf))
  const grow = () => {
    rows.append(rowOf(['', '']))
    const last = /** @type {HTMLElement | null} */ (rows.querySelector('.key-value:last-child input'))
    last?.focus()
  }
  const add = h(
    'button',
    { type: 'button', class: 'button small-button', on: { click: grow } },
    icon('plus'),
    'Add a field',
  )
  askSheet({
    title: button.text,
    note: 'The screens of a flow live with Meta. Here you write their result yourself.',
    nodes: [factsOf(flow), rows, add],
    action: 'Submit',
    run: data => {
      const values = data.getAll('value')
      const fields = data.getAll('key').map((key, at) => [String(key).trim(), String(values[at] ?? '')])
      return answer(Object.fromEntries(fields.filter(([key]) => key)))
    },
  })
}

/** @param {Message} message */
function flowOf({ content }) {
  const parameters = content?.action?.parameters ?? {}
  const components = /** @type {any[]} */ (content?.components ?? [])
  const sent = components.find(part => String(part.sub_type).toLowerCase() === 'flow')?.parameters?.[0]
    ?.action
  const payload = parameters.flow_action_payload ?? {}
  return {
    id: parameters.flow_id ?? parameters.flow_name,
    token: sent?.flow_token ?? parameters.flow_token ?? 'unused',
    screen: payload.screen,
    mode: parameters.mode === 'draft' ? 'draft' : undefined,
    data: sent?.flow_action_data ?? payload.data,
  }
}

/** @param {ReturnType<typeof flowOf>} flow */
function factsOf({ id, mode, screen, token }) {
  const facts = /** @type {[string, string | undefined][]} */ ([
    ['Flow', id],
    ['Token', token],
    ['Screen', screen],
    ['Mode', mode],
  ])
  const rows = facts.filter(([, value]) => value)
  return h(
    'dl',
    { class: 'facts' },
    rows.flatMap(([name, value]) => [h('dt', {}, name), h('dd', { class: 'mono' }, String(value))]),
  )
}

/** @param {any[]} field */
function rowOf([key, value]) {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  const name = { name: 'key', 'aria-label': 'Name of the field', placeholder: 'Field', spellcheck: 'false' }
  const about = { name: 'value', 'aria-label': `Value of ${key || 'the field'}`, placeholder: 'Value' }
  return h(
    'div',
    { class: 'key-value' },
    h('input', { ...name, props: { value: key } }),
    h('input', { ...about, props: { value: text } }),
  )
}

/**
 * The address form of India.
 * @param {Message} message @param {import('../api.js').Button} button @param {Answer} answer
 */
export function openAddress(message, button, answer) {
  const parameters = message.content?.action?.parameters ?? {}
  const { country = 'IN', saved_addresses = [], validation_errors = {}, values = {} } = parameters
  const inputs = ADDRESS.map(([name, label]) =>
    fieldOf({ name, label, value: values[name] ?? '', hint: validation_errors[name], maxlength: '120' }),
  )
  const saved = saved_addresses.map((/** @type {any} */ { id, value }) => {
    const words = [value?.name, value?.address, value?.city].filter(Boolean).join(', ')
    const use = () => Promise.resolve(answer({ saved_address_id: id })).then(isSent => isSent && closeSheet())
    return h('button', { type: 'button', class: 'button small-button', on: { click: use } }, words || id)
  })
  askSheet({
    title: button.text,
    note: `A delivery address, country ${country}.`,
    nodes: [saved.length ? h('div', { class: 'chips' }, saved) : null, h('div', { class: 'two' }, inputs)],
    action: 'Send address',
    run: data => {
      const given = ADDRESS.map(([name]) => [name, typed(data, name)]).filter(([, value]) => value)
      return answer(Object.fromEntries(given))
    },
  })
}
