// What came in makes threads, moves them up and counts what is unread: once per message, because only newly stored ones are
// told here, in the transaction that stores them.

import type { Transaction } from '../db/pool.ts'
import { newId } from '../kit/ids.ts'
import type { NotedMessage } from '../messages/inbound/noteThreads.ts'
import { type InboundThread, upsertThreads } from './changeQueries.ts'
import type { Conversations } from './room.ts'
import { type Change, tell } from './tell.ts'

export async function noteInbound(
  conversations: Conversations,
  tx: Transaction,
  noted: NotedMessage[],
): Promise<void> {
  const threads = new Map<string, InboundThread>()
  for (const one of noted) {
    const key = `${one.phone_number_id} ${one.contact_id}`
    const before = threads.get(key)
    threads.set(key, before ? together(before, one) : threadOf(one))
  }
  if (threads.size === 0) return
  const quiet = new Set(
    [...threads.values()].filter(thread => thread.status === 'completed').map(one => one.id),
  )
  const found = await upsertThreads(tx, [...threads.values()], conversations.clock.now())
  const changes = found.flatMap(({ id, tenant_id, started, reopened }): Change[] => {
    if (started) return quiet.has(id) ? [] : [{ id, tenant_id, type: 'conversation.started' }]
    return reopened ? [{ id, tenant_id, type: 'conversation.updated' }] : []
  })
  await tell(conversations, tx, changes)
}

function threadOf(one: NotedMessage): InboundThread {
  const { tenant_id, phone_number_id, contact_id, direction, origin, created_at } = one
  return {
    ...{ id: newId(), tenant_id, phone_number_id, contact_id },
    unread: countsAsUnread(one) ? 1 : 0,
    status: origin === 'history' ? 'completed' : 'active',
    last_inbound_at: direction === 'inbound' ? one.sent_at : null,
    last_message_at: created_at,
  }
}

/** Reactions ask for no answer, and what is history was read long ago. */
function countsAsUnread({ direction, origin, type }: NotedMessage): boolean {
  return direction === 'inbound' && origin === null && type !== 'reaction'
}

function together(thread: InboundThread, one: NotedMessage): InboundThread {
  const next = threadOf(one)
  return {
    ...thread,
    unread: thread.unread + next.unread,
    status: thread.status === 'active' ? 'active' : next.status,
    last_inbound_at: later(thread.last_inbound_at, next.last_inbound_at),
    last_message_at: [thread.last_message_at, next.last_message_at].toSorted().at(-1) ?? '',
  }
}

function later(a: Date | null, b: Date | null): Date | null {
  if (a === null || b === null) return a ?? b
  return a > b ? a : b
}
