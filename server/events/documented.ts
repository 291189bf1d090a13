// What the API's documentation shows of events, endpoints and deliveries.

export const documentedEvent = {
  id: '019ab8c1-6b10-8c4e-9d3a-3f2a1b0c4d5e',
  type: 'message.received',
  timestamp: '2026-11-23T06:38:00.000Z',
  data: {
    id: '019ab8c1-6b10-7c4e-9d3a-3f2a1b0c4d5e',
    wamid: 'wamid.HBgLMTU1NTAxMDEwMDEVAgASGBQzQTAy',
    direction: 'inbound',
    phone_number_id: '500100200300401',
    from: '+15550101001',
    contact: {
      id: '019ab8c0-1f2e-7a51-8c11-0d9f4b7a6c2d',
      phone: '+15550101001',
      user_id: 'US.1000200030004001',
      username: null,
      name: 'Ada',
    },
    type: 'interactive',
    status: 'received',
    content: { type: 'button_reply', button_reply: { id: 'yes', title: 'Yes, please' } },
    reply_to: 'wamid.HBgLMTU1NTAxMDEwMDEVAgARGBI1QTA1',
  },
}

export const documentedEndpoint = {
  id: '019ab8c1-7000-7c4e-9d3a-3f2a1b0c4d5e',
  url: 'https://example.com/webhooks/carom',
  events: ['message.*', 'template.updated'],
  format: 'standard',
  description: null,
  is_active: true,
  disabled_reason: null,
  disabled_at: null,
  failures: 0,
  failing_since: null,
  last_success_at: '2026-11-23T06:38:01.000Z',
  last_failure_at: null,
  previous_secret_valid_until: null,
  created_at: '2026-11-23T06:00:00.000Z',
  updated_at: '2026-11-23T06:00:00.000Z',
}

export const documentedDelivery = {
  id: '019ab8c1-7000-8c4e-9d3a-3f2a1b0c4ec6',
  webhook_id: documentedEndpoint.id,
  event_id: documentedEvent.id,
  event_type: 'message.received',
  status: 'delivered',
  attempts: [
    {
      at: '2026-11-23T06:38:00.412Z',
      duration_ms: 41,
      status: 503,
      error: 'It answered 503; only 2xx counts as taken.',
      response_body: 'busy',
    },
    { at: '2026-11-23T06:38:05.530Z', duration_ms: 38, status: 200, error: null, response_body: 'ok' },
  ],
  request: {
    headers: {
      'content-type': 'application/json',
      'user-agent': 'Carom-Webhooks/1.0',
      'webhook-id': documentedEvent.id,
      'webhook-timestamp': '1795415885',
    },
    body: '{"id":"019ab8c1-6b10-8c4e-9d3a-3f2a1b0c4d5e","type":"message.received",…}',
  },
  next_attempt_at: null,
  created_at: '2026-11-23T06:38:00.300Z',
  finished_at: '2026-11-23T06:38:05.570Z',
}
