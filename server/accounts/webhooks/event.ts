// What every webhook about accounts, numbers and templates comes with, and tolerant readings of its values.

/** `waba_id` is entry.id, `at_s` entry.time in seconds, `value` the change's value as Meta sent it. */
export type AccountEvent = { waba_id: string; at_s: number; value: Record<string, unknown> }

export function word(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

export function digitsOf(value: unknown): string | undefined {
  const digits = String(value ?? '').replace(/[^0-9]/g, '')
  return digits === '' ? undefined : digits
}

const TIERS: Record<number, string> = {
  [-1]: 'TIER_UNLIMITED',
  50: 'TIER_50',
  250: 'TIER_250',
  1000: 'TIER_1K',
  2000: 'TIER_2K',
  10000: 'TIER_10K',
  100000: 'TIER_100K',
}

/** Meta writes a limit as TIER_2K here and as 2000 there. TIER_NOT_SET and what is not known say nothing. */
export function tierOf(value: unknown): string | undefined {
  if (typeof value === 'number') return TIERS[value]
  const text = word(value)
  if (text === undefined || text === 'TIER_NOT_SET') return undefined
  return /^-?[0-9]+$/.test(text) ? TIERS[Number(text)] : text
}
