// How many lines of an endpoint this process works on at once. It begins with a few, gets more while the endpoint answers
// quickly and takes more than it refuses, and fewer when it dawdles: so that endpoints which hang cannot take all the room
// there is. One that fails now and then keeps its room, because every failure ends a turn, and its backlog would never end.

export type Rooms = {
  began(webhook_id: string): void
  ended(webhook_id: string, how: Turned): void
  /** For the claim: endpoints whose room is not the usual one, and what is left of it. */
  left(): { webhook_id: string; room: number }[]
}

/** `ms`: of the slowest attempt. */
export type Turned = { ok: boolean; taken: number; ms: number }

export const USUAL_ROOM = 8
const MOST_ROOM = 64
/** Of one that answers quickly, whatever it answers. */
const LEAST_ROOM = 4
/** By so much a turn adds to the room. */
const MOST_MORE = 2
const QUICK_MS = 2_000

export function openRooms(): Rooms {
  const known = new Map<string, { busy: number; room: number }>()
  const of = (webhook_id: string) => {
    const found = known.get(webhook_id) ?? { busy: 0, room: USUAL_ROOM }
    known.set(webhook_id, found)
    return found
  }
  return {
    began(webhook_id) {
      of(webhook_id).busy++
    },
    ended(webhook_id, { ok, taken, ms }) {
      const one = of(webhook_id)
      one.busy--
      const more = Math.min(MOST_MORE, taken) - (ok ? 0 : 1)
      if (ms < QUICK_MS) one.room = Math.min(MOST_ROOM, Math.max(LEAST_ROOM, one.room + more))
      else one.room = Math.max(1, ok ? one.room - 1 : Math.floor(one.room / 2))
      if (one.busy === 0 && one.room === USUAL_ROOM) known.delete(webhook_id)
    },
    left: () =>
      [...known].map(([webhook_id, { busy, room }]) => ({ webhook_id, room: Math.max(0, room - busy) })),
  }
}
