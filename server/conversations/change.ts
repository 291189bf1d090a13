// What a tenant, or a bot, decides about threads: their status, and whether the bot may answer there.

import type { Queryable } from '../db/pool.ts'
import { type StatusChange, setAutoreply, setStatuses } from './changeQueries.ts'
import { requireConversation, requireRow } from './find.ts'
import type { Conversations } from './room.ts'
import type { AutoreplyBody, Conversation, Status } from './schema.ts'
import { tell } from './tell.ts'

/** Many at once, in the caller's transaction. What stands so already is left alone; who is told is told of the others. */
export async function changeStatuses(
  conversations: Conversations,
  tx: Queryable,
  changes: StatusChange[],
): Promise<void> {
  const changed = new Set(await setStatuses(tx, changes, conversations.clock.now()))
  const told = changes.filter(change => changed.has(change.id))
  await tell(
    conversations,
    tx,
    told.map(({ id, tenant_id }) => ({ id, tenant_id, type: 'conversation.updated' })),
  )
}

export async function changeStatus(
  conversations: Conversations,
  tx: Queryable,
  tenant_id: string,
  id: string,
  { status, reason = null }: { status: Status; reason?: string | null },
): Promise<Conversation> {
  await changeStatuses(conversations, tx, [{ id, tenant_id, status, reason }])
  return requireConversation(conversations, tx, tenant_id, id)
}

/**
 * On: at once, whatever paused it before. Off for some minutes is a pause, after which the bot answers again if it did so
 * before.
 */
export async function changeAutoreply(
  conversations: Conversations,
  tx: Queryable,
  tenant_id: string,
  id: string,
  { enabled, for_minutes }: AutoreplyBody,
): Promise<Conversation> {
  const before = await requireRow(conversations, tx, tenant_id, id)
  const now = conversations.clock.now()
  const pause = !enabled && for_minutes !== undefined ? new Date(now.getTime() + for_minutes * 60_000) : null
  await setAutoreply(
    tx,
    tenant_id,
    id,
    {
      enabled: pause ? before.autoreply_enabled : enabled,
      paused_until: pause,
      resumed_at: enabled ? now : null,
    },
    now,
  )
  await tell(conversations, tx, [{ id, tenant_id, type: 'conversation.updated' }])
  return requireConversation(conversations, tx, tenant_id, id)
}
