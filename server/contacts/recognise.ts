// An address turned out to belong to a contact that is known under another one: WhatsApp's own digits differ from the
// dialled ones (Brazil, Mexico, Argentina), or Meta told the business-scoped user id with the answer to a send.

import type { Queryable } from '../db/pool.ts'
import type { Learned } from './learn.ts'
import { addAliases, merge } from './learnQueries.ts'
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

export type Dialled = { tenant_id: string; contact_id: string; value: string }

/** The same for many phone numbers at once; contacts that turn out to be one person are few. */
export async function recogniseAll(tx: Queryable, dialled: Dialled[]): Promise<Learned['merged']> {
  const wanted = dialled.map((one, ord) => ({ ord, kind: 'phone', ...one }))
  await addAliases(
    tx,
    wanted.map(({ tenant_id, kind, value, contact_id }) => ({ tenant_id, kind, value, contact_id })),
  )
  const merged = new Map<string, string>()
  for (const { ord, contact_id } of await findAliases(tx, wanted)) {
    const own = dialled[ord]?.contact_id
    if (own === undefined || contact_id === own) continue
    const [into, from] = [contact_id, own].sort() as [string, string]
    if (!merged.has(from) && !merged.has(into)) merged.set(from, into)
  }
  const pairs = [...merged].map(([from, into]) => ({ from, into }))
  for (const { from, into } of pairs) await merge(tx, from, into)
  return pairs
}
