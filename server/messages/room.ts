// The room of messages: what its verbs share. Statements on the hot path are batched naturally; one instance a process.

import type { Accounts } from '../accounts/room.ts'
import type { Contacts } from '../contacts/resolve.ts'
import { type Batch, batch } from '../db/batch.ts'
import type { House } from '../house.ts'
import type { Templates } from '../templates/room.ts'
import { openPace, type Pace } from './pace/pace.ts'
import { openPairs, type Pairs } from './pace/pairs.ts'
import {
  type NewMessage,
  type Opened,
  open,
  postpone,
  type Settled,
  type Settlement,
  settle,
} from './queries.ts'

/** How much longer than its deadline a send keeps its lease: nobody else touches the row meanwhile. */
export const LEASE_MARGIN_MS = 10_000

/** The channel on which processes tell each other that messages wait. */
export const QUEUE_CHANNEL = 'carom_messages'

export type Messages = House & {
  accounts: Accounts
  contacts: Contacts
  templates: Templates
  store: Batch<Omit<NewMessage, 'ord'>, Opened>
  settle: Batch<Settlement, Settled>
  postpone: Batch<{ id: string; due_in_ms: number }, void>
  pace: Pace
  pairs: Pairs
  /** Called when a message was queued; the dispatcher of this process, if it runs one, listens here. */
  wakers: Set<() => void>
}

export function openMessages(
  house: House,
  below: { accounts: Accounts; contacts: Contacts; templates: Templates },
): Messages {
  return {
    ...house,
    ...below,
    store: batch({
      name: 'messages.open',
      run: inputs =>
        open(
          house.batches,
          inputs.map((input, ord) => ({ ...input, ord })),
        ),
    }),
    settle: batch({ name: 'messages.settle', run: inputs => settleAll(house, inputs) }),
    postpone: batch({
      name: 'messages.postpone',
      run: async inputs => {
        await postpone(house.batches, inputs)
        return inputs.map(() => undefined)
      },
    }),
    pace: openPace(house),
    pairs: openPairs(),
    wakers: new Set(),
  }
}

export function wakeDispatch(messages: Messages): void {
  for (const wake of messages.wakers) wake()
  if (messages.wakers.size === 0) void messages.notify.notify(QUEUE_CHANNEL)
}

async function settleAll(house: House, inputs: Settlement[]): Promise<Settled[]> {
  const byId = new Map<string, Settled>()
  for (const row of await settle(house.batches, inputs)) byId.set(row.id, row)
  return inputs.map(input => {
    const row = byId.get(input.id)
    if (!row) throw new Error(`Message ${input.id} is gone and cannot be settled.`)
    return row
  })
}
