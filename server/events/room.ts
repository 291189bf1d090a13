// The room of events: what its verbs share. The lowest of rooms: what it needs to know of messages, numbers and contacts,
// the rooms that own them tell it through hooks.

import type { Batch } from '../db/batch.ts'
import type { House } from '../house.ts'
import { type Log, withoutRedaction } from '../kit/log.ts'
import { type Bell, openBell } from './bell.ts'
import { openPost, type Post } from './deliveries/post.ts'
import { type Outcome, openSettling } from './deliveries/settle.ts'
import { type Opener, openOpener } from './endpoints/secrets.ts'
import { openTail, type Tail } from './feed/tail.ts'
import { type Horizon, openHorizon } from './horizon.ts'

/** An event as it is stored. `data` is null where the subject is told by its room. */
export type EventRow = {
  seq: number
  id: string
  tenant_id: string
  type: string
  at: Date
  contact_id: string | null
  phone_number_id: string | null
  subject_id: string | null
  data: object | null
}

/** What other rooms do for this one; they are set when those open. */
export type Hooks = {
  /** Messages as they were at these events, in the order given; undefined where there is none. */
  presentMessages?: (told: EventRow[]) => Promise<(object | undefined)[]>
  /** Our id of a number, from ours or Meta's. */
  findNumber?: (tenant_id: string, phone_number_id: string) => Promise<string | undefined>
  /** The id of a contact, from our id, a phone number or a user id. */
  findContact?: (tenant_id: string, contact: string) => Promise<string | undefined>
  /** What their senders call these messages; those that are none of the tenant's are left out. */
  readClientRefs?: (
    asked: { tenant_id: string; id: string }[],
  ) => Promise<{ tenant_id: string; id: string; client_ref: string | null }[]>
  /** Stored bodies of Meta's webhooks. */
  readBodies?: (inbox_ids: string[]) => Promise<Map<string, Buffer>>
}

export type Events = House & {
  hooks: Hooks
  bell: Bell
  horizon: Horizon
  tail: Tail
  post: Post
  openSecret: Opener
  /** For the line of each delivery. */
  lines: Pick<Log, 'info'>
  /** Writes what became of attempts. */
  settle: Batch<Outcome, void>
  /** Called when something was put into the queue; the delivery of this process, if it runs one, listens here. */
  wakers: Set<() => void>
  close(): Promise<void>
}

export function openEvents(house: House): Events {
  const bell = openBell(house)
  const horizon = openHorizon(house.db)
  const post = openPost({ private_allowed: house.config.CAROM_ALLOW_PRIVATE_WEBHOOKS })
  const tail = openTail({ ...house, bell, horizon })
  const events: Events = {
    ...{ ...house, hooks: {}, bell, horizon, tail, post, wakers: new Set() },
    openSecret: openOpener(house),
    lines: withoutRedaction(house.log),
    settle: openSettling(() => events),
    async close() {
      tail.close()
      await events.settle.drain()
      await post.close()
    },
  }
  return events
}
