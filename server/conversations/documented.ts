// What the route tables of conversations share in the API's documentation.

import { Type } from 'typebox'

export const ConversationPath = Type.Object({ id: Type.String({ format: 'uuid' }) })

export const READ_ERRORS = ['not_found', 'invalid_parameter'] as const

const window = {
  open: true,
  expires_at: '2026-11-24T06:38:00.000Z',
  last_inbound_at: '2026-11-23T06:38:00.000Z',
  free_entry_point_expires_at: null,
}

export const examples = {
  conversation: {
    id: '019ab0f2-7d3e-7c41-9a55-3f0c2b8e6d17',
    phone_number_id: '500100200300401',
    contact: {
      id: '019ab0f2-7d3e-7c41-9a55-3f0c2b8e6d18',
      phone: '+15550101001',
      user_id: 'US.1000200030004001',
      username: 'ada',
      name: 'Ada Lovelace',
    },
    status: 'active',
    status_reason: null,
    status_at: '2026-11-23T06:38:00.120Z',
    autoreply_enabled: true,
    bot_id: null,
    bot_paused_until: null,
    unread_count: 1,
    window,
    last_message: {
      id: '019ab0f2-7d3e-7c41-9a55-3f0c2b8e6d19',
      direction: 'inbound',
      type: 'text',
      status: 'received',
      text: 'Do you ship to Norway?',
      bot_id: null,
      campaign_id: null,
      created_at: '2026-11-23T06:38:00.120Z',
    },
    last_inbound_at: '2026-11-23T06:38:00.000Z',
    last_message_at: '2026-11-23T06:38:00.120Z',
    created_at: '2026-11-23T06:38:00.120Z',
    updated_at: '2026-11-23T06:38:00.120Z',
  },
  note: {
    id: '019ab0f2-7d3e-7c41-9a55-3f0c2b8e6d20',
    conversation_id: '019ab0f2-7d3e-7c41-9a55-3f0c2b8e6d17',
    text: 'Called her back; she wants the blue one.',
    author: 'Grace',
    created_at: '2026-11-23T06:41:00.000Z',
  },
}
