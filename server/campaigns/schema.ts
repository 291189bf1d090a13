// A campaign as the world sees it, and the rows behind it. The bodies of its calls are in bodies.ts.

import { type Static, type TSchema, Type } from 'typebox'

const orNull = <T extends TSchema>(schema: T, description: string) =>
  Type.Union([schema, Type.Null()], { description })
const Moment = (description: string) => orNull(Type.String({ format: 'date-time' }), description)
const Count = (description: string) => Type.Integer({ minimum: 0, description })

export const CAMPAIGN_STATUSES = [
  'draft',
  'scheduled',
  'running',
  'paused',
  'completed',
  'cancelled',
  'failed',
] as const

export type CampaignStatus = (typeof CAMPAIGN_STATUSES)[number]

export const Counts = Type.Object(
  {
    total: Count('All recipients.'),
    pending: Count('Not sent yet: waiting, queued, or on their way to Meta.'),
    sent: Count('Taken by Meta, whatever became of them afterwards.'),
    delivered: Count('Reached the phone; those that were read too.'),
    read: Count('Were read.'),
    replied: Count('Were answered within 72 hours.'),
    failed: Count('Failed, at Meta or before.'),
    skipped: Count('Left out on purpose: opted out, or the campaign was cancelled.'),
    unknown: Count("Meta's answer was lost; being found out."),
  },
  {
    $id: 'CampaignCounts',
    description: 'Cumulative: a read message counts in `sent`, `delivered` and `read`.',
  },
)

export type Counts = Static<typeof Counts>

const TIME_OF_DAY = '^([01][0-9]|2[0-3]):[0-5][0-9]$'

export const QuietHours = Type.Object(
  {
    start: Type.String({ pattern: TIME_OF_DAY, description: 'From then on nothing is sent, like "21:00".' }),
    end: Type.String({
      pattern: TIME_OF_DAY,
      description: 'Until then, on the next day where it is earlier.',
    }),
    timezone: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 64,
        description: "An IANA time zone for everybody. Without it, each recipient's own, told by the number.",
      }),
    ),
  },
  { $id: 'QuietHours', additionalProperties: false },
)

export type QuietHours = Static<typeof QuietHours>

const Percent = (description: string) =>
  Type.Optional(orNull(Type.Number({ minimum: 0, maximum: 100 }), description))

/** When a campaign pauses by itself. What is left out has its default; null switches a budget off. */
export const Budgets = Type.Object(
  {
    failed_percent: Percent('Of the last 200 messages. Default 10.'),
    failed_in_a_row: Type.Optional(orNull(Type.Integer({ minimum: 1, maximum: 10_000 }), 'Default 30.')),
    opted_out_percent: Percent('Of those that were delivered. Default 5.'),
  },
  { $id: 'CampaignBudgets', additionalProperties: false },
)

export type Budgets = Static<typeof Budgets>

export const PauseReason = Type.Object(
  {
    code: Type.String({ description: 'For programs: `manual`, `template_paused`, `failures`, …' }),
    message: Type.String({ description: 'For people.' }),
    at: Type.String({ format: 'date-time' }),
  },
  { $id: 'PauseReason' },
)

export type PauseReason = Static<typeof PauseReason>

export const Hold = Type.Object(
  {
    code: Type.String({
      description: 'For programs: `messaging_limit`, or `waiting` (quiet hours, a next attempt).',
    }),
    message: Type.String({ description: 'For people.' }),
    until: Type.String({ format: 'date-time' }),
  },
  { $id: 'CampaignHold' },
)

export type Hold = Static<typeof Hold>

const AnyParts = Type.Array(Type.Object({}, { additionalProperties: true }))

export const Campaign = Type.Object(
  {
    id: Type.String({ format: 'uuid' }),
    name: Type.String(),
    template: Type.String({ description: "The template's name." }),
    language: Type.String(),
    phone_number_id: Type.String({ description: "Meta's id of the business number that sends." }),
    components: orNull(AnyParts, "Meta's components, with `{{variable}}` placeholders."),
    status: Type.String({ enum: [...CAMPAIGN_STATUSES] }),
    pause_reason: Type.Union([PauseReason, Type.Null()], { description: 'Why it stands still.' }),
    hold: Type.Union([Hold, Type.Null()], {
      description: 'Why nothing is sent at the moment although it runs, and until when.',
    }),
    counts: Counts,
    rate_per_second: orNull(Type.Integer(), 'Not faster than this; null: as fast as the number may.'),
    quiet_hours: Type.Union([QuietHours, Type.Null()]),
    skip_opted_out: Type.Boolean({ description: 'Whether people who opted out of marketing are left out.' }),
    budgets: Budgets,
    created_at: Type.String({ format: 'date-time' }),
    updated_at: Type.String({ format: 'date-time' }),
    scheduled_at: Moment('When it starts by itself.'),
    started_at: Moment('When it was launched.'),
    completed_at: Moment('When the last recipient was done, or it was cancelled.'),
  },
  { $id: 'Campaign', additionalProperties: false },
)

export type Campaign = Static<typeof Campaign>

/** What was so when a person said "go", and so is no reason to stop by itself. */
export type Baseline = {
  category: string
  quality: string | null
  account_status: string
  number_status: string
  at: string
}

/** The row, with what of its number counts. */
export type CampaignRow = {
  id: string
  tenant_id: string
  /** Ours. */
  phone_number_id: string
  meta_phone_number_id: string
  name: string
  template: string
  language: string
  components: object[] | null
  rate_per_second: number | null
  quiet_hours: QuietHours | null
  skip_opted_out: boolean
  budgets: Budgets
  status: CampaignStatus
  pause_reason: PauseReason | null
  hold: Hold | null
  /** Meta's id of the business portfolio whose messaging limit it shares, and that limit as Meta names it. */
  portfolio: string
  messaging_limit: string | null
  baseline: Baseline | null
  /** What the breaker remembers between two looks. */
  watch: unknown
  /** Causes of which failed recipients are still to be put back. */
  retry: { codes: string[] } | null
  /** The last `ord` that a recipient got, and the one up to which no recipient waits, those apart who are deferred. */
  last_ord: number
  low_ord: number
  scheduled_at: Date | null
  started_at: Date | null
  completed_at: Date | null
  created_at: Date
  updated_at: Date
}

export function presentCampaign(row: CampaignRow, counts: Counts): Campaign {
  const { id, name, template, language, components, status, pause_reason, rate_per_second } = row
  return {
    ...{ id, name, template, language, phone_number_id: row.meta_phone_number_id, components },
    ...{ status, pause_reason, hold: row.status === 'running' ? row.hold : null, counts, rate_per_second },
    ...{ quiet_hours: row.quiet_hours, skip_opted_out: row.skip_opted_out, budgets: row.budgets },
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
    scheduled_at: row.scheduled_at?.toISOString() ?? null,
    started_at: row.started_at?.toISOString() ?? null,
    completed_at: row.completed_at?.toISOString() ?? null,
  }
}
