// A reaction names a message by our id or by its wamid; Meta wants the wamid. Where Carom knows the message, it refuses
// what Meta would take and then fail: Meta says no to a wrong target only by webhook.

import type { SendableNumber } from '../../accounts/room.ts'
import { findContact } from '../../contacts/resolve.ts'
import { fail } from '../../kit/errors.ts'
import { isUuid } from '../../kit/ids.ts'
import type { Address } from '../../kit/phone.ts'
import { findMessage } from '../list/find.ts'
import type { MessageRow } from '../list/queries.ts'
import type { Messages } from '../room.ts'

const MAX_AGE_MS = 30 * 24 * 3_600_000

type Reaction = { message_id: string; emoji: string }

/** The same with the wamid in it. A wamid that Carom does not know is passed on. */
export async function resolveReaction(
  messages: Messages,
  number: SendableNumber,
  address: Address,
  reaction: Reaction,
): Promise<Reaction> {
  const target = await findMessage(messages, number.tenant_id, reaction.message_id)
  if (!target) {
    if (isUuid(reaction.message_id))
      refuse('names no message of this account; give our message id or a wamid')
    return reaction
  }
  const problem = problemOf(target, number, messages.clock.nowMs())
  if (problem) refuse(problem)
  const contact = await findContact(messages.contacts, number.tenant_id, address)
  if (contact && contact.id !== target.contact_id) {
    refuse('is a message of another contact; react to one that this contact wrote')
  }
  return { ...reaction, message_id: target.wamid ?? reaction.message_id }
}

function problemOf(target: MessageRow, number: SendableNumber, now_ms: number): string | undefined {
  if (target.direction === 'outbound')
    return 'is a message that you sent; react to one that the contact wrote'
  if (target.phone_number_id !== number.id) return 'came in at another of your numbers; react from that one'
  if (target.revoked_at !== null) return 'was deleted; Meta takes no reaction to it any more'
  if (target.type === 'reaction') return 'is a reaction itself; react to the message that it belongs to'
  const written_ms = (target.sent_at ?? target.created_at).getTime()
  if (now_ms - written_ms > MAX_AGE_MS) return 'is older than 30 days; Meta takes no reaction to it any more'
  return undefined
}

function refuse(problem: string): never {
  const message = `\`message_id\` ${problem}.`
  const issues = [{ param: 'message_id', message }]
  fail('invalid_parameter', { param: 'message_id', message, details: { issues } })
}
