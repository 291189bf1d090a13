// What the API's documentation says about messages beyond the schemas: possible errors, and examples.

import type { ErrorCode } from '../kit/errors.ts'
import { interactives } from './documentedInteractive.ts'
import type { KindName } from './kinds/checkContent.ts'

const meta: ErrorCode[] = [
  'meta_token_invalid',
  'meta_rejected',
  'meta_rate_limited',
  'meta_unavailable',
  'meta_unexpected',
]

export const errors = {
  send: [
    'sandbox_key',
    'not_found',
    'invalid_state',
    'not_confirmed',
    'invalid_parameter',
    'invalid_phone_number',
    'session_window_closed',
    'template_not_found',
    'template_not_approved',
    'template_parameters_mismatch',
    'media_not_found',
    ...meta,
  ] as ErrorCode[],
  read: ['sandbox_key', 'not_found', 'invalid_state', 'invalid_parameter', ...meta] as ErrorCode[],
}

export type SendExample = { body: unknown; bodies?: Record<string, unknown>; reply: unknown }

const to = { phone_number_id: '500100200300401', to: '+15550101001' }

const templateBody = {
  ...to,
  template: 'order_shipped',
  language: 'en_US',
  variables: { '1': 'Ada', '2': '4711', button_0: '4711' },
}

const message = {
  id: '019ab8c1-6b10-7c4e-9d3a-3f2a1b0c4d5e',
  wamid: 'wamid.HBgLMTU1NTAxMDEwMDEVAgARGBI1QTA1',
  direction: 'outbound',
  phone_number_id: '500100200300401',
  to: '+15550101001',
  contact: {
    id: '019ab8c0-1f2e-7a51-8c11-0d9f4b7a6c2d',
    phone: '+15550101001',
    user_id: 'US.1000200030004001',
    username: null,
    name: 'Ada',
  },
  type: 'text',
  status: 'accepted',
  content: { body: 'Your order is on its way.' },
  template: null,
  reply_to: null,
  client_ref: null,
  campaign_id: null,
  bot_id: null,
  error: null,
  pricing: null,
  cost: null,
  created_at: '2026-11-23T06:38:00.000Z',
  accepted_at: '2026-11-23T06:38:00.061Z',
  sent_at: null,
  delivered_at: null,
  read_at: null,
  failed_at: null,
  origin: 'live',
  context: null,
  referral: null,
  edits: null,
  edited_at: null,
  revoked_at: null,
}

const location = { latitude: 52.5208, longitude: 13.4094, name: 'Pick-up point', address: 'Main street 1' }

const card = {
  name: { formatted_name: 'Ben Miller', first_name: 'Ben', last_name: 'Miller' },
  phones: [{ phone: '+1 555 010 1002', type: 'WORK', wa_id: '15550101002' }],
  emails: [{ email: 'ben@example.com', type: 'WORK' }],
  org: { company: 'Example Ltd', title: 'Driver' },
}

const inbound = 'wamid.HBgLMTU1NTAxMDEwMDEVAgASGBI1QTA2'

/** The call that sends one kind: bodies by a name, the first of them with its answer. */
function of(type: string, content: unknown, bodies: Record<string, object>): SendExample {
  const whole = Object.entries(bodies).map(([name, own]) => [name, { ...to, ...own }] as const)
  return {
    body: whole[0]?.[1],
    ...(whole.length > 1 ? { bodies: Object.fromEntries(whole) } : {}),
    reply: { ...message, type, content },
  }
}

const picture = 'https://example.com/pictures/parcel.jpg'

export const examples: Record<KindName | 'template', SendExample> & { message: unknown } = {
  message,
  template: {
    body: templateBody,
    reply: {
      ...message,
      type: 'template',
      content: { name: 'order_shipped', language: { code: 'en_US' } },
      template: { name: 'order_shipped', language: 'en_US' },
    },
  },
  text: of('text', message.content, { text: { text: 'Your order is on its way.' } }),
  media: of(
    'image',
    { link: picture, caption: 'Your parcel' },
    {
      'image by link': { type: 'image', link: picture, caption: 'Your parcel' },
      'document by media_id': { type: 'document', media_id: '1230000000000001', filename: 'invoice.pdf' },
      'voice message': { type: 'audio', media_id: '1230000000000002', voice: true },
      video: { type: 'video', link: 'https://example.com/films/assembly.mp4' },
      sticker: { type: 'sticker', link: 'https://example.com/stickers/thanks.webp' },
    },
  ),
  interactive: of(
    'interactive',
    interactives.button,
    Object.fromEntries(Object.entries(interactives).map(([name, interactive]) => [name, { interactive }])),
  ),
  location: of('location', location, { location: { location } }),
  contacts: of('contacts', [card], { contacts: { contacts: [card] } }),
  reaction: of(
    'reaction',
    { message_id: inbound, emoji: '👍' },
    { put: { message_id: inbound, emoji: '👍' }, 'take off': { message_id: inbound, emoji: '' } },
  ),
}
