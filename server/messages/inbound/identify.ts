// Who a message is from, or to. The phone number may be missing: Meta omits it for people who hide behind a username.

import type { Identity } from '../../contacts/learn.ts'
import { compact, metaId, moment, phone, record, type Shape, text } from './shapes.ts'

export type Names = { phone?: string | undefined; user_id?: string | undefined }

/** The person behind these names, with what the `contacts` beside the message say about them. */
export function identify(tenantId: string, names: Names, contacts: Shape[], at: Date | undefined): Identity {
  const contact = contacts.find(one => isOf(one, names)) ?? only(contacts, names)
  const profile = record(contact?.profile)
  return {
    tenant_id: tenantId,
    ...compact({
      phone: names.phone ?? phone(contact?.wa_id),
      user_id: names.user_id ?? metaId(contact?.user_id),
      name: text(profile?.name, 256),
      username: text(profile?.username, 256),
      at,
    }),
  }
}

/** Who wrote a message that came in. After a change of number the new names stand in `system`, the old in `from`. */
export function identifySender(tenantId: string, message: Shape, contacts: Shape[]): Identity {
  const names = { phone: phone(message.from), user_id: metaId(message.from_user_id) }
  const at = moment(message.timestamp)
  const system = message.type === 'system' ? record(message.system) : undefined
  if (!system) return identify(tenantId, names, contacts, at)
  const now = { phone: phone(system.wa_id) ?? phone(system.new_wa_id), user_id: metaId(system.user_id) }
  const former = [
    ...(names.phone === undefined ? [] : [{ kind: 'phone' as const, value: names.phone }]),
    ...(names.user_id === undefined ? [] : [{ kind: 'user_id' as const, value: names.user_id }]),
  ]
  if (now.phone === undefined && now.user_id === undefined) return identify(tenantId, names, contacts, at)
  return { tenant_id: tenantId, ...compact({ ...now, at }), ...(former.length > 0 ? { former } : {}) }
}

function isOf(contact: Shape, names: Names): boolean {
  return (
    (names.phone !== undefined && phone(contact.wa_id) === names.phone) ||
    (names.user_id !== undefined && contact.user_id === names.user_id)
  )
}

/** A single contact is meant even where it bears none of the names, unless it bears others. */
function only(contacts: Shape[], names: Names): Shape | undefined {
  const [contact] = contacts
  if (!contact || contacts.length > 1) return undefined
  const wa_id = phone(contact.wa_id)
  const user_id = metaId(contact.user_id)
  const other =
    (names.phone !== undefined && wa_id !== undefined && wa_id !== names.phone) ||
    (names.user_id !== undefined && user_id !== undefined && user_id !== names.user_id)
  return other ? undefined : contact
}
