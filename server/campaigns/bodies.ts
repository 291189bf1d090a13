// The bodies of the calls that make and change campaigns.

import { type Static, Type } from 'typebox'
import { MAX_COMPONENTS } from './recipients/checkRecipient.ts'
import { Imported } from './recipients/schema.ts'
import { Budgets, Campaign, QuietHours } from './schema.ts'

/** In one call, with the campaign itself. Any number goes through the call for recipients. */
export const MOST_AT_ONCE = 10_000

const Parts = Type.Array(Type.Object({}, { additionalProperties: true }), {
  maxItems: MAX_COMPONENTS,
  description:
    "Meta's components. Texts may hold `{{variable}}` and `{{variable|fallback}}`, filled from each recipient's variables. Without components, the variables of recipients are those of the template, by name.",
})

export const Recipient = Type.Object(
  {
    to: Type.String({ maxLength: 150, description: 'A phone number, or a business-scoped user id.' }),
    variables: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), { description: 'What fills the placeholders.' }),
    ),
    components: Type.Optional(
      Type.Array(Type.Object({}, { additionalProperties: true }), {
        maxItems: MAX_COMPONENTS,
        description: "In place of the campaign's own, for this recipient.",
      }),
    ),
  },
  { additionalProperties: false },
)

const fields = {
  name: Type.String({ minLength: 1, maxLength: 200, description: 'For people.' }),
  template: Type.String({ minLength: 1, maxLength: 512, description: "The template's name." }),
  language: Type.String({
    minLength: 2,
    maxLength: 10,
    description: 'As Meta writes it: `en_US`, `de`. Not needed where the template has one language.',
  }),
  phone_number_id: Type.String({
    minLength: 1,
    maxLength: 64,
    description: "The business number that sends: Carom's id or Meta's phone number ID.",
  }),
  components: Type.Union([Parts, Type.Null()]),
  scheduled_at: Type.Union([Type.String({ format: 'date-time' }), Type.Null()], {
    description: 'When it starts by itself, once it is launched. Null: at once.',
  }),
  rate_per_second: Type.Union([Type.Integer({ minimum: 1, maximum: 1_000 }), Type.Null()], {
    description: 'Not faster than this. Null: as fast as Meta lets the number.',
  }),
  quiet_hours: Type.Union([QuietHours, Type.Null()], {
    description: 'Local times of the recipient between which nothing is sent.',
  }),
  skip_opted_out: Type.Boolean({
    description:
      'Whether a marketing campaign leaves out people who opted out. Default true; with false Meta may refuse them.',
  }),
  budgets: Budgets,
}

const { name, template, phone_number_id, ...rest } = fields

export const NewCampaign = Type.Object(
  {
    ...{ name, template, phone_number_id },
    ...Type.Partial(Type.Object(rest)).properties,
    recipients: Type.Optional(
      Type.Array(Recipient, {
        maxItems: MOST_AT_ONCE,
        description: 'More of them, or a file, go to `POST /whatsapp/campaigns/:id/recipients`.',
      }),
    ),
  },
  { additionalProperties: false },
)

export const CampaignPatch = Type.Object(Type.Partial(Type.Object(fields)).properties, {
  additionalProperties: false,
})

export const CreatedCampaign = Type.Object(
  {
    ...Campaign.properties,
    recipients: Type.Optional(
      Type.Union([Imported], { description: 'What became of the recipients that came with the call.' }),
    ),
  },
  { $id: 'CreatedCampaign', additionalProperties: false },
)

export type NewCampaign = Static<typeof NewCampaign>
export type CampaignPatch = Static<typeof CampaignPatch>
export type CreatedCampaign = Static<typeof CreatedCampaign>
