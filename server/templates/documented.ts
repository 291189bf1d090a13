// What the API's documentation says about templates beyond the schemas: examples.

const components = [
  {
    type: 'BODY',
    text: 'Hello {{first_name}}, order {{order_no}} is on its way to you today.',
    example: {
      body_text_named_params: [
        { param_name: 'first_name', example: 'Ada' },
        { param_name: 'order_no', example: '4711' },
      ],
    },
  },
  { type: 'FOOTER', text: 'Example Shop' },
  {
    type: 'BUTTONS',
    buttons: [
      {
        type: 'URL',
        text: 'Track',
        url: 'https://example.com/t/{{1}}',
        example: ['https://example.com/t/4711'],
      },
    ],
  },
]

const create = {
  name: 'parcel_sent',
  language: 'en_US',
  category: 'UTILITY',
  parameter_format: 'NAMED',
  components,
}

const template = {
  id: '019ab8c1-6b10-7c4e-9d3a-3f2a1b0c4d5e',
  waba_id: '700100200300400',
  meta_template_id: '920100200300001',
  name: 'parcel_sent',
  language: 'en_US',
  category: 'UTILITY',
  status: 'PENDING',
  parameter_format: 'NAMED',
  components,
  variables: [
    { component: 'body', name: 'first_name', type: 'text', required: true, example: 'Ada' },
    { component: 'body', name: 'order_no', type: 'text', required: true, example: '4711' },
    {
      component: 'button',
      name: 'button_0',
      type: 'text',
      required: true,
      example: 'https://example.com/t/4711',
      index: 0,
      sub_type: 'url',
    },
  ],
  quality_score: null,
  rejected_reason: null,
  previous_category: null,
  category_changed_at: null,
  correct_category: null,
  price_effect: null,
  status_info: null,
  message_send_ttl_seconds: null,
  created_at: '2026-11-23T06:38:00.000Z',
  updated_at: '2026-11-23T06:38:00.000Z',
  synced_at: '2026-11-23T06:38:00.000Z',
}

const variables = { first_name: 'Ada', order_no: '4711', button_0: '4711' }

const preview = {
  text: 'Hello Ada, order 4711 is on its way to you today.\nExample Shop\n[Track]',
  header: null,
  body: 'Hello Ada, order 4711 is on its way to you today.',
  footer: 'Example Shop',
  buttons: [{ type: 'url', text: 'Track', url: 'https://example.com/t/4711' }],
  offer: null,
  cards: [],
}

export const examples = { create, template, edit: { components }, variables, preview }
