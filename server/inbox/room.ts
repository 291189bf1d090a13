// The inbox: what Meta calls. It stores first and understands later.

import type { Accounts } from '../accounts/room.ts'
import { type Batch, batch } from '../db/batch.ts'
import type { Events } from '../events/room.ts'
import type { House } from '../house.ts'
import { newId } from '../kit/ids.ts'
import type { Messages } from '../messages/room.ts'
import type { Templates } from '../templates/room.ts'
import { comesBack, type Heard, heard, readBodies, store } from './queries.ts'
import { readRaw } from './readRaw.ts'

export type Inbox = House & {
  events: Events
  accounts: Accounts
  templates: Templates
  messages: Messages
  keep: Batch<Buffer, void>
  wakers: Set<() => void>
  verify_token: string
  app_secret: string
}

export function openInbox(
  house: House,
  below: { events: Events; accounts: Accounts; templates: Templates; messages: Messages },
  app: { verify_token: string; app_secret: string },
): Inbox {
  below.messages.hooks.readRaw = (inboxId, path) => readRaw(house.db, inboxId, path)
  below.events.hooks.readBodies = ids => readBodies(house.db, ids)
  return {
    ...house,
    ...below,
    ...app,
    keep: batch({
      name: 'inbox.store',
      run: async bodies => {
        await store(
          house.batches,
          bodies.map(body => ({ id: newId(), body })),
        )
        return bodies.map(() => undefined)
      },
    }),
    wakers: new Set(),
  }
}

/**
 * For reconciling sends: silence about a message means something only while Meta is heard and understood. After an outage of
 * the way in, the first webhook proves little: what Meta holds back of that time comes after it.
 */
export async function heardFromMeta(
  inbox: Inbox,
): Promise<{ last_received_at: Date | undefined; caught_up: boolean }> {
  const { last_received_at, late } = await heard(inbox.db)
  const is_back = await comesBack(inbox.db, inbox.config.CAROM_RECONCILE_SECONDS / 2)
  return { last_received_at: last_received_at ?? undefined, caught_up: !late && !is_back }
}

/** How far the projection is behind. */
export function inboxBacklog(inbox: Inbox): Promise<Heard> {
  return heard(inbox.db)
}
