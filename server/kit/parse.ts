// How single settings are read from text. What is wrong is said as the end of a sentence that begins with the setting's name.

export type Parse<T> = (text: string) => T

export function text(value: string): string {
  return value
}

export function list(value: string): string[] {
  return value
    .split(',')
    .map(part => part.trim())
    .filter(part => part !== '')
}

/** Seconds, separated by commas. */
export function waits(value: string): number[] {
  const seconds = list(value).map(Number)
  if (seconds.length === 0 || seconds.length > 50 || !seconds.every(wait => wait >= 0 && wait <= 2_592_000)) {
    throw new Error('must be 1 to 50 numbers of seconds separated by commas, each at most 2592000')
  }
  return seconds
}

export function bool(value: string): boolean {
  if (['true', '1', 'yes', 'on'].includes(value.toLowerCase())) return true
  if (['false', '0', 'no', 'off'].includes(value.toLowerCase())) return false
  throw new Error('must be true or false')
}

export function whole(least: number, most: number): Parse<number> {
  return value => {
    if (!/^\d+$/.test(value) || Number(value) < least || Number(value) > most) {
      throw new Error(`must be a whole number from ${least} to ${most}`)
    }
    return Number(value)
  }
}

export function ratio(value: string): number {
  if (!/^\d*\.?\d+$/.test(value) || Number(value) > 1) throw new Error('must be a number from 0 to 1')
  return Number(value)
}

export function port(value: string): number {
  return whole(0, 65_535)(value)
}

export function digits(value: string): string {
  if (!/^\d+$/.test(value)) throw new Error('must be digits only')
  return value
}

export function databaseUrl(value: string): string {
  const parsed = URL.parse(value)
  if (!parsed || !/^postgres(ql)?:$/.test(parsed.protocol)) {
    throw new Error('must be a URL like postgres://user:password@host:5432/name')
  }
  return value
}

export function url(value: string): string {
  if (!/^https?:$/.test(URL.parse(value)?.protocol ?? '')) throw new Error('must be an http or https URL')
  return value.replace(/\/+$/, '')
}

export function ownerKey(value: string): string {
  if (!/^cm_live_[A-Za-z0-9]{16,128}$/.test(value)) {
    throw new Error('must be cm_live_ followed by 16 to 128 letters and digits')
  }
  return value
}
