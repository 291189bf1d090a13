// The settings of the simulated world: their defaults, and how a change to them is checked.

export type Settings = {
  sent_ms: number
  delivered_ms: number
  read_ms: number
  auto_read: boolean
  latency_ms: number
  down: boolean
  reset_before_rate: number
  reset_after_rate: number
  hang_rate: number
  error_rate: number
  throttle: boolean
  enforce_window: 'async' | 'sync' | 'off'
  enforce_rates: boolean
  strict_fields: boolean
  webhooks: {
    paused: boolean
    duplicate_rate: number
    reorder: boolean
    batch_size: number
    batch_wait_ms: number
    retry_first_ms: number
  }
}

export const defaultSettings = (): Settings => ({
  sent_ms: 50,
  delivered_ms: 300,
  read_ms: 1500,
  auto_read: true,
  latency_ms: 0,
  down: false,
  reset_before_rate: 0,
  reset_after_rate: 0,
  hang_rate: 0,
  error_rate: 0,
  throttle: false,
  enforce_window: 'async',
  enforce_rates: true,
  strict_fields: false,
  webhooks: {
    paused: false,
    duplicate_rate: 0,
    reorder: false,
    batch_size: 1,
    batch_wait_ms: 0,
    retry_first_ms: 1000,
  },
})

/** Checks a change and answers the new settings, or a sentence that says what is wrong with it. */
export function changeSettings(settings: Settings, change: unknown): Settings | string {
  if (!isObject(change)) return 'Send a JSON object with the settings to change.'
  const { webhooks, ...rest } = change
  const wrong = findMistake(settings, rest, '') ?? findMistake(settings.webhooks, webhooks ?? {}, 'webhooks.')
  if (wrong) return wrong
  return {
    ...settings,
    ...(rest as Partial<Settings>),
    webhooks: { ...settings.webhooks, ...(webhooks as Partial<Settings['webhooks']> | undefined) },
  }
}

function findMistake(known: object, change: unknown, prefix: string): string | undefined {
  if (!isObject(change)) return `${prefix.slice(0, -1)} must be an object.`
  const current = new Map<string, unknown>(Object.entries(known))
  for (const [name, value] of Object.entries(change)) {
    if (!current.has(name)) return `There is no setting ${prefix}${name}.`
    const expected = typeof current.get(name)
    if (typeof value !== expected) return `${prefix}${name} must be a ${expected}.`
    const mistake = findRangeMistake(prefix + name, value)
    if (mistake) return mistake
  }
  return undefined
}

function findRangeMistake(name: string, value: unknown): string | undefined {
  if (name === 'enforce_window' && !['async', 'sync', 'off'].includes(value as string)) {
    return 'enforce_window must be async, sync or off.'
  }
  if (typeof value !== 'number') return undefined
  if (!Number.isFinite(value) || value < 0) return `${name} must be a number that is not negative.`
  if (name.endsWith('_rate') && value > 1) return `${name} must be between 0 and 1.`
  if (name === 'webhooks.batch_size' && (value < 1 || value > 1000 || !Number.isInteger(value))) {
    return 'webhooks.batch_size must be a whole number from 1 to 1000.'
  }
  return undefined
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
