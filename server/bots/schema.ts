// A bot as the world sees it, and what may be said about one. How its parts must fit together is in checkConfig.ts.

import { type Static, type TSchema, Type } from 'typebox'

export const ENGINES = ['knowledge', 'llm', 'webhook'] as const
export const PROVIDERS = ['openai', 'anthropic', 'google', 'openai-compatible'] as const
export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

export type Engine = (typeof ENGINES)[number]

const closed = { additionalProperties: false } as const

/** WhatsApp's longest text. */
const Said = (description: string) => Type.String({ minLength: 1, maxLength: 4096, description })
const Address = (description: string) => Type.String({ minLength: 8, maxLength: 2048, description })
const Decimal = (description: string) =>
  Type.String({
    pattern: '^\\d{1,9}(\\.\\d{1,6})?$',
    description: `${description} A decimal as text: "2.50".`,
  })
const Clock = Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$|^24:00$', examples: ['09:00'] })

const Handover = Type.Object(
  {
    words: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 100 }), {
        maxItems: 50,
        description: 'A message that says one of these hands the thread to a person.',
      }),
    ),
    message: Type.Optional(Said('What the contact is told then.')),
  },
  closed,
)

const Limits = Type.Object(
  {
    replies_per_hour_per_contact: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000 })),
    tokens_per_day: Type.Optional(Type.Integer({ minimum: 1, maximum: 1e12 })),
    cost_per_day: Type.Optional(Decimal('In the currency of `prices`.')),
  },
  { ...closed, description: 'Beyond these the bot stays silent and the thread is escalated.' },
)

const Prices = Type.Object(
  {
    currency: Type.Optional(Type.String({ pattern: '^[A-Z]{3}$', examples: ['USD'] })),
    input_per_million: Decimal('For a million tokens that the model reads.'),
    output_per_million: Decimal('For a million tokens that it writes.'),
  },
  { ...closed, description: 'What the model costs; needed for `limits.cost_per_day`.' },
)

const BusinessHours = Type.Object(
  {
    timezone: Type.String({ minLength: 1, maxLength: 64, description: 'IANA: `Europe/Berlin`.' }),
    hours: Type.Array(
      Type.Object(
        {
          days: Type.Array(Type.Enum([...DAYS]), { minItems: 1, uniqueItems: true }),
          start: Clock,
          end: Clock,
        },
        { ...closed, description: 'An `end` before the `start` is on the next day.' },
      ),
      { minItems: 1, maxItems: 50 },
    ),
    bot_answers: Type.Optional(
      Type.Enum(['inside', 'outside'], {
        description: 'Whether the bot answers inside these hours (the default), or while nobody is there.',
      }),
    ),
  },
  closed,
)

const Tool = Type.Object(
  {
    name: Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_-]{0,63}$' }),
    description: Type.String({
      minLength: 1,
      maxLength: 1024,
      description: 'When the model should call it.',
    }),
    parameters: Type.Optional(
      Type.Object({}, { additionalProperties: true, description: 'A JSON Schema of type object.' }),
    ),
    url: Address('Called by POST with the arguments, signed.'),
    timeout_ms: Type.Optional(Type.Integer({ minimum: 100, maximum: 30_000 })),
  },
  closed,
)

const settings = {
  engine: Type.Enum([...ENGINES], {
    description:
      '`knowledge` answers from the knowledge alone and needs no model; `llm` asks a model; `webhook` asks your `url`.',
  }),
  provider: Type.Enum([...PROVIDERS]),
  base_url: Address("Where the provider's API is; required for openai-compatible (Ollama, vLLM, …)."),
  model: Type.String({ minLength: 1, maxLength: 200 }),
  temperature: Type.Number({ minimum: 0, maximum: 2 }),
  max_output_tokens: Type.Integer({ minimum: 1, maximum: 100_000 }),
  language: Type.String({
    pattern: '^[A-Za-z]{2,3}([_-][A-Za-z0-9]{2,8})*$',
    maxLength: 35,
    description: 'Of the knowledge, and of answers where the contact has not shown another: `de`, `pt_BR`.',
  }),
  fallback_text: Said('What is said when there is no answer, or the provider fails.'),
  handover: Handover,
  limits: Limits,
  prices: Prices,
  debounce_ms: Type.Integer({
    minimum: 0,
    maximum: 60_000,
    description: 'Messages that come within this time of each other are answered together. Default 2000.',
  }),
  business_hours: BusinessHours,
  pause_minutes: Type.Integer({
    minimum: 0,
    maximum: 10_080,
    description: "For how long a person's message pauses the bot in that thread. Default 30.",
  }),
  min_confidence: Type.Number({
    minimum: 0,
    maximum: 1,
    description: 'Engine `knowledge`: below this it says the fallback text. Default 0.35.',
  }),
  url: Address('Engine `webhook`: asked by POST, signed.'),
  tools: Type.Array(Tool, { maxItems: 20, description: 'What the model may call.' }),
  timeout_ms: Type.Integer({
    minimum: 1_000,
    maximum: 120_000,
    description: 'How long the model (default 30000) or your `url` (default 10000) may take for one answer.',
  }),
  images: Type.Boolean({
    description: 'Whether the model is shown pictures. Default: true, but for openai-compatible false.',
  }),
  transcription_model: Type.String({
    minLength: 1,
    maxLength: 200,
    description:
      'What turns voice messages into text, by provider openai or openai-compatible: `whisper-1`. Without it they are answered with the fallback text.',
  }),
}

/** As it is stored and shown. */
export const BotConfig = Type.Object(
  { ...optional(settings), engine: settings.engine },
  { $id: 'BotConfig', additionalProperties: false },
)
export type BotConfig = Static<typeof BotConfig>

/** As it is given: null takes a setting back. */
const api_key = Type.String({
  minLength: 1,
  maxLength: 1000,
  description: 'Write-only: kept encrypted, sent to the provider alone, shown never.',
})
export const ConfigInput = Type.Object(nullable({ ...settings, api_key }), closed)
export type ConfigInput = Static<typeof ConfigInput>

const name = Type.String({ minLength: 1, maxLength: 100 })
const system_prompt = Type.String({
  maxLength: 20_000,
  description: 'What the bot is told about itself. Never shown to contacts.',
})
const Moment = Type.String({ format: 'date-time' })

const bot = {
  id: Type.String({ format: 'uuid' }),
  name,
  type: Type.String({ enum: ['whatsapp'] }),
  system_prompt,
  config: BotConfig,
  has_api_key: Type.Boolean({ description: 'Whether a key of the provider is kept.' }),
  is_active: Type.Boolean({ description: 'Active from creation. A bot that is not answers nobody.' }),
  conversation_count: Type.Integer({ description: 'In how many threads it has answered.' }),
  created_at: Moment,
  updated_at: Moment,
}

export const Bot = Type.Object(bot, { $id: 'Bot' })
export type Bot = Static<typeof Bot>

export const CreatedBot = Type.Object(
  {
    ...bot,
    signing_secret: Type.String({
      description:
        'Signs what goes to your own URLs (`webhook-signature`, Standard Webhooks). Shown this once; rotate-secret makes a new one.',
    }),
  },
  { $id: 'CreatedBot' },
)

export const NewBot = Type.Object(
  {
    name,
    type: Type.Optional(Type.String({ enum: ['whatsapp'] })),
    system_prompt: Type.Optional(system_prompt),
    config: Type.Optional(ConfigInput),
    is_active: Type.Optional(Type.Boolean()),
  },
  closed,
)
export type NewBot = Static<typeof NewBot>

export const BotPatch = Type.Object(
  {
    name: Type.Optional(name),
    type: Type.Optional(Type.String({ enum: ['whatsapp'] })),
    system_prompt: Type.Optional(system_prompt),
    config: Type.Optional(ConfigInput),
    is_active: Type.Optional(Type.Boolean()),
  },
  closed,
)
export type BotPatch = Static<typeof BotPatch>

/** The row, as it lies in the table. */
export type BotRow = {
  id: string
  tenant_id: string
  name: string
  type: 'whatsapp'
  system_prompt: string
  config: BotConfig
  api_key_sealed: string | null
  signing_secret_sealed: string
  is_active: boolean
  created_at: Date
  updated_at: Date
}

export const DEFAULTS = {
  debounce_ms: 2_000,
  pause_minutes: 30,
  min_confidence: 0.35,
  temperature: 0.3,
  max_output_tokens: 800,
  tool_timeout_ms: 10_000,
  timeout_ms: 30_000,
  replies_per_hour_per_contact: 30,
} as const

type Optional<T> = { [K in keyof T]: T[K] extends TSchema ? ReturnType<typeof Type.Optional<T[K]>> : never }
type Nullable<T> = {
  [K in keyof T]: T[K] extends TSchema ? ReturnType<typeof Type.Optional<OrNull<T[K]>>> : never
}
type OrNull<S extends TSchema> = ReturnType<typeof Type.Union<[S, ReturnType<typeof Type.Null>]>>

function optional<T extends Record<string, TSchema>>(fields: T): Optional<T> {
  return Object.fromEntries(
    Object.entries(fields).map(([field, schema]) => [field, Type.Optional(schema)]),
  ) as unknown as Optional<T>
}

function nullable<T extends Record<string, TSchema>>(fields: T): Nullable<T> {
  return Object.fromEntries(
    Object.entries(fields).map(([field, schema]) => [
      field,
      Type.Optional(Type.Union([schema, Type.Null()])),
    ]),
  ) as unknown as Nullable<T>
}
