// What the reference shows of campaigns: the path, and examples.

import { Type } from 'typebox'

export const CampaignPath = Type.Object({
  id: Type.String({ format: 'uuid', description: "Carom's id of the campaign." }),
})

const components = [
  {
    type: 'body',
    parameters: [
      { type: 'text', parameter_name: 'first_name', text: '{{first_name|there}}' },
      { type: 'text', parameter_name: 'day', text: '{{day}}' },
      { type: 'text', parameter_name: 'time', text: '{{time}}' },
    ],
  },
]

const recipient = { to: '+15550101001', variables: { first_name: 'Ada', day: 'Monday', time: '10:00' } }

export const examples = {
  create: {
    name: 'Reminders of Monday',
    template: 'appointment_reminder',
    language: 'en_US',
    phone_number_id: '500100200300401',
    components,
    recipients: [recipient],
    quiet_hours: { start: '21:00', end: '08:00' },
  },
  patch: { name: 'Reminders of Tuesday', rate_per_second: 20 },
  recipients: { recipients: [recipient] },
  imported: {
    ...{ added: 1, duplicates: 0, invalid: 1, opted_out: 0 },
    errors: [
      {
        line: 3,
        message: 'Line 3 has no possible phone number (n/a); write it like +4915112345678.',
      },
    ],
    notes: [],
  },
  test: { to: '+15550101001' },
}
