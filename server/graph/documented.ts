// Examples of Meta's bodies and answers, for the API's documentation.

export const examples = {
  text: {
    messaging_product: 'whatsapp',
    to: '+15550101001',
    type: 'text',
    text: { body: 'Your order is on its way.' },
  },
  sent: {
    messaging_product: 'whatsapp',
    contacts: [{ input: '+15550101001', wa_id: '15550101001' }],
    messages: [{ id: 'wamid.HBgLMTU1NTAxMDEwMDEVAgARGBI1QTA1' }],
  },
  template: {
    name: 'pickup_ready',
    language: 'en_US',
    category: 'UTILITY',
    components: [{ type: 'BODY', text: 'Your order is ready to be picked up.' }],
  },
  created: { id: '1020304050607080', status: 'PENDING', category: 'UTILITY' },
}
