// What the samples of messages, calls, histories and the address book must leave behind, row by row.

import {
  ADA,
  ada,
  at,
  cleo,
  EPOCH,
  inbound,
  media,
  notice,
  past,
  quoting,
  received,
  reply,
  SHA,
  type Story,
  sent,
  VALUE,
  wamid,
} from './rows.fixture.ts'
import { SEEDED } from './world.fixture.ts'

export const messages: Record<string, Story> = {
  calls_connect_user_initiated: inbound(
    500,
    'call',
    { direction: 'USER_INITIATED' },
    { wamid: 'wacid.FAKECALL0001' },
  ),
  calls_status: { rows: notice('calls', 'RINGING') },
  calls_terminate: {
    first: ['calls_connect_user_initiated'],
    rows: {
      messages: [
        received(
          500,
          'call',
          {
            direction: 'USER_INITIATED',
            status: 'COMPLETED',
            duration: 115,
            start_time: '1793000505',
            end_time: '1793000620',
          },
          { wamid: 'wacid.FAKECALL0001' },
        ),
      ],
      windows: [{ contact: ADA, at: at(505) }],
    },
  },
  history_chunk: {
    rows: {
      messages: [
        past('0401', 'text', { body: 'Do you have rye?' }, 1),
        past('0402', 'text', { body: 'Yes' }, 60, {
          direction: 'outbound',
          status: 'delivered',
          recipient: `+${ADA}`,
        }),
        past('0403', 'media_placeholder', {}, 120),
      ],
      contacts: [{ phone: ADA, aliases: [ADA] }],
    },
  },
  history_declined: {
    rows: {
      ...notice('history', '2593109'),
      parked: [
        {
          path: `${VALUE}.history[0].errors[0]`,
          reason:
            'Meta reported a problem of the number: 2593109 History sharing declined: The business chose not to share its history.',
        },
      ],
    },
  },
  history_media: {
    first: ['history_chunk'],
    rows: {
      messages: [
        past(
          '0403',
          'image',
          { id: '1230000000000403', sha256: SHA, caption: 'Rye', mime_type: 'image/jpeg' },
          120,
        ),
      ],
      media: [{ media_id: '1230000000000403', mime_type: 'image/jpeg', direction: 'inbound' }],
    },
  },
  messages_audio_voice: media(7, 'audio', { mime_type: 'audio/ogg; codecs=opus', voice: true }),
  messages_bsuid_username_only: {
    rows: {
      messages: [received(26, 'text', { body: 'Hi, I use a username' }, { contact: 'US.1000200030004001' })],
      contacts: [cleo],
      windows: [{ contact: 'US.1000200030004001', at: at(26) }],
    },
  },
  messages_button_template_quick_reply: inbound(
    13,
    'button',
    { text: 'Stop these', payload: 'STOP_SHIPPING_NEWS' },
    quoting,
  ),
  messages_contacts: inbound(12, 'contacts', [
    {
      org: { title: 'Buyer', company: 'Example Ltd' },
      name: { last_name: 'Example', first_name: 'Bea', formatted_name: 'Bea Example' },
      emails: [{ type: 'WORK', email: 'bea@example.com' }],
      phones: [{ type: 'MOBILE', phone: '+1 555-010-1002', wa_id: '15550101002' }],
    },
  ]),
  messages_document: media(9, 'document', {
    caption: 'Signed form',
    filename: 'form.pdf',
    mime_type: 'application/pdf',
  }),
  messages_edit_coexistence: {
    seed: { wamid: wamid('9024'), direction: 'inbound' },
    rows: {
      messages: [
        received(
          0,
          'text',
          { body: 'Corrected text' },
          {
            wamid: wamid('9024'),
            sent_at: EPOCH,
            edited_at: at(24),
            edits: [
              { at: EPOCH, content: { body: 'seeded' } },
              { at: at(24), content: { body: 'Corrected text' } },
            ],
          },
        ),
      ],
      contacts: [ada],
      changes: [{ original_wamid: wamid('9024'), kind: 'edit', content: { body: 'Corrected text' } }],
    },
  },
  messages_image: media(6, 'image', { caption: 'This is the damaged box', mime_type: 'image/jpeg' }),
  messages_interactive_button_reply: reply(14, 'button_reply', { id: 'confirm-4711', title: 'Confirm' }),
  messages_interactive_call_permission_reply: reply(17, 'call_permission_reply', {
    response: 'accept',
    is_permanent: false,
    response_source: 'user_action',
    expiration_timestamp: 1793604817,
  }),
  messages_interactive_list_reply: reply(15, 'list_reply', {
    id: 'pp-1',
    title: 'Main street',
    description: '5 minutes away',
  }),
  messages_interactive_nfm_reply_flow: reply(16, 'nfm_reply', {
    body: 'Sent',
    name: 'flow',
    response: { guests: '3', visit_day: '2026-11-02', flow_token: 'ft-4711' },
    response_json: '{"flow_token":"ft-4711","visit_day":"2026-11-02","guests":"3"}',
  }),
  messages_location: inbound(11, 'location', {
    url: 'https://example.com/place',
    name: 'Example Square',
    address: '1 Example Square',
    latitude: 10.4806,
    longitude: -66.9036,
  }),
  messages_order: inbound(20, 'order', {
    text: 'Please before noon',
    catalog_id: '400100200300400',
    product_items: [{ currency: 'USD', quantity: 2, item_price: 3.5, product_retailer_id: 'sku-bread-01' }],
  }),
  messages_reaction: {
    ...inbound(18, 'reaction', { emoji: '\u{1f44d}', target_id: SEEDED, message_id: wamid('9018') }),
    seed: { wamid: wamid('9018'), direction: 'outbound' },
  },
  messages_reaction_removed: inbound(19, 'reaction', { emoji: null, message_id: wamid('9018') }),
  messages_request_welcome: inbound(23, 'request_welcome', {}),
  messages_revoke_coexistence: {
    seed: { wamid: wamid('9025'), direction: 'inbound' },
    rows: {
      messages: [
        received(0, 'text', { body: 'seeded' }, { wamid: wamid('9025'), sent_at: EPOCH, revoked_at: at(25) }),
      ],
      contacts: [ada],
      changes: [{ original_wamid: wamid('9025'), kind: 'revoke' }],
    },
  },
  messages_sticker: media(10, 'sticker', { animated: false, mime_type: 'image/webp' }),
  messages_system_user_changed_number: {
    first: ['messages_text'],
    rows: {
      messages: [
        received(1, 'text', { body: 'Good morning! Is the shop open today?' }, { contact: '15550101003' }),
        received(
          21,
          'system',
          {
            body: 'Ada Example changed from 15550101001 to 15550101003',
            type: 'user_changed_number',
            wa_id: '15550101003',
            user_id: 'US.1000200030004001',
          },
          { contact: '15550101003' },
        ),
      ],
      contacts: [
        {
          phone: '15550101003',
          user_id: 'US.1000200030004001',
          name: 'Ada Example',
          aliases: [ADA, '15550101003', 'US.1000200030004000', 'US.1000200030004001'],
        },
      ],
      windows: [{ contact: '15550101003', at: at(1) }],
    },
  },
  messages_text: inbound(1, 'text', { body: 'Good morning! Is the shop open today?' }),
  messages_text_forwarded: inbound(3, 'text', { body: 'Look at this' }, { context: { forwarded: true } }),
  messages_text_referral_ctwa: inbound(
    4,
    'text',
    { body: 'I saw your advert' },
    {
      referral: {
        body: 'Fresh bread delivered',
        headline: 'Order on WhatsApp',
        ctwa_clid: 'FAKE-CLID-0001',
        image_url: 'https://scontent.example.com/fake.jpg',
        source_id: '120200000000000001',
        media_type: 'image',
        source_url: 'https://fb.me/fakeAd01',
        source_type: 'ad',
        welcome_message: { text: 'Hello, what can we do for you?' },
      },
    },
  ),
  messages_text_referred_product: inbound(
    5,
    'text',
    { body: 'Is this one in stock?' },
    {
      reply_to: wamid('9005'),
      context: {
        from: '+15550100001',
        referred_product: { catalog_id: '400100200300400', product_retailer_id: 'sku-bread-01' },
      },
    },
  ),
  messages_text_reply_context: inbound(2, 'text', { body: 'Yes, this one please' }, quoting),
  messages_unsupported: inbound(22, 'unsupported', { type: 'poll_creation' }, { error: '131051' }),
  messages_value_level_errors: {
    rows: {
      ...notice('messages', '130429'),
      parked: [
        {
          path: `${VALUE}.errors[0]`,
          reason:
            'Meta reported a problem of the number: 130429 Rate limit hit: The number sent faster than its throughput allows.',
        },
      ],
    },
  },
  messages_video: media(8, 'video', { caption: 'Unboxing', mime_type: 'video/mp4' }),
  smb_app_state_sync: {
    rows: {
      contacts: [
        { phone: ADA, saved_name: 'Ada Example', aliases: [ADA] },
        { phone: '15550101002', aliases: ['15550101002'] },
      ],
    },
  },
  smb_message_echoes: {
    rows: {
      messages: [
        sent('0301', 'sent', {
          recipient: `+${ADA}`,
          content: { body: 'Typed on the phone app' },
          origin: 'app',
          sent_at: at(301),
        }),
      ],
      contacts: [ada],
    },
  },
}
