// The events that there are, and how an endpoint says which it wants.

export const EVENT_TYPES = [
  'message.received',
  'message.accepted',
  'message.sent',
  'message.delivered',
  'message.read',
  'message.failed',
  'conversation.started',
  'conversation.updated',
  'template.updated',
  'campaign.updated',
  'phone_number.updated',
  'account.updated',
  'webhook.disabled',
  'doctor.finding',
] as const

/** Sent by hand, to one endpoint alone, whatever it wants. */
export const TEST_TYPE = 'webhook.test'

/** Meta's own words, kept for endpoints that want those. No event of Carom's, and shown to nobody else. */
export const META_TYPE = 'meta.change'

/** `*`, `message.*`, or a type. */
export const WANTED: readonly string[] = [
  '*',
  ...new Set(EVENT_TYPES.map(type => `${type.split('.')[0]}.*`)),
  ...EVENT_TYPES,
]

/** Fields of Meta's webhooks, for endpoints that want those. */
export const META_FIELDS: readonly string[] = [
  '*',
  'messages',
  'smb_message_echoes',
  'smb_app_state_sync',
  'history',
  'calls',
  'user_preferences',
  'user_id_update',
  'message_template_status_update',
  'message_template_quality_update',
  'message_template_components_update',
  'template_category_update',
  'phone_number_quality_update',
  'phone_number_name_update',
  'business_capability_update',
  'business_username_update',
  'account_update',
  'account_review_update',
  'account_alerts',
  'security',
  'flows',
  'partner_solutions',
]
