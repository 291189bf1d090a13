// The room of messages: what its verbs share. Statements on the hot path are batched naturally; one instance a process.

import type { Accounts } from '../accounts/room.ts'
import type { Analytics } from '../analytics/room.ts'
import type { Dialled } from '../contacts/recognise.ts'
import type { Contacts } from '../contacts/resolve.ts'
import { type Batch, batch } from '../db/batch.ts'
import type { Queryable, Transaction } from '../db/pool.ts'
import type { House } from '../house.ts'
import type { Templates } from '../templates/room.ts'
import { openDialled } from './bulk/learn.ts'
import { type BulkSettlement, settle as settleBulk } from './bulk/queries.ts'
import type { NotedMedia } from './inbound/noteMedia.ts'
import type { NotedMessage } from './inbound/noteThreads.ts'
import type { InboundRow } from './inbound/queries.ts'
import type { CheckMedia } from './kinds/checkMedia.ts'
import { openPace, type Pace } from './pace/pace.ts'
import { openPairs, type Pairs } from './pace/pairs.ts'
import { postpone } from './queueQueries.ts'
import { type MessageWriter, openWriter } from './write.ts'

/** How much longer than its deadline a send keeps its lease: nobody else touches the row meanwhile. */
export const LEASE_MARGIN_MS = 10_000

/** A message that is not sent within an hour of being queued is not sent at all: it would come as a surprise. */
export const GIVE_UP_MS = 3_600_000

/** The channel on which processes tell each other that messages wait. */
export const QUEUE_CHANNEL = 'carom_messages'

/** What other rooms do for this one; they are set when those open. */
export type Hooks = {
  /** Files that came with messages, in the transaction that stores them. */
  noteMedia?: (tx: Queryable, noted: NotedMedia[]) => Promise<void>
  /** What people wrote, and what was written to them outside of Carom: each once, in the transaction that stores it. */
  noteThreads?: (tx: Transaction, noted: NotedMessage[]) => Promise<void>
  /** Contacts that were found to be one person, after their messages and windows were moved. */
  moveThreads?: (tx: Transaction, merged: { from: string; into: string }[]) => Promise<void>
  /** Messages that came in and were stored for the first time, in the transaction that stores them. */
  received?: (tx: Transaction, rows: Received[]) => Promise<void>
  /** Files that came with messages which are about to be deleted: their rows and copies go too. */
  forgetMedia?: (files: { phone_number_id: string; media_id: string }[]) => Promise<void>
  /** Meta's own words: the item at that place of a stored webhook. Undefined: it is no longer kept. */
  readRaw?: (inbox_id: string, path: string) => Promise<unknown>
}

/** A message that came in, as it is stored. */
export type Received = InboundRow

export type Messages = House &
  MessageWriter & {
    accounts: Accounts
    contacts: Contacts
    templates: Templates
    analytics: Analytics
    /** What is known of an uploaded file. Without it every `media_id` is passed on. */
    checkMedia?: CheckMedia
    postpone: Batch<{ id: string; due_in_ms: number }, void>
    /** Outcomes of campaigns' sends; apart from those of single sends, which shall not wait for hundreds of these. */
    settleBulk: Batch<BulkSettlement, void>
    learnDialled: Batch<Dialled, void>
    pace: Pace
    pairs: Pairs
    /** Called when a message was queued; the dispatcher of this process, if it runs one, listens here. */
    wakers: Set<() => void>
    /** What statuses said about people and was known already. */
    told: Set<string>
    hooks: Hooks
  }

export function openMessages(
  house: House,
  below: {
    accounts: Accounts
    contacts: Contacts
    templates: Templates
    analytics: Analytics
    checkMedia?: CheckMedia
    /** Called when outcomes of sends were written. */
    told?: () => void
  },
): Messages {
  return {
    ...house,
    ...below,
    ...openWriter(
      house,
      {
        owner: house.process_id,
        lease_ms: house.config.CAROM_SEND_TIMEOUT_MS + LEASE_MARGIN_MS,
        give_up_ms: GIVE_UP_MS,
      },
      below.told,
    ),
    postpone: batch({
      name: 'messages.postpone',
      run: async inputs => {
        await postpone(house.batches, inputs)
        return inputs.map(() => undefined)
      },
    }),
    settleBulk: batch({
      name: 'messages.settle_bulk',
      // One at a time: single sends ask the same database.
      max_in_flight: 1,
      run: async settlements => {
        await settleBulk(house.batches, settlements)
        below.told?.()
        return settlements.map(() => undefined)
      },
    }),
    learnDialled: openDialled(house),
    pace: openPace(house),
    pairs: openPairs(),
    wakers: new Set(),
    told: new Set(),
    hooks: {},
  }
}

export function wakeDispatch(messages: Messages): void {
  for (const wake of messages.wakers) wake()
  if (messages.wakers.size === 0) void messages.notify.notify(QUEUE_CHANNEL)
}
