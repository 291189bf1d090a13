// When a delivery that failed is tried again, and how carefully an endpoint that keeps failing is approached.

const MINUTE_S = 60
const DAY_S = 86_400

/**
 * Milliseconds from now, up to a tenth more than the setting says (by default ten attempts over a little more than three
 * days); undefined: that was the last attempt.
 */
export function retryAfterMs(attempts: number, waits_s: readonly number[]): number | undefined {
  const wait_s = waits_s[attempts - 1]
  return wait_s === undefined ? undefined : Math.round(wait_s * 1000 * (1 + Math.random() / 10))
}

/** So many failures in a row, whatever was sent, and the endpoint itself is thought to be down. */
export const SUSPECT_FAILURES = 10

/**
 * Then it gets one delivery at a time, with a pause before each that is as long as it has been failing, within these
 * bounds.
 */
export const PROBE_S = { least: 5, most: 5 * MINUTE_S }

/** With nothing but failures for so long it is switched off. */
export const GIVE_UP_MS = 5 * DAY_S * 1000
