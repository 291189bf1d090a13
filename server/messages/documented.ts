// What the API's documentation says about messages beyond the schemas: possible errors, and examples.

import type { ErrorCode } from '../kit/errors.ts'

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
    ...meta,
  ] as ErrorCode[],
  read: ['sandbox_key', 'not_found', 'invalid_state', 'invalid_parameter', ...meta] as ErrorCode[],
}

const text = { phone_number_id: '500100200300401', to: '+15550101001', text: 'Your order is on its way.' }

const template = {
  phone_number_id: '500100200300401',
  to: '+15550101001',
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
  created_at: '2026-11-23T06:38:00.000Z',
  accepted_at: '2026-11-23T06:38:00.061Z',
  sent_at: null,
  delivered_at: null,
  read_at: null,
  failed_at: null,
}

const templateMessage = {
  ...message,
  type: 'template',
  content: { name: 'order_shipped', language: { code: 'en_US' } },
  template: { name: 'order_shipped', language: 'en_US' },
}

export const examples = { text, template, message, templateMessage }
