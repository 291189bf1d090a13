// POST /{phone_number_id}/messages as Meta answers it, through the walk of every send of Carom.

import type { Call, Recovered } from '../http/route.ts'
import { markRead } from '../messages/markRead.ts'
import { recoverSend } from '../messages/recover.ts'
import type { Message } from '../messages/schema.ts'
import { send } from '../messages/send.ts'
import { readMessage } from './readMessage.ts'
import type { Graph } from './room.ts'

type Asked = Call<unknown, { id: string }, unknown, object>

export async function answerMessage(graph: Graph, call: Asked): Promise<object> {
  const reading = readMessage(call.params.id, call.body)
  if (reading.kind === 'read') {
    await markRead(graph.messages, call.caller, reading.message_id, reading.typing)
    return { success: true }
  }
  const { caller, began_ms, idempotency_id } = call
  const sent = await send(graph.messages, reading.draft, { caller, began_ms, idempotency_id, later: false })
  call.noted.message_id = sent.id
  return answerOf(sent, reading.input)
}

/** A read receipt leaves nothing behind, and is simply sent again. */
export async function recoverMessage(graph: Graph, call: Asked, idempotency_id: string): Promise<Recovered> {
  const reading = readMessage(call.params.id, call.body)
  if (reading.kind === 'read') return { state: 'absent' }
  const found = await recoverSend(graph.messages, call.tenant_id, idempotency_id)
  if (found.state !== 'done') return found
  const body = answerOf(found.reply.body as Message, reading.input)
  return { state: 'done', reply: { status: 200, body } }
}

/** `message_status` is there for templates only, as Meta has it. */
function answerOf({ wamid, to, contact, type }: Message, input: string): object {
  const phone = to?.startsWith('+') ? (contact.phone ?? to).slice(1) : undefined
  const known = phone === undefined ? { user_id: to } : { wa_id: phone }
  return {
    messaging_product: 'whatsapp',
    contacts: [{ input, ...known }],
    messages: [{ id: wamid, ...(type === 'template' ? { message_status: 'accepted' } : {}) }],
  }
}
