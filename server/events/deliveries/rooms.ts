// How many lines of an endpoint this process works on at once. It begins with a few, gets more while the endpoint answers
// quickly, and fewer when it fails or dawdles: so that endpoints which hang cannot take all the room there is.

export type Rooms = {
  began(webhook_id: string): void
  ended(webhook_id: string, how: { ok: boolean; ms: number }): void
  /** For the claim: endpoints whose room is not the usual one, and what is left of it. */
  left(): { webhook_id: string; room: number }[]
}

export const USUAL_ROOM = 8
const MOST_ROOM = 64
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
    ended(webhook_id, { ok, ms }) {
      const one = of(webhook_id)
      one.busy--
      if (ok && ms < QUICK_MS) one.room = Math.min(MOST_ROOM, one.room + 1)
      else one.room = Math.max(1, ok ? one.room - 1 : Math.floor(one.room / 2))
      if (one.busy === 0 && one.room === USUAL_ROOM) known.delete(webhook_id)
    },
    left: () =>
      [...known].map(([webhook_id, { busy, room }]) => ({ webhook_id, room: Math.max(0, room - busy) })),
  }
}
