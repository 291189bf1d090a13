// What webhooks say about people outside of messages: a new user id, what they want to get, how the business calls them in
// its address book. Each verb takes many at once, and answers a reason for each that it could not apply.

import { type Consent, recordConsents } from '../../contacts/consent.ts'
import type { Alias } from '../../contacts/learn.ts'
import { saveNames } from '../../contacts/saveNames.ts'
import type { Transaction } from '../../db/pool.ts'
import type { Messages } from '../room.ts'
import { identify } from './identify.ts'
import { meet } from './meet.ts'
import { metaId, moment, phone, record, type Shape, text } from './shapes.ts'

export type News = { tenant_id: string; phone_number_id: string; item: Shape; contacts: Shape[] }

type Reasons = (string | undefined)[]

/** user_id_update: the person stays the same contact under the new id. */
export async function applyUserIds(messages: Messages, tx: Transaction, news: News[]): Promise<Reasons> {
  const identities = news.map(({ tenant_id, item, contacts }) => {
    const ids = [record(item.user_id), record(item.parent_user_id)]
    const current = ids.map(id => metaId(id?.current))
    const former = ids.flatMap((id): Alias[] => {
      const value = metaId(id?.previous)
      return value === undefined ? [] : [{ kind: 'user_id', value }]
    })
    const names = { phone: phone(item.wa_id), user_id: current[0] ?? current[1] }
    const identity = identify(tenant_id, names, contacts, moment(item.timestamp))
    return former.length > 0 ? { ...identity, former } : identity
  })
  const ids = await meet(messages, tx, identities)
  return ids.map(id =>
    id === undefined ? 'The change names nobody: no user id and no phone number.' : undefined,
  )
}

const VALUES = ['stop', 'resume', 'signup'] as const

/** user_preferences: marketing messages wanted or not. A signup is a yes. */
export async function applyPreferences(messages: Messages, tx: Transaction, news: News[]): Promise<Reasons> {
  const names = ({ item }: News) => ({ phone: phone(item.wa_id), user_id: metaId(item.user_id) })
  const ids = await meet(
    messages,
    tx,
    news.map(one => identify(one.tenant_id, names(one), one.contacts, moment(one.item.timestamp))),
  )
  const consents: Consent[] = []
  const reasons = news.map(({ tenant_id, phone_number_id, item }, ord) => {
    const contact_id = ids[ord]
    const value = VALUES.find(known => known === item.value)
    const at = moment(item.timestamp)
    if (contact_id === undefined) return 'The preference names nobody: no user id and no phone number.'
    if (value === undefined)
      return `The preference is ${JSON.stringify(item.value ?? null)}, which Carom does not know.`
    if (at === undefined) return 'The preference has no timestamp.'
    const category = text(item.category, 64) ?? 'marketing_messages'
    const detail = text(item.detail, 1000) ?? null
    consents.push({ tenant_id, contact_id, phone_number_id, category, value, source: 'whatsapp', detail, at })
    return undefined
  })
  await recordConsents(tx, consents)
  return reasons
}

/**
 * smb_app_state_sync: the address book of the WhatsApp Business app. An edit is an `add`. Who is removed stays a contact, also
 * where the removal is the first that is heard: the addition may still come.
 */
export async function applyAddressBook(messages: Messages, tx: Transaction, news: News[]): Promise<Reasons> {
  const entries = news.map(({ tenant_id, item }) => {
    const contact = record(item.contact)
    const digits = phone(contact?.phone_number)
    const name = text(contact?.full_name, 256) ?? text(contact?.first_name, 256) ?? null
    return {
      identity: { tenant_id, ...(digits === undefined ? {} : { phone: digits }) },
      saved_name: item.action === 'remove' ? null : name,
      at: moment(record(item.metadata)?.timestamp),
    }
  })
  const ids = await meet(
    messages,
    tx,
    entries.map(one => one.identity),
  )
  await saveNames(
    tx,
    entries.flatMap(({ saved_name, at }, ord) => {
      const contact_id = ids[ord]
      return contact_id && at ? [{ contact_id, saved_name, at }] : []
    }),
  )
  return entries.map(({ at }, ord) => {
    if (ids[ord] === undefined) return 'The entry of the address book has no phone number.'
    return at ? undefined : 'The entry of the address book has no timestamp.'
  })
}
