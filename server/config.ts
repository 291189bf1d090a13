// Every setting in one table: name, parser, default, sentence, and whether it is a secret. Wrong settings are
// all reported at once, each with its sentence. docs/settings.md is printed from this table.

import {
  bool,
  databaseUrl,
  digits,
  list,
  ownerKey,
  type Parse,
  port,
  ratio,
  text,
  url,
  waits,
  whole,
} from './kit/parse.ts'
import { isTimezone } from './kit/timezone.ts'

type Setting<T> = { parse: Parse<T>; fallback: T; help: string; shown_default?: string; secret?: true }

export const settings = {
  PORT: setting(port, 4000, 'Where the API listens.'),
  HOST: setting(text, '127.0.0.1', 'The address that the API binds to; 0.0.0.0 for every interface.'),
  DATABASE_URL: optional(
    databaseUrl,
    'Any PostgreSQL 15 or newer.',
    'an embedded PostgreSQL in DATA_DIR',
    true,
  ),
  DATA_DIR: setting(text, './data', 'The embedded database and generated secrets.'),
  DATABASE_POOL: setting(whole(2, 200), 12, 'Connections that this process opens to PostgreSQL at most.'),
  CAROM_OWNER_KEY: optional(
    ownerKey,
    "The first tenant's owner key (scope *).",
    'generated, shown once',
    true,
  ),
  CAROM_SECRET_KEY: optional(
    list,
    '32 bytes in base64 that seal tokens at rest; several, separated by commas, while rotating (the first seals).',
    'generated into DATA_DIR',
    true,
  ),
  META_APP_ID: optional(digits, 'The Meta app.', 'sandbox mode'),
  META_APP_SECRET: optional(text, "The Meta app's secret.", 'sandbox mode', true),
  META_CONFIG_ID: optional(
    digits,
    'The Embedded Signup (Facebook Login for Business) configuration.',
    'none',
  ),
  META_WEBHOOK_VERIFY_TOKEN: optional(
    text,
    "What Meta repeats in the webhook's handshake.",
    'sandbox mode',
    true,
  ),
  META_GRAPH_URL: optional(url, 'Where Meta is.', 'https://graph.facebook.com, or the built-in simulator'),
  META_GRAPH_VERSION: setting(version, 'v26.0', 'The Graph API version that is spoken.'),
  CAROM_PUBLIC_URL: optional(
    url,
    'Where Meta reaches this API from outside, for example https://carom.example.com; the doctor checks it.',
    'not checked',
  ),
  SIMULATOR_PORT: setting(
    port,
    4010,
    'Where the built-in simulator and its phone page listen in sandbox mode.',
  ),
  CAROM_ROLE: setting(oneOf('all', 'api', 'worker'), 'all', 'What this process runs.'),
  CAROM_PROCESSES: setting(
    whole(1, 64),
    1,
    'How many processes of this machine share the work behind one port; one per core is the most that helps.',
  ),
  CAROM_RECONCILE_SECONDS: setting(
    whole(1, 86_400),
    600,
    "How long a send whose answer was lost waits for Meta's webhook before it counts as not taken.",
  ),
  CAROM_SEND_TIMEOUT_MS: setting(whole(500, 120_000), 15_000, 'Deadline of a single send, retries included.'),
  CAROM_MEDIA_TIMEOUT_MS: setting(
    whole(1000, 900_000),
    300_000,
    'How long the upload of one file to Meta may take, retries included.',
  ),
  CAROM_S3_ENDPOINT: optional(
    url,
    'S3-compatible storage for mirrored media, addressed by path.',
    'DATA_DIR keeps them',
  ),
  CAROM_S3_BUCKET: optional(text, 'The bucket in that storage.', 'none'),
  CAROM_S3_REGION: setting(text, 'us-east-1', 'The region that requests to that storage are signed for.'),
  CAROM_S3_ACCESS_KEY_ID: optional(text, 'The access key of that storage.', 'none'),
  CAROM_S3_SECRET_ACCESS_KEY: optional(text, "The access key's secret.", 'none', true),
  CAROM_CORS_ORIGINS: setting(
    list,
    [],
    'Origins that browsers may call the API from, separated by commas.',
    'none',
  ),
  CAROM_TRUST_PROXY: setting(bool, false, 'Whether X-Forwarded-For of a proxy in front is believed.'),
  CAROM_ALLOW_PRIVATE_WEBHOOKS: setting(
    bool,
    false,
    'Lets tenant webhooks, bot URLs and model base_urls reach private addresses, over http too.',
  ),
  CAROM_WEBHOOK_RETRIES: setting(
    waits,
    [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400],
    'Seconds after which a delivery to an endpoint is tried again, one for each attempt after the first.',
    '5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400',
  ),
  CAROM_MESSAGE_DAYS: setting(
    whole(7, 36_500),
    400,
    'How many days messages, their media, and threads without messages are kept, where a tenant does not want it otherwise.',
  ),
  CAROM_RAW_WEBHOOK_DAYS: setting(
    whole(1, 3650),
    30,
    "How many days Meta's webhooks are kept as they came, once they are applied.",
  ),
  CAROM_EVENT_DAYS: setting(
    whole(1, 3650),
    30,
    'How many days events, and what became of their deliveries, are kept at least.',
  ),
  CAROM_BILLING_TIMEZONE: setting(
    timezone,
    'UTC',
    'By whose calendar prices change for accounts whose time zone Meta names by a number that is not published.',
  ),
  CAROM_SERVICE_ALLOWANCE: setting(
    oneOf('told', 'counted'),
    'told',
    "Which service messages are free since October 2026: `told`, those of which Meta's status says so; `counted`, the first 1,000 that were delivered for a number in a month.",
  ),
  CAROM_FREE_ENTRY_POINT_USES_ALLOWANCE: setting(
    bool,
    false,
    'Whether service messages inside a free entry point window use up the 1,000 free ones of their number.',
  ),
  LOG_LEVEL: setting(oneOf('debug', 'info', 'warn', 'error', 'silent'), 'info', 'How much is logged.'),
  LOG_RECIPIENTS: setting(
    bool,
    false,
    'Whether the line that is logged for each send names its recipient; otherwise no phone number is logged.',
  ),
  OTEL_EXPORTER_OTLP_ENDPOINT: optional(
    url,
    'Where traces go, over OTLP with HTTP and JSON: http://127.0.0.1:4318 for example.',
    'no traces',
  ),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: optional(
    url,
    'The same for traces alone, as a whole address.',
    'the one above, with /v1/traces',
  ),
  OTEL_EXPORTER_OTLP_HEADERS: optional(
    text,
    'Headers for it, as key=value separated by commas.',
    'none',
    true,
  ),
  OTEL_SERVICE_NAME: setting(text, 'carom', 'What traces call this service.'),
  OTEL_TRACES_SAMPLER: setting(
    oneOf(
      'always_on',
      'always_off',
      'traceidratio',
      'parentbased_always_on',
      'parentbased_always_off',
      'parentbased_traceidratio',
    ),
    'parentbased_always_on',
    'Which traces are kept.',
  ),
  OTEL_TRACES_SAMPLER_ARG: setting(ratio, 1, 'How many of them traceidratio keeps, from 0 to 1.'),
  OTEL_SDK_DISABLED: setting(bool, false, 'Switches traces off, whatever else is set.'),
} as const

type Settings = typeof settings
type Raw = { [Name in keyof Settings]: ReturnType<Settings[Name]['parse']> | Settings[Name]['fallback'] }

export type Config = Raw & {
  /** No Meta app configured: the gateway talks to the simulator. */
  sandbox: boolean
}

export class ConfigError extends Error {
  readonly problems: string[]

  constructor(problems: string[]) {
    super(`Wrong settings:\n${problems.map(problem => `  - ${problem}`).join('\n')}`)
    this.name = 'ConfigError'
    this.problems = problems
  }
}

/** Reads the environment. Throws a ConfigError that names every wrong setting. Values of secrets are never repeated. */
export function readConfig(env: Record<string, string | undefined>): Config {
  const problems: string[] = []
  const values: Record<string, unknown> = {}
  for (const [name, entry] of Object.entries(settings) as [string, Setting<unknown>][]) {
    const given = env[name]?.trim()
    values[name] = entry.fallback
    if (given === undefined || given === '') continue
    try {
      values[name] = entry.parse(given)
    } catch (error) {
      const shown = entry.secret ? '' : ` (it is ${JSON.stringify(given)})`
      problems.push(`${name} ${(error as Error).message}${shown}. ${entry.help}`)
    }
  }
  const config = values as Raw
  problems.push(...metaProblems(config), ...s3Problems(config))
  if (problems.length > 0) throw new ConfigError(problems)
  return { ...config, sandbox: config.META_APP_ID === undefined }
}

function metaProblems(config: Raw): string[] {
  const needed = ['META_APP_ID', 'META_APP_SECRET', 'META_WEBHOOK_VERIFY_TOKEN'] as const
  const missing = needed.filter(name => config[name] === undefined)
  if (missing.length === 0 || missing.length === needed.length) return []
  return [
    `${missing.join(' and ')} must be set too: a Meta app needs ${needed.join(', ')} together (set none of them for sandbox mode).`,
  ]
}

function s3Problems(config: Raw): string[] {
  const needed = [
    'CAROM_S3_ENDPOINT',
    'CAROM_S3_BUCKET',
    'CAROM_S3_ACCESS_KEY_ID',
    'CAROM_S3_SECRET_ACCESS_KEY',
  ] as const
  const missing = needed.filter(name => config[name] === undefined)
  if (missing.length === 0 || missing.length === needed.length) return []
  return [
    `${missing.join(' and ')} must be set too: S3 storage needs ${needed.join(', ')} together (set none of them to keep mirrored media in DATA_DIR).`,
  ]
}

function setting<T>(parse: Parse<T>, fallback: T, help: string, shown_default?: string): Setting<T> {
  return shown_default === undefined ? { parse, fallback, help } : { parse, fallback, help, shown_default }
}

function optional<T>(
  parse: Parse<T>,
  help: string,
  shown_default: string,
  secret?: true,
): Setting<T | undefined> {
  const entry: Setting<T | undefined> = { parse, fallback: undefined, help, shown_default }
  return secret ? { ...entry, secret } : entry
}

function version(value: string): string {
  if (!/^v\d+\.\d+$/.test(value)) throw new Error('must look like v26.0')
  return value
}

function timezone(value: string): string {
  if (!isTimezone(value)) throw new Error('must be an IANA time zone like Europe/Berlin')
  return value
}

function oneOf<const T extends string>(...values: T[]): Parse<T> {
  return value => {
    if (!values.includes(value as T)) throw new Error(`must be one of ${values.join(', ')}`)
    return value as T
  }
}
