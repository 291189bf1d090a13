// Tolerant readings of what Meta sends: every field may be missing or of another type. None of these throws.

export type Shape = Record<string, unknown>

export function record(value: unknown): Shape | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Shape) : undefined
}

/** A text that is not empty, at most so long. */
export function text(value: unknown, most = 65_536): string | undefined {
  return typeof value === 'string' && value !== '' ? value.slice(0, most).toWellFormed() : undefined
}

/** The objects among the members of a list. */
export function records(value: unknown): Shape[] {
  if (!Array.isArray(value)) return []
  return value.flatMap((member: unknown) => {
    const found = record(member)
    return found ? [found] : []
  })
}

/** An id of Meta's: short, printable and without spaces, so that it fits into every index. */
export function metaId(value: unknown): string | undefined {
  return typeof value === 'string' && /^[\x21-\x7e]{1,256}$/.test(value) ? value : undefined
}

/** A phone number as digits, with or without a plus. */
export function phone(value: unknown): string | undefined {
  return typeof value === 'string' ? /^\+?(\d{1,20})$/.exec(value)?.[1] : undefined
}

/** Seconds since the epoch, as text or number; not beyond the year 2100. */
export function moment(value: unknown): Date | undefined {
  const seconds = typeof value === 'string' && /^\d{1,12}(\.\d+)?$/.test(value) ? Number(value) : value
  const known = typeof seconds === 'number' && seconds > 0 && seconds < 4_102_444_800
  return known ? new Date(Math.floor(seconds) * 1000) : undefined
}

/** The parts of an object that are of the wanted types; what is missing or of another type is left out. */
export function pick(
  value: unknown,
  wanted: Record<string, 'string' | 'number' | 'boolean' | 'object'>,
): Shape {
  const from = record(value) ?? {}
  const found: Shape = {}
  for (const [name, type] of Object.entries(wanted)) {
    const part = Object.hasOwn(from, name) ? from[name] : undefined
    if (part !== null && typeof part === type) found[name] = part
  }
  return found
}

/** An object without its undefined parts. */
export function compact(value: Shape): Shape {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined))
}
