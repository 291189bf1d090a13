// Meta's usage headers: how long until a used-up budget of calls is free again.

import type { Headers } from './ask.ts'

/** Milliseconds until access is regained as the headers tell it, 0 where they tell nothing. */
export function regainMs(headers: Headers): number {
  const usage = text(headers['x-business-use-case-usage'])
  const seconds = Number(text(headers['retry-after']))
  return Math.max(minutesIn(usage) * 60_000, Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : 0)
}

/** `{"<id>":[{"type":…,"estimated_time_to_regain_access":<minutes>}]}` */
function minutesIn(header: string): number {
  try {
    const entries = Object.values(JSON.parse(header) as Record<string, unknown>).flat()
    const minutes = entries.map(entry =>
      Number(
        (entry as { estimated_time_to_regain_access?: unknown } | null)?.estimated_time_to_regain_access,
      ),
    )
    return Math.max(0, ...minutes.filter(value => Number.isFinite(value)))
  } catch {
    return 0
  }
}

function text(header: string | string[] | undefined): string {
  return (Array.isArray(header) ? header[0] : header) ?? ''
}
