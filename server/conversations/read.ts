// Somebody has read a thread: nothing is unread there any more, and on wish the contact sees blue ticks.

import type { Principal } from '../http/route.ts'
import { markRead } from '../messages/markRead.ts'
import { newestInbound, setRead } from './changeQueries.ts'
import { requireConversation, requireRow } from './find.ts'
import type { Conversations } from './room.ts'
import type { Conversation } from './schema.ts'
import { tell } from './tell.ts'

/** Meta is asked last, so that what it refuses leaves the thread read here. */
export async function readConversation(
  conversations: Conversations,
  caller: Principal,
  id: string,
  { receipt = false }: { receipt?: boolean },
): Promise<Conversation> {
  const { db, messages } = conversations
  const { tenant_id } = caller
  const row = await requireRow(conversations, db, tenant_id, id)
  await db.transaction(async tx => {
    const changed = await setRead(tx, tenant_id, id, conversations.clock.now())
    if (changed) await tell(conversations, tx, [{ id, tenant_id, type: 'conversation.updated' }])
  })
  const newest = receipt ? await newestInbound(db, row) : undefined
  if (newest) await markRead(messages, caller, newest.id, false)
  return requireConversation(conversations, db, tenant_id, id)
}
