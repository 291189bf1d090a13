// Tells the person that their message was read, and on wish that an answer is being typed.

import { markTokenInvalid, requireSendable } from '../accounts/room.ts'
import type { Principal } from '../http/route.ts'
import { fail } from '../kit/errors.ts'
import { refusalFailure } from '../meta/refuse.ts'
import { requireMessage } from './list/find.ts'
import type { Messages } from './room.ts'

export async function markRead(
  messages: Messages,
  caller: Principal,
  id: string,
  typing: boolean,
): Promise<void> {
  const row = await requireMessage(messages, caller.tenant_id, id)
  if (row.direction !== 'inbound' || row.wamid === null) {
    fail('invalid_state', {
      message: 'Only a message that came in can be marked as read; this one was sent by you.',
    })
  }
  const number = await requireSendable(messages.accounts, caller, row.phone_number_id)
  const result = await messages.meta.markRead({
    token: number.token,
    phone_number_id: number.phone_number_id,
    message_id: row.wamid,
    typing,
    deadline_ms_left: messages.config.CAROM_SEND_TIMEOUT_MS,
  })
  if (result.ok) return
  if (result.token_invalid) await markTokenInvalid(messages.accounts, number.account_id)
  throw refusalFailure(result)
}
