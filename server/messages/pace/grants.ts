// Slots that were reserved and not yet used: a row of times, told by the first, the distance and the number. Pure.

/** Times are milliseconds of the monotonic clock. */
export type Grant = { next_ms: number; interval_ms: number; left: number }

/** Not more slots than for so long are taken ahead, and a slot that was not used for twice as long is lost: no bursts. */
export const AHEAD_MS = 100

/** Takes the next slot, whenever it is. Answers how long to wait for it; undefined: none is left. */
export function takeNext(grants: Grant[], now_ms: number): number | undefined {
  dropLost(grants, now_ms)
  const [grant] = grants
  if (!grant) return undefined
  const at_ms = grant.next_ms
  use(grants, grant, 1)
  return Math.max(0, at_ms - now_ms)
}

/** Takes slots whose time has come, at most so many. Answers how many. */
export function takeDue(grants: Grant[], now_ms: number, most: number): number {
  dropLost(grants, now_ms)
  let taken = 0
  for (let grant = grants[0]; grant && taken < most && grant.next_ms <= now_ms; grant = grants[0]) {
    const due = Math.floor((now_ms - grant.next_ms) / grant.interval_ms) + 1
    const some = Math.min(due, grant.left, most - taken)
    use(grants, grant, some)
    taken += some
  }
  return taken
}

export function left(grants: Grant[]): number {
  return grants.reduce((sum, grant) => sum + grant.left, 0)
}

/** What was not used in time. */
export function dropLost(grants: Grant[], now_ms: number): void {
  const oldest_ms = now_ms - 2 * AHEAD_MS
  for (let grant = grants[0]; grant && grant.next_ms < oldest_ms; grant = grants[0]) {
    use(grants, grant, Math.min(grant.left, Math.ceil((oldest_ms - grant.next_ms) / grant.interval_ms)))
  }
}

function use(grants: Grant[], grant: Grant, slots: number): void {
  grant.next_ms += slots * grant.interval_ms
  grant.left -= slots
  if (grant.left <= 0) grants.shift()
}
