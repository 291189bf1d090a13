// Who hears of what: the app's subscription with its callback, and the apps that listen to an account.

import type { Json, PhoneNumber, Waba } from '../world.ts'
import { type Call, readField, requiredParam, textParam } from './call.ts'
import { wrongParameter } from './errors.ts'
import { verifyCallback } from './verifyCallback.ts'

const OBJECT = 'whatsapp_business_account'
const URL_LIMIT = 200
const FIELDS = new Set([
  ...[
    'account_alerts',
    'account_review_update',
    'account_settings_update',
    'account_update',
    'automatic_events',
  ],
  ...['business_capability_update', 'business_username_update', 'calls', 'consumer_profile', 'flows'],
  ...['group_lifecycle_update', 'group_participants_update', 'group_settings_update', 'group_status_update'],
  ...['history', 'message_echoes', 'message_template_components_update', 'message_template_quality_update'],
  ...['message_template_status_update', 'messages', 'messaging_handovers', 'partner_solutions'],
  ...['payment_configuration_update', 'phone_number_name_update', 'phone_number_quality_update', 'security'],
  ...['smb_app_state_sync', 'smb_message_echoes', 'standby', 'template_category_update', 'tracking_events'],
  ...['user_id_update', 'user_preferences'],
])

/** `POST /{app}/subscriptions`. */
export async function subscribeApp(call: Call): Promise<Json> {
  const { app } = call.world
  if (requiredParam(call, 'object') !== OBJECT) throw wrongParameter(`Param object must be ${OBJECT}.`)
  const fields = fieldsOf(call)
  const callback_url = requiredParam(call, 'callback_url')
  const verify_token = requiredParam(call, 'verify_token')
  await verifyCallback(callback_url, verify_token)
  Object.assign(app, { callback_url, verify_token, fields, version: call.version })
  call.world.emit('app', () => null)
  return { success: true }
}

/** Names in a list, a comma-separated text, or objects with a name. */
function fieldsOf(call: Call): string[] {
  const given = call.params.fields
  const list = Array.isArray(given) ? given : String(given ?? '').split(',')
  const names = list
    .map(one => (typeof one === 'object' && one ? String(one.name) : String(one)).trim())
    .filter(Boolean)
  if (names.length === 0) throw wrongParameter('The parameter fields is required.')
  const unknown = names.find(name => !FIELDS.has(name))
  if (unknown !== undefined)
    throw wrongParameter(`Param fields must be known fields of ${OBJECT} - got "${unknown}".`)
  return [...new Set(names)]
}

export function readSubscriptions(call: Call): Json {
  const { callback_url, fields, version } = call.world.app
  if (callback_url === null) return { data: [] }
  const named = fields.map(name => ({ name, version }))
  return { data: [{ object: OBJECT, callback_url, active: true, fields: named }] }
}

export function unsubscribeApp(call: Call): Json {
  Object.assign(call.world.app, { callback_url: null, verify_token: null, fields: [] })
  call.world.emit('app', () => null)
  return { success: true }
}

/** `POST /{waba}/subscribed_apps`. Without a body it removes an override. */
export async function subscribeAccount(call: Call, waba: Waba): Promise<Json> {
  const uri = textParam(call, 'override_callback_uri') ?? null
  if (uri !== null) {
    if (uri.length > URL_LIMIT)
      throw wrongParameter(`Param override_callback_uri must be at most ${URL_LIMIT} characters long.`)
    await verifyCallback(uri, requiredParam(call, 'verify_token'))
  }
  waba.subscription = { override_callback_uri: uri }
  call.world.emit('app', () => null)
  return { success: true }
}

/** `POST /{number}` with `webhook_configuration`; an empty address removes the override. */
export async function configureNumber(call: Call, number: PhoneNumber): Promise<Json> {
  const given = readField(call.params.webhook_configuration) as Json | undefined
  const { override_callback_uri: uri, verify_token } = given ?? {}
  if (typeof uri !== 'string') throw wrongParameter('Param webhook_configuration must be set.')
  if (uri.length > URL_LIMIT)
    throw wrongParameter(`Param override_callback_uri must be at most ${URL_LIMIT} characters long.`)
  if (uri === '') delete number.override_callback_uri
  else {
    await verifyCallback(uri, String(verify_token ?? ''))
    number.override_callback_uri = uri
  }
  call.world.emit('app', () => null)
  return { success: true }
}

export function readSubscribedApps(call: Call, waba: Waba): Json {
  const { app } = call.world
  if (!waba.subscription) return { data: [] }
  const uri = waba.subscription.override_callback_uri
  const link = `https://www.facebook.com/games/?app_id=${app.id}`
  const data = { whatsapp_business_api_data: { id: app.id, name: app.name, link } }
  return { data: [{ ...data, ...(uri !== null && { override_callback_uri: uri }) }] }
}

export function unsubscribeAccount(call: Call, waba: Waba): Json {
  waba.subscription = null
  call.world.emit('app', () => null)
  return { success: true }
}
