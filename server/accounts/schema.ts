// An account (a WABA that a tenant has connected) and its numbers, as the world sees them, and the rows behind them.

import { type Static, type TSchema, Type } from 'typebox'

const orNull = <T extends TSchema>(schema: T, description?: string) =>
  Type.Union([schema, Type.Null()], description === undefined ? {} : { description })

export const PhoneNumber = Type.Object(
  {
    id: Type.String({ format: 'uuid', description: "Carom's id of the number." }),
    phone_number_id: Type.String({ description: "Meta's id of the number." }),
    waba_id: Type.String(),
    account_id: Type.String({ format: 'uuid' }),
    display_phone_number: Type.String({ examples: ['+1 555-010-0001'] }),
    verified_name: orNull(Type.String(), 'The display name that customers see.'),
    quality_rating: orNull(Type.String(), 'GREEN, YELLOW, RED or UNKNOWN.'),
    messaging_limit: orNull(
      Type.String(),
      'How many people may be written to first in 24 hours, as Meta names it.',
    ),
    throughput_level: orNull(Type.String(), 'STANDARD (80 messages a second) or HIGH (1,000).'),
    status: Type.String({ description: "Meta's status; CONNECTED can send." }),
    bot_id: orNull(Type.String({ format: 'uuid' })),
    autoreply_enabled: Type.Boolean(),
    sandbox: Type.Boolean(),
    created_at: Type.String({ format: 'date-time' }),
    updated_at: Type.String({ format: 'date-time' }),
  },
  { $id: 'PhoneNumber', additionalProperties: false },
)

export type PhoneNumber = Static<typeof PhoneNumber>

export const ACCOUNT_STATUSES = ['connected', 'token_invalid', 'restricted', 'disconnected'] as const

export const Account = Type.Object(
  {
    id: Type.String({ format: 'uuid' }),
    waba_id: Type.String(),
    name: orNull(Type.String()),
    currency: orNull(Type.String()),
    timezone_id: orNull(Type.String(), "Meta's id of the time zone."),
    business_id: orNull(Type.String(), 'The business portfolio that owns the WABA.'),
    review_status: orNull(Type.String(), 'What Meta decided about the account: APPROVED, PENDING, REJECTED…'),
    status: Type.Enum([...ACCOUNT_STATUSES], {
      description:
        '`token_invalid`: connect it again. `restricted`: Meta limits it. `disconnected`: also while onboarding has not finished.',
    }),
    token_expires_at: orNull(Type.String({ format: 'date-time' }), 'Null: never.'),
    token_scopes: Type.Array(Type.String()),
    media_mirror: Type.Enum(['off', 'on'], {
      description: "`on`: inbound media are copied, so that they outlive Meta's seven days.",
    }),
    sandbox: Type.Boolean(),
    created_at: Type.String({ format: 'date-time' }),
    updated_at: Type.String({ format: 'date-time' }),
    phone_numbers: Type.Array(PhoneNumber),
  },
  { $id: 'Account', additionalProperties: false },
)

export type Account = Static<typeof Account>
export type AccountStatus = (typeof ACCOUNT_STATUSES)[number]

export type AccountRow = {
  id: string
  tenant_id: string
  waba_id: string
  name: string | null
  currency: string | null
  timezone_id: string | null
  business_id: string | null
  review_status: string | null
  status: AccountStatus
  token_sealed: string | null
  token_expires_at: Date | null
  token_scopes: string[]
  media_mirror: boolean
  sandbox: boolean
  restricted_until: Date | null
  held: boolean
  connected_at: Date | null
  created_at: Date
  updated_at: Date
}

export type NumberRow = {
  id: string
  tenant_id: string
  account_id: string
  waba_id: string
  phone_number_id: string
  display_phone_number: string
  verified_name: string | null
  quality_rating: string | null
  messaging_limit: string | null
  throughput_level: string | null
  messages_per_second: number
  coexistence: boolean
  status: string
  pin_sealed: string | null
  bot_id: string | null
  autoreply_enabled: boolean
  sandbox: boolean
  held: boolean
  created_at: Date
  updated_at: Date
}

export function presentNumber(row: NumberRow): PhoneNumber {
  const { id, phone_number_id, waba_id, account_id, display_phone_number, verified_name, quality_rating } =
    row
  const { messaging_limit, throughput_level, status, bot_id, autoreply_enabled, sandbox } = row
  return {
    ...{ id, phone_number_id, waba_id, account_id, display_phone_number, verified_name, quality_rating },
    ...{ messaging_limit, throughput_level, status, bot_id, autoreply_enabled, sandbox },
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  }
}

export function presentAccount(row: AccountRow, numbers: NumberRow[], now: Date): Account {
  const { id, waba_id, name, currency, timezone_id, business_id, review_status, token_scopes, sandbox } = row
  return {
    ...{ id, waba_id, name, currency, timezone_id, business_id, review_status, token_scopes, sandbox },
    status: statusNow(row.status, row.restricted_until, now),
    token_expires_at: row.token_expires_at?.toISOString() ?? null,
    media_mirror: row.media_mirror ? 'on' : 'off',
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
    phone_numbers: numbers.filter(number => number.account_id === id).map(presentNumber),
  }
}

const CANNOT_SEND = ['BANNED', 'DISCONNECTED', 'DELETED', 'MIGRATED', 'UNVERIFIED', 'PENDING']

/**
 * Whether a number with this status of Meta's sends at all. FLAGGED: its quality is low; RATE_LIMITED, RESTRICTED: it has
 * come to a limit, which passes.
 */
export function canSend(number_status: string): boolean {
  return !CANNOT_SEND.includes(number_status)
}

/** Meta names the end of a restriction when it begins, and says nothing when it is over. */
export function statusNow(status: AccountStatus, restricted_until: Date | null, now: Date): AccountStatus {
  return status === 'restricted' && restricted_until !== null && restricted_until <= now
    ? 'connected'
    : status
}
