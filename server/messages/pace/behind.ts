// The slots of campaigns: behind all single sends. They are reserved before a message is made of a recipient, so that no more
// rows are taken than can be sent in a moment, and used when their time has come.

import { dropLost, type Grant, left, takeDue } from './grants.ts'

/** `messages_per_second`: a number's, or what a campaign allows itself. */
export type Paced = { id: string; messages_per_second: number }

export type Slots = {
  /** Uses slots whose time has come, at most so many. Answers how many. */
  take(most: number): number
  /** Reserved, not used yet, and not lost. */
  held(): number
  /** Milliseconds until the next one is due, 0 if it is; undefined: none is held. */
  next_ms(): number | undefined
  /** Reserves so many more, unless a reservation is under way. Resolves when they are there. */
  fill(paced: Paced, slots: number): Promise<void>
  /** Gives up what is held: the number was told to slow down. */
  clear(): void
}

export type Reserve = (paced: Paced, slots: number) => Promise<{ starts_in_ms: number; rate: number }>

export function openSlots(reserve: Reserve, now: () => number): Slots {
  let grants: Grant[] = []
  let filling: Promise<void> | undefined

  async function reserveMore(paced: Paced, slots: number): Promise<void> {
    try {
      const { starts_in_ms, rate } = await reserve(paced, slots)
      grants.push({ next_ms: now() + starts_in_ms, interval_ms: 1000 / rate, left: slots })
    } finally {
      filling = undefined
    }
  }

  return {
    take: most => takeDue(grants, now(), most),
    held() {
      dropLost(grants, now())
      return left(grants)
    },
    next_ms() {
      dropLost(grants, now())
      return grants[0] ? Math.max(0, grants[0].next_ms - now()) : undefined
    },
    fill: (paced, slots) => (filling ??= reserveMore(paced, slots)),
    clear() {
      grants = []
    },
  }
}
