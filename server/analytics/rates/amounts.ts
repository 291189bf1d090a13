// Money as whole numbers of hundred-millionths of a currency's unit, so that nothing is rounded before the end. Floats are
// used nowhere.

/** Hundred-millionths of a unit. */
export type Amount = bigint

const PLACES = 8
const UNIT = 10n ** BigInt(PLACES)
const SHOWN_PLACES = 4

/** Undefined where the text is no decimal number of at most eight places that is zero or more. */
export function parseAmount(text: string): Amount | undefined {
  const found = /^(\d{1,12})(?:\.(\d{1,8}))?$/.exec(text.trim())
  if (!found) return undefined
  return BigInt(found[1] ?? '0') * UNIT + BigInt((found[2] ?? '').padEnd(PLACES, '0'))
}

/** At least four places, as Meta's lists have them; more where they are needed. */
export function showAmount(amount: Amount): string {
  const sign = amount < 0n ? '-' : ''
  const digits = (amount < 0n ? -amount : amount).toString().padStart(PLACES + 1, '0')
  const places = digits.slice(-PLACES).replace(/0+$/, '').padEnd(SHOWN_PLACES, '0')
  return `${sign}${digits.slice(0, -PLACES)}.${places}`
}

/** `part` of `whole` of an amount, rounded half up. */
export function shareOf(amount: Amount, part: number, whole: number): Amount {
  if (part === whole) return amount
  const [p, w] = [BigInt(part), BigInt(whole)]
  return (2n * amount * p + w) / (2n * w)
}

/** Less so many percent, rounded half up to four places: how Meta makes the prices of its volume steps. */
export function lessPercent(amount: Amount, percent: number): Amount {
  const step = 10n ** BigInt(PLACES - SHOWN_PLACES)
  const exact = amount * BigInt(100 - percent)
  const unit = step * 100n
  return ((exact + unit / 2n) / unit) * step
}
