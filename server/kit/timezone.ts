// What the clocks of an IANA time zone show. The names that there are, and their rules, are those of Node's own tables.

const formats = new Map<string, Intl.DateTimeFormat>()

/** An IANA name, not an offset like +01:00. */
export function isTimezone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false
  try {
    formatOf(name)
    return true
  } catch {
    return false
  }
}

/** How far ahead of UTC its clocks are at an instant, both in milliseconds. */
export function offsetMs(zone: string, at: number): number {
  if (zone === 'UTC') return 0
  const found = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(formatOf(zone).format(at))
  if (!found?.[1]) return 0
  const seconds = Number(found[2]) * 3600 + Number(found[3]) * 60 + Number(found[4] ?? 0)
  return (found[1] === '-' ? -1000 : 1000) * seconds
}

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone)
  if (known) return known
  const made = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' })
  formats.set(zone, made)
  return made
}
