// What the API reference shows of a running campaign.

import type { Campaign } from '../schema.ts'

export const documented: Campaign = {
  id: '019ab0f2-7d3e-7c41-9a55-3f0c2b8e6d17',
  name: 'Winter sale',
  template: 'winter_sale',
  language: 'en_US',
  phone_number_id: '500100200300401',
  components: [{ type: 'body', parameters: [{ type: 'text', text: '{{first_name|there}}' }] }],
  status: 'running',
  pause_reason: null,
  hold: null,
  counts: {
    ...{ total: 1200, pending: 700, sent: 498, delivered: 450, read: 120, replied: 9 },
    ...{ failed: 3, skipped: 2, unknown: 0 },
  },
  rate_per_second: 50,
  quiet_hours: { start: '21:00', end: '08:00' },
  skip_opted_out: true,
  budgets: {},
  created_at: '2026-11-23T06:30:00.000Z',
  updated_at: '2026-11-23T06:38:00.000Z',
  scheduled_at: null,
  started_at: '2026-11-23T06:38:00.000Z',
  completed_at: null,
}
