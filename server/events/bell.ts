// Says that events were recorded: at once in this process, and to the others by NOTIFY, a few times a second at most. A hint
// that saves waiting; whoever listens also looks by itself.

import type { Listener } from '../db/listen.ts'
import type { Notifier } from '../db/notify.ts'

export type Bell = {
  /** Events were recorded and are committed. Cheap enough for every batch. */
  ring(): void
  /** Answers how to stop listening. */
  on(listener: () => void): () => void
}

const CHANNEL = 'carom_events'
const SPACING_MS = 200

export function openBell({ listener, notify }: { listener: Listener; notify: Notifier }): Bell {
  const here = new Set<() => void>()
  let told_ms = Number.NEGATIVE_INFINITY
  let waiting = false

  function tellOthers(): void {
    if (waiting) return
    const wait = Math.max(0, told_ms + SPACING_MS - performance.now())
    waiting = true
    setTimeout(() => {
      waiting = false
      told_ms = performance.now()
      void notify.notify(CHANNEL)
    }, wait).unref()
  }

  return {
    ring() {
      for (const wake of here) wake()
      tellOthers()
    },
    on(wake) {
      here.add(wake)
      const stops = [listener.on(CHANNEL, wake), listener.onReconnect(wake)]
      return () => {
        here.delete(wake)
        for (const stop of stops) stop()
      }
    },
  }
}
