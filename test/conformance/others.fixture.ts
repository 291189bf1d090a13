// What the samples about statuses, accounts, numbers, templates and people must leave behind, row by row.

import {
  ADA,
  account,
  ada,
  at,
  cleo,
  delivered,
  notice,
  number,
  pmp,
  received,
  type Story,
  sent,
  status,
  template,
  VALUE,
  wamid,
} from './rows.fixture.ts'

export const others: Record<string, Story> = {
  account_alerts: { rows: notice('account_alerts', 'INCREASED_CAPABILITIES_ELIGIBILITY_NEED_MORE_INFO') },
  account_review_update: { rows: { accounts: [account({ review_status: 'APPROVED' })] } },
  account_update_disabled: {
    rows: {
      ...notice('account_update', 'DISABLED_UPDATE'),
      accounts: [
        account({
          status: 'restricted',
          restriction: { ban: { waba_ban_date: 'October 26, 2026', waba_ban_state: 'DISABLE' } },
        }),
      ],
    },
  },
  account_update_partner_added: { rows: notice('account_update', 'PARTNER_ADDED') },
  account_update_partner_removed_coexistence: {
    rows: { ...notice('account_update', 'PARTNER_REMOVED'), numbers: [number({ status: 'DISCONNECTED' })] },
  },
  account_update_restriction: {
    rows: {
      ...notice('account_update', 'ACCOUNT_RESTRICTION'),
      accounts: [
        account({
          status: 'restricted',
          restriction: {
            restrictions: [
              { expiration: 1793604800, restriction_type: 'RESTRICTED_BIZ_INITIATED_MESSAGING' },
            ],
          },
          restricted_until: at(604_800),
        }),
      ],
    },
  },
  account_update_violation: {
    rows: {
      ...notice('account_update', 'ACCOUNT_VIOLATION'),
      accounts: [account({ restriction: { violation: { violation_type: 'SCAM' } } })],
    },
  },
  account_update_volume_tier: { rows: notice('account_update', 'VOLUME_BASED_PRICING_TIER_UPDATE') },
  batch_mixed: {
    seed: { wamid: wamid('0120'), direction: 'outbound' },
    rows: {
      messages: [
        sent('0120', 'delivered', delivered(120, pmp('utility'))),
        received(121, 'text', { body: 'first' }),
        received(122, 'text', { body: 'second' }, { contact: '15550101002' }),
      ],
      contacts: [
        ada,
        {
          phone: '15550101002',
          user_id: 'US.1000200030004002',
          name: 'Bea Example',
          aliases: ['15550101002', 'US.1000200030004002'],
        },
      ],
      windows: [
        { contact: ADA, at: at(121) },
        { contact: '15550101002', at: at(122) },
      ],
    },
  },
  business_capability_update: { rows: { numbers: [number({ messaging_limit: 'TIER_2K' })] } },
  business_username_update: { rows: notice('business_username_update', 'approved') },
  flows_endpoint_latency: { rows: notice('flows', 'ENDPOINT_LATENCY') },
  flows_status_change: { rows: notice('flows', 'FLOW_STATUS_CHANGE') },
  message_template_components_update: template({}, 'Hello {{1}}, order {{2}} left our shop today.'),
  message_template_quality_update: template({ quality_score: 'YELLOW' }),
  message_template_status_update_approved: template({ status: 'APPROVED' }),
  message_template_status_update_paused: template({
    status: 'PAUSED',
    category: 'MARKETING',
    previous_category: 'UTILITY',
  }),
  message_template_status_update_rejected: template({
    status: 'REJECTED',
    rejected_reason: 'INVALID_FORMAT',
  }),
  partner_solutions: {
    rows: { parked: [{ path: VALUE, reason: 'The account 800100200300999 is not connected here.' }] },
  },
  phone_number_name_update: { rows: { numbers: [number({ name_status: 'REJECTED' })] } },
  phone_number_quality_update: {
    rows: { numbers: [number({ messaging_limit: 'TIER_UNLIMITED', throughput_level: 'HIGH' })] },
  },
  security: { rows: notice('security', 'PIN_RESET_REQUEST') },
  statuses_delivered_bsuid_only: {
    seed: { wamid: wamid('0113'), direction: 'outbound', of: 'US.1000200030004001' },
    rows: {
      messages: [
        sent('0113', 'delivered', { ...delivered(113, pmp('utility')), contact: 'US.1000200030004001' }),
      ],
      contacts: [cleo],
    },
  },
  statuses_delivered_free_customer_service: status(
    '0103',
    'delivered',
    delivered(-4_999_897, pmp('service', 'free_customer_service')),
  ),
  statuses_delivered_marketing_lite_max_price: status(
    '0107',
    'delivered',
    delivered(107, { ...pmp('marketing_lite'), cost: { amount: 0.021, currency: 'USD' } }),
  ),
  statuses_delivered_service_charged: status('0102', 'delivered', delivered(102, pmp('service'))),
  statuses_failed_131042_payment: status('0112', 'failed', { error: '131042', failed_at: at(112) }, {}),
  statuses_failed_131047_window_closed: status('0110', 'failed', { error: '131047', failed_at: at(110) }, {}),
  statuses_failed_131049_marketing_limit: status(
    '0111',
    'failed',
    { error: '131049', failed_at: at(111) },
    {},
  ),
  statuses_played: status('0104', 'read', { sent_at: at(140), delivered_at: at(140), read_at: at(140) }),
  statuses_read: status('0101', 'read', { sent_at: at(131), delivered_at: at(131), read_at: at(131) }),
  statuses_sent_authentication_international: status('0106', 'sent', {
    pricing: pmp('authentication-international'),
    sent_at: at(106),
  }),
  statuses_sent_cbp_legacy: status(
    '0108',
    'sent',
    { pricing: { billable: true, category: 'utility', pricing_model: 'CBP' }, sent_at: at(-47_999_892) },
    {},
  ),
  statuses_sent_free_entry_point: {
    ...status(
      '0105',
      'sent',
      { pricing: pmp('referral_conversion', 'free_entry_point'), sent_at: at(105) },
      {
        windows: [{ contact: ADA, at: at(4), free: at(259_305) }],
      },
    ),
    first: ['messages_text_referral_ctwa'],
  },
  statuses_sent_utility_pmp: status('0101', 'sent', { pricing: pmp('utility'), sent_at: at(101) }),
  template_category_update_completed: template({ category: 'MARKETING', previous_category: 'UTILITY' }),
  template_category_update_impending: template({ correct_category: 'MARKETING' }),
  user_id_update: {
    first: ['messages_text'],
    rows: {
      contacts: [
        { ...ada, user_id: 'US.1000200030004001', aliases: [...ada.aliases, 'US.1000200030004001'] },
      ],
    },
  },
  user_preferences: {
    rows: {
      contacts: [{ ...ada, opt_out: true }],
      consents: [
        { contact: ADA, category: 'marketing_messages', value: 'stop', source: 'whatsapp', at: at(200) },
      ],
    },
  },
}
