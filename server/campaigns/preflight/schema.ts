// What a launch would do, as the world sees it.

import { type Static, type TSchema, Type } from 'typebox'
import { Estimate } from '../../analytics/costs/schema.ts'

const orNull = <T extends TSchema>(schema: T, description: string) =>
  Type.Union([schema, Type.Null()], { description })
const Text = (description: string) => orNull(Type.String(), description)
const Count = (description: string) => Type.Integer({ minimum: 0, description })

export const Finding = Type.Object({
  code: Type.String({ description: 'For programs.' }),
  message: Type.String({ description: 'For people: what is so, and what to do.' }),
})

export type Finding = Static<typeof Finding>

const Problem = Type.Object({
  number: Type.Integer({ description: 'The place of the recipient among all, from 1.' }),
  to: Type.String(),
  message: Type.String(),
})

export const Problems = Type.Array(Problem)
export type Problem = Static<typeof Problem>

const Recipients = Type.Object({
  total: Count('Who would be sent to if nothing stood in the way: all that wait.'),
  sendable: Count('Who remains without those who are skipped and those who have a problem.'),
  by_country: Type.Array(
    Type.Object({ country: Text('ISO 3166; null: not known.'), recipients: Type.Integer() }),
    { description: 'Of all; most first.' },
  ),
  duplicates: Type.Object({
    left_out: Count('Left out when they were added, because they were there already.'),
    same_person: Count('Recipients under different numbers or ids who are known to be one person.'),
    running_campaigns: Count(
      'Recipients who stand in another campaign too that is scheduled, runs or pauses.',
    ),
    campaigns: Type.Array(
      Type.Object({
        id: Type.String({ format: 'uuid' }),
        name: Type.String(),
        status: Type.String(),
        recipients: Type.Integer(),
      }),
    ),
  }),
  opted_out: Count('People who want no marketing from this number.'),
  skipped: Count('Of these, who is skipped: all in a marketing campaign, unless it says otherwise.'),
  missing_variables: Type.Array(Type.Object({ variable: Type.String(), recipients: Type.Integer() }), {
    description: 'By variable. These recipients fail when their turn comes.',
  }),
  invalid_variables: Count('Recipients with a value that Meta would refuse.'),
  problems: Type.Array(Problem, { description: 'The first 100 recipients who would fail, with the reason.' }),
})

const Template = Type.Object({
  id: Text('Null: there is no such template.'),
  name: Type.String(),
  language: Type.String(),
  category: Text('What it is charged as.'),
  status: Text('Only APPROVED can be sent.'),
  quality_score: Text('GREEN, YELLOW, RED or UNKNOWN.'),
})

const PhoneNumber = Type.Object({
  phone_number_id: Type.String(),
  display_phone_number: Type.String(),
  status: Type.String({ description: "Meta's status; CONNECTED can send." }),
  account_status: Type.String(),
  quality_rating: Text('GREEN, YELLOW, RED or UNKNOWN.'),
  throughput_level: Text('STANDARD or HIGH.'),
  messages_per_second: Type.Integer(),
})

const MessagingLimit = Type.Object({
  tier: Text('As Meta names it.'),
  limit: orNull(
    Type.Integer(),
    'People in 24 hours, outside of open windows; null: unlimited, or not known.',
  ),
  used: orNull(
    Type.Integer(),
    'People whom the portfolio reached so in the last 24 hours; null: nobody counts, as there is no limit.',
  ),
  new_contacts: Count('Sendable recipients who would count against it.'),
  fits_today: Count('How many of these there is room for at once.'),
  days: Type.Integer({ description: 'Over how many days the limit spreads them; 1: all fit at once.' }),
})

const Duration = Type.Object({
  messages_per_second: Type.Number({ description: 'The pace that can be expected.' }),
  seconds: Type.Integer({ description: 'From the launch to the last message, as far as can be told.' }),
  starts_at: Type.String({ format: 'date-time' }),
  ends_at: Type.String({ format: 'date-time' }),
})

const Cost = Type.Object({
  ...Estimate.properties,
  by_category: Type.Array(
    Type.Object({
      category: Type.String(),
      messages: Type.Integer(),
      billable: Type.Integer(),
      unpriced: Type.Integer(),
      cost: Type.String({ description: 'A decimal number.' }),
    }),
  ),
})

export const Preflight = Type.Object(
  {
    ready: Type.Boolean({ description: 'Whether nothing blocks the launch.' }),
    blockers: Type.Array(Finding, { description: 'What must change before it can be launched.' }),
    warnings: Type.Array(Finding, { description: 'What to know before it is.' }),
    recipients: Recipients,
    template: Template,
    phone_number: PhoneNumber,
    messaging_limit: MessagingLimit,
    duration: Duration,
    cost: Type.Union([Cost, Type.Null()], {
      description: 'By the list prices in force at that time, for messages outside of open windows.',
    }),
  },
  { $id: 'CampaignPreflight' },
)

export type Preflight = Static<typeof Preflight>
