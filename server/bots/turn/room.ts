// What the turns of bots stand on: the room of bots, search in the knowledge, and the files that contacts send.

import type { Batch } from '../../db/batch.ts'
import type { Media } from '../../media/room.ts'
import type { Passage } from '../engines/engine.ts'
import { openReach, type Reach } from '../engines/reach.ts'
import type { Bots } from '../room.ts'
import type { Closed, Closing } from './close.ts'
import { openClosing } from './close.ts'

/** Passages of what the bot knows, the best first. */
export type Search = (tenant_id: string, bot_id: string, query: string, limit: number) => Promise<Passage[]>

export type Turns = Bots & {
  media: Media
  search: Search
  /** Calls to the addresses of tenants. */
  reach: Reach
  close: Batch<Closing, Closed>
  /** Called when turns will be due; the loop of this process, if it runs one, listens here. */
  wakers: Set<() => void>
}

export function openTurnRoom(bots: Bots, below: { media: Media; search: Search }): Turns {
  const reach = openReach({ private_allowed: bots.config.CAROM_ALLOW_PRIVATE_WEBHOOKS })
  return { ...bots, ...below, reach, close: openClosing(bots), wakers: new Set() }
}
