// Deliveries wait: whoever sends them need not wait for its next look.

import type { Events } from './room.ts'

/** The channel on which processes tell each other. */
export const QUEUE_CHANNEL = 'carom_deliveries'

export function wakeDelivery(events: Events): void {
  for (const wake of events.wakers) wake()
  if (events.wakers.size === 0) void events.notify.notify(QUEUE_CHANNEL)
}
