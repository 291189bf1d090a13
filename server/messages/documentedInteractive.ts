// One example of each type of interactive message, for the API's documentation.

import type { Interactive } from './kinds/interactive.ts'

const picture = (name: string) => ({
  type: 'image' as const,
  image: { link: `https://example.com/pictures/${name}.jpg` },
})

const opens = (display_text: string, url: string) => ({
  name: 'cta_url' as const,
  parameters: { display_text, url },
})

export const interactives: Record<string, Interactive> = {
  button: {
    type: 'button',
    header: picture('parcel'),
    body: { text: 'Your parcel comes tomorrow. Will you be there?' },
    footer: { text: 'Order 4711' },
    action: {
      buttons: [
        { type: 'reply', reply: { id: 'yes', title: 'Yes' } },
        { type: 'reply', reply: { id: 'later', title: 'Another day' } },
      ],
    },
  },
  list: {
    type: 'list',
    header: { type: 'text', text: 'Pick-up point' },
    body: { text: 'Where do you want to collect order 4711?' },
    footer: { text: 'Open until 18:00' },
    action: {
      button: 'Show places',
      sections: [
        { title: 'City', rows: [{ id: 'pp-1', title: 'Main street', description: '5 minutes away' }] },
        { title: 'Suburbs', rows: [{ id: 'pp-2', title: 'Mill lane' }] },
      ],
    },
  },
  cta_url: {
    type: 'cta_url',
    body: { text: 'Your parcel is on its way.' },
    action: opens('Track it', 'https://example.com/track/4711'),
  },
  flow: {
    type: 'flow',
    body: { text: 'When shall we come?' },
    action: {
      name: 'flow',
      parameters: {
        flow_message_version: '3',
        flow_id: '900100200300400',
        flow_cta: 'Choose a time',
        flow_token: 'order-4711',
        flow_action: 'navigate',
        flow_action_payload: { screen: 'TIMES', data: { order: '4711' } },
      },
    },
  },
  product: {
    type: 'product',
    body: { text: 'Back in stock.' },
    action: { catalog_id: '900100200300500', product_retailer_id: 'lamp-blue' },
  },
  product_list: {
    type: 'product_list',
    header: { type: 'text', text: 'For your desk' },
    body: { text: 'What goes with your lamp' },
    action: {
      catalog_id: '900100200300500',
      sections: [
        { title: 'Lamps', product_items: [{ product_retailer_id: 'lamp-blue' }] },
        { title: 'Bulbs', product_items: [{ product_retailer_id: 'bulb-e27' }] },
      ],
    },
  },
  catalog_message: {
    type: 'catalog_message',
    body: { text: 'Everything that we have' },
    action: {
      name: 'catalog_message',
      parameters: { thumbnail_product_retailer_id: 'lamp-blue' },
    },
  },
  'carousel of pictures': {
    type: 'carousel',
    body: { text: 'New this week' },
    action: {
      cards: [
        {
          card_index: 0,
          type: 'cta_url',
          header: picture('lamp'),
          body: { text: 'Lamp, blue' },
          action: opens('Look', 'https://example.com/lamp'),
        },
        {
          card_index: 1,
          type: 'cta_url',
          header: picture('desk'),
          body: { text: 'Desk, oak' },
          action: opens('Look', 'https://example.com/desk'),
        },
      ],
    },
  },
  'carousel of products': {
    type: 'carousel',
    body: { text: 'New this week' },
    action: {
      cards: [0, 1].map(card_index => ({
        card_index,
        type: 'product' as const,
        action: {
          product_retailer_id: card_index === 0 ? 'lamp-blue' : 'lamp-red',
          catalog_id: '900100200300500',
        },
      })),
    },
  },
  location_request_message: {
    type: 'location_request_message',
    body: { text: 'Where shall the driver come?' },
    action: { name: 'send_location' },
  },
  address_message: {
    type: 'address_message',
    body: { text: 'Where shall we deliver?' },
    action: { name: 'address_message', parameters: { country: 'IN', values: { name: 'Ada' } } },
  },
  call_permission_request: {
    type: 'call_permission_request',
    body: { text: 'May we call you about order 4711?' },
    action: { name: 'call_permission_request' },
  },
  voice_call: {
    type: 'voice_call',
    body: { text: 'Talk to us about order 4711.' },
    action: { name: 'voice_call', parameters: { display_text: 'Call us', ttl_minutes: 1440 } },
  },
  request_contact_info: {
    type: 'request_contact_info',
    body: { text: 'May we have your number for the driver?' },
    action: { name: 'request_contact_info' },
  },
}
