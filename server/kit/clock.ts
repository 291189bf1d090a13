// Where business time comes from: windows, message times, expiries. Leases and pacing do not use it:
// they are shared between machines and follow PostgreSQL's clock or the monotonic one.

export type Clock = {
  /** Milliseconds since the epoch, UTC. */
  nowMs(): number
  now(): Date
}

export type MovableClock = Clock & {
  /** Runs ahead of (or behind) the machine by so many milliseconds from now on. */
  setOffset(offset_ms: number): void
}

export const systemClock: Clock = { nowMs: () => Date.now(), now: () => new Date() }

/** The clock of tests and of sandbox mode, where the simulator's time can be moved. */
export function movableClock(): MovableClock {
  let offset_ms = 0
  return {
    nowMs: () => Date.now() + offset_ms,
    now: () => new Date(Date.now() + offset_ms),
    setOffset: ms => {
      offset_ms = ms
    },
  }
}
