// What a turn cost, exactly: tokens times a price per million, both as decimals, never as floats.

import type { BotConfig } from '../schema.ts'
import type { Spent } from './engine.ts'

type Prices = NonNullable<BotConfig['prices']>

const MILLIONTHS = 12

/** A decimal as text. Null where tokens or prices are not known. */
export function costOf(spent: Spent | null, prices: Prices | undefined): string | null {
  if (!spent || !prices) return null
  const input = BigInt(spent.input_tokens) * scaled(prices.input_per_million)
  const output = BigInt(spent.output_tokens) * scaled(prices.output_per_million)
  return text(input + output)
}

/** In units of 10^-6: a price per million tokens in it is the price of one token in units of 10^-12. */
function scaled(price: string): bigint {
  const [whole = '0', part = ''] = price.split('.')
  return BigInt(whole) * 1_000_000n + BigInt(part.slice(0, 6).padEnd(6, '0'))
}

/** Of two decimals, however many digits. */
export function isAtLeast(amount: string, limit: string): boolean {
  return parse(amount) >= parse(limit)
}

export function sumOf(amounts: string[]): string {
  return text(amounts.reduce((sum, amount) => sum + parse(amount), 0n))
}

/** In units of 10^-12. */
function parse(amount: string): bigint {
  const [whole = '0', part = ''] = amount.split('.')
  return BigInt(whole + part.slice(0, MILLIONTHS).padEnd(MILLIONTHS, '0'))
}

function text(amount: bigint): string {
  const digits = amount.toString().padStart(MILLIONTHS + 1, '0')
  const part = digits.slice(-MILLIONTHS).replace(/0+$/, '')
  const whole = digits.slice(0, -MILLIONTHS)
  return part === '' ? whole : `${whole}.${part}`
}
