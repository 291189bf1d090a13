// An address turned out to belong to a contact that is known under another one: WhatsApp's own digits differ from the
// dialled ones (Brazil, Mexico, Argentina), or Meta told the business-scoped user id with the answer to a send.

import type { Queryable } from '../db/pool.ts'
import type { Learned } from './learn.ts'
import { merge } from './learnQueries.ts'
import { addAlias, findAliases } from './queries.ts'

export async function recognise(
  tx: Queryable,
  contact: { id: string; tenant_id: string },
  kind: 'phone' | 'user_id',
  value: string,
): Promise<Learned['merged']> {
  const { tenant_id } = contact
  await addAlias(tx, { tenant_id, kind, value, contact_id: contact.id })
  const [alias] = await findAliases(tx, [{ ord: 0, tenant_id, kind, value }])
  if (!alias || alias.contact_id === contact.id) return []
  const [into, from] = [alias.contact_id, contact.id].sort() as [string, string]
  await merge(tx, from, into)
  return [{ from, into }]
}
