// The templates of the first account, as create bodies of Meta's own form.

export const seedTemplates = [
  {
    name: 'hello_world',
    language: 'en_US',
    category: 'UTILITY',
    components: [
      { type: 'HEADER', format: 'TEXT', text: 'Hello World' },
      {
        type: 'BODY',
        text: 'Welcome and congratulations!! This message demonstrates your ability to send a WhatsApp message notification. Thank you for taking the time to test with us.',
      },
      { type: 'FOOTER', text: 'WhatsApp Business Platform sample message' },
    ],
  },
  {
    name: 'order_shipped',
    language: 'en_US',
    category: 'UTILITY',
    components: [
      {
        type: 'BODY',
        text: 'Hello {{1}}, your order {{2}} is on its way to you.',
        example: { body_text: [['Ada', '4711']] },
      },
      { type: 'BUTTONS', buttons: [trackButton('Track')] },
    ],
  },
  {
    name: 'order_shipped',
    language: 'de',
    category: 'UTILITY',
    components: [
      {
        type: 'BODY',
        text: 'Hallo {{1}}, deine Bestellung {{2}} ist unterwegs zu dir.',
        example: { body_text: [['Ada', '4711']] },
      },
      { type: 'BUTTONS', buttons: [trackButton('Verfolgen')] },
    ],
  },
  {
    name: 'appointment_reminder',
    language: 'en_US',
    category: 'UTILITY',
    parameter_format: 'NAMED',
    components: [
      {
        type: 'BODY',
        text: 'Hello {{first_name}}, we look forward to seeing you on {{day}} at {{time}} in our shop.',
        example: {
          body_text_named_params: [
            { param_name: 'first_name', example: 'Ada' },
            { param_name: 'day', example: 'Tuesday' },
            { param_name: 'time', example: '10:30' },
          ],
        },
      },
      {
        type: 'BUTTONS',
        buttons: [
          { type: 'QUICK_REPLY', text: 'Confirm' },
          { type: 'QUICK_REPLY', text: 'Move it' },
        ],
      },
    ],
  },
  {
    name: 'weekly_offer',
    language: 'en_US',
    category: 'MARKETING',
    components: [
      { type: 'HEADER', format: 'IMAGE', example: { header_handle: ['4::aW1hZ2UvanBlZw==:ARexample'] } },
      {
        type: 'BODY',
        text: 'Hello {{1}}, this week everything with apples costs a fifth less in our shop.',
        example: { body_text: [['Ada']] },
      },
      { type: 'BUTTONS', buttons: [{ type: 'QUICK_REPLY', text: 'Stop offers' }] },
    ],
  },
  {
    name: 'login_code',
    language: 'en_US',
    category: 'AUTHENTICATION',
    message_send_ttl_seconds: 600,
    components: [
      { type: 'BODY', add_security_recommendation: true },
      { type: 'FOOTER', code_expiration_minutes: 10 },
      { type: 'BUTTONS', buttons: [{ type: 'OTP', otp_type: 'COPY_CODE', text: 'Copy code' }] },
    ],
  },
]

function trackButton(text: string) {
  return { type: 'URL', text, url: 'https://example.com/t/{{1}}', example: ['https://example.com/t/4711'] }
}
