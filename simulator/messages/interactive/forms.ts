// Interactive messages that open something on the phone: a link, a flow, an address, a place, contact info.

import { GraphError, wrongParameter } from '../../graph/errors.ts'
import type { Json } from '../../world.ts'
import type { InteractiveKind } from '../checkInteractive.ts'
import {
  anything,
  list,
  missing,
  object,
  oneOf,
  optional,
  shape,
  text,
  webAddress,
  wrongValue,
} from '../shapes.ts'

const EVERY_HEADER = ['text', 'image', 'video', 'document']

const filled = shape((where, value, scene) => {
  anything.check(where, value, scene)
  if (Object.keys(value as Json).length === 0) throw wrongValue(`${where} must not be empty`)
})

const flow = object({
  flow_message_version: shape((where, value, { strict }) => {
    if (strict && typeof value !== 'string') throw wrongParameter(`Param ${where} must be a string.`)
    if (String(value) !== '3') throw wrongValue(`${where} must be "3"`)
  }),
  flow_id: optional(text()),
  flow_name: optional(text()),
  flow_cta: text(),
  mode: optional(oneOf('published', 'draft')),
  flow_token: optional(text()),
  flow_action: optional(oneOf('navigate', 'data_exchange')),
  flow_action_payload: optional(object({ screen: optional(text()), data: optional(filled) })),
})

const ADDRESS =
  'name phone_number in_pin_code house_number floor_number tower_number building_name address landmark_area city state'

const addressFields = object(
  Object.fromEntries(ADDRESS.split(' ').map(name => [name, optional(text(undefined, 0))])),
)

const address = object({
  country: shape((where, value, scene) => {
    text().check(where, value, scene)
    if (value !== 'IN') throw wrongValue(`${where}: address messages exist in India (IN) only`)
  }),
  values: optional(addressFields),
  saved_addresses: optional(list(object({ id: text(), value: addressFields }), 0, Number.POSITIVE_INFINITY)),
  validation_errors: optional(addressFields),
})

const contactRequest: InteractiveKind = {
  headers: EVERY_HEADER,
  action: object({ name: oneOf('request_contact_info', 'contact_request') }),
  render: () => ({ buttons: [{ type: 'contact_request', text: 'Share contact info' }] }),
}

export const forms: Record<string, InteractiveKind> = {
  cta_url: {
    headers: EVERY_HEADER,
    action: object({
      name: oneOf('cta_url'),
      parameters: object({ display_text: text(20), url: webAddress }),
    }),
    render: action => ({
      buttons: [{ type: 'url', text: partOf(action, 'display_text'), url: partOf(action, 'url') }],
    }),
  },
  flow: {
    headers: EVERY_HEADER,
    action: object({ name: oneOf('flow'), parameters: flow }),
    rules: checkFlow,
    render: action => ({ buttons: [{ type: 'flow', text: partOf(action, 'flow_cta') }] }),
  },
  location_request_message: {
    headers: [],
    footer: 'none',
    action: object({ name: oneOf('send_location') }),
    render: () => ({ buttons: [{ type: 'location_request', text: 'Send location' }] }),
  },
  address_message: {
    headers: EVERY_HEADER,
    action: object({ name: oneOf('address_message'), parameters: address }),
    render: () => ({ buttons: [{ type: 'address', text: 'Provide address' }] }),
  },
  request_contact_info: contactRequest,
  contact_request: contactRequest,
}

const partOf = (action: Json, name: string) => String((action.parameters as Json)[name])

function checkFlow(action: Json) {
  const { flow_action, flow_action_payload, flow_id, flow_name } = action.parameters as Json
  const named = [flow_id, flow_name].filter(one => one !== undefined && one !== null)
  if (named.length === 0) throw missing("interactive['action']['parameters']['flow_id'] or ['flow_name']")
  if (named.length > 1) throw wrongValue('Only one of flow_id and flow_name may be given')
  if (flow_action === 'data_exchange' && flow_action_payload) {
    throw new GraphError(131009, { details: 'flow_action_payload is only allowed with flow_action navigate' })
  }
}
