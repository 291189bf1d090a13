// How many messages of a number may be on their way at once. It begins with tens, so that a campaign that fails for everybody
// stops before hundreds have failed, grows with what Meta takes, and shrinks while Meta is in trouble or slow: an answer that
// does not come in time leaves a message in the dark. Pure.

const FIRST = 32
const LEAST = 4
const MOST = 512
const REMEMBERED = 50
/** So many different messages fail in vain before it is Meta's trouble and not theirs. */
const MANY = 3
const SHRINK_MS = 1_000
const PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 30_000

export type Flow = {
  /** Messages on their way at most. */
  window(): number
  /** Nothing is begun before this time. */
  not_before_ms(): number
  /** Meta takes nobody's messages at present. */
  isOutage(): boolean
  /** `slow`: it took so long that the next one may not be answered in time. */
  took(slow: boolean): void
  /** Meta did not take it, for a reason that may pass, or did not answer in time. */
  failed(id: string): void
}

export function openFlow(now: () => number): Flow {
  let window = FIRST
  let shrunk_ms = Number.NEGATIVE_INFINITY
  let not_before_ms = 0
  let pauses = 0
  /** The newest outcomes: a failed message's id, or undefined for one that was taken. */
  const recent: (string | undefined)[] = []

  function note(outcome: string | undefined): void {
    recent.push(outcome)
    if (recent.length > REMEMBERED) recent.shift()
  }

  function shrink(): void {
    if (now() - shrunk_ms < SHRINK_MS) return
    window = Math.max(LEAST, Math.floor(window / 2))
    shrunk_ms = now()
  }

  function isOutage(): boolean {
    const failing = new Set(recent.filter(id => id !== undefined)).size
    return failing >= MANY && failing > recent.filter(id => id === undefined).length
  }

  return {
    window: () => window,
    not_before_ms: () => not_before_ms,
    isOutage,
    took(slow) {
      note(undefined)
      pauses = 0
      if (slow) shrink()
      else if (window < MOST) window++
    },
    failed(id) {
      note(id)
      shrink()
      if (!isOutage() || now() < not_before_ms) return
      not_before_ms = now() + Math.min(LONGEST_PAUSE_MS, PAUSE_MS * 2 ** Math.min(pauses++, 10))
      window = LEAST
    },
  }
}
