// "typing…" on the contact's phone while the engine is asked. A courtesy: what goes wrong with it is nobody's trouble.

import type { SendableNumber } from '../../accounts/room.ts'
import type { Turns } from './room.ts'
import type { ThreadRow } from './workQueries.ts'

const DEADLINE_MS = 5_000

export async function showTyping(
  turns: Turns,
  number: SendableNumber,
  thread: ThreadRow[],
  asked: string[],
): Promise<void> {
  const wamid = thread.findLast(row => asked.includes(row.id))?.wamid
  if (!wamid) return
  try {
    await turns.meta.markRead({
      ...{ token: number.token, phone_number_id: number.phone_number_id, message_id: wamid },
      ...{ typing: true, deadline_ms_left: DEADLINE_MS },
    })
  } catch (error) {
    turns.log.debug({ err: error }, 'The typing indicator could not be shown')
  }
}
