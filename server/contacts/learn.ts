// What a webhook says about people: new aliases, names, and that two contacts are the same person.

import type { Queryable } from '../db/pool.ts'
import { newId } from '../kit/ids.ts'
import { findAliases, findOrCreate, type Knowledge, learn, merge } from './queries.ts'
import type { Contacts } from './resolve.ts'

export type Identity = {
  tenant_id: string
  /** Digits without plus. Missing for a user who hides behind a username. */
  phone?: string
  user_id?: string
  username?: string
  name?: string
}

export type Learned = {
  /** The contact of each identity, in the order given. Undefined where an identity names nobody. */
  contact_ids: (string | undefined)[]
  /** Contacts that ceased to exist: whoever keeps rows of `from` must move them to `into`, in this transaction. */
  merged: { from: string; into: string }[]
}

export async function learnIdentities(
  contacts: Contacts,
  tx: Queryable,
  identities: Identity[],
): Promise<Learned> {
  const now = contacts.clock.now()
  const known = await aliasesOf(tx, identities)
  const merged: Learned['merged'] = []
  const ids = identities.map((_, ord) => known.get(ord)?.[0])
  for (const [, [first, second]] of known) {
    if (!first || !second || first === second || merged.some(pair => pair.from === second)) continue
    await merge(tx, second, first)
    merged.push({ from: second, into: first })
  }
  const current = (id: string | undefined) => merged.find(pair => pair.from === id)?.into ?? id
  await makeMissing(tx, identities, ids, now)
  const contactIds = ids.map(current)
  await learn(tx, news(identities, contactIds), now)
  return { contact_ids: contactIds, merged }
}

/** Per identity, the contacts it is known under: the older one first. */
async function aliasesOf(tx: Queryable, identities: Identity[]): Promise<Map<number, string[]>> {
  const rows = await findAliases(
    tx,
    identities.flatMap((identity, ord) =>
      pairs(identity).map(([kind, value]) => ({ ord, tenant_id: identity.tenant_id, kind, value })),
    ),
  )
  const known = new Map<number, string[]>()
  for (const row of rows) {
    const ids = known.get(row.ord) ?? []
    if (!ids.includes(row.contact_id)) ids.push(row.contact_id)
    known.set(row.ord, ids.sort())
  }
  return known
}

async function makeMissing(
  tx: Queryable,
  identities: Identity[],
  ids: (string | undefined)[],
  now: Date,
): Promise<void> {
  for (let round = 0; round < 3; round++) {
    const missing = identities.flatMap((identity, ord) => {
      const pair = ids[ord] === undefined ? pairs(identity)[0] : undefined
      return pair ? [{ ord, tenant_id: identity.tenant_id, kind: pair[0], value: pair[1], id: newId() }] : []
    })
    if (missing.length === 0) return
    for (const row of await findOrCreate(tx, missing, now)) ids[row.ord] = row.id
  }
}

function pairs(identity: Identity): ['phone' | 'user_id', string][] {
  const found: ['phone' | 'user_id', string][] = []
  if (identity.phone) found.push(['phone', identity.phone])
  if (identity.user_id) found.push(['user_id', identity.user_id])
  return found
}

/** One row a contact, in which the last word about it wins. */
function news(identities: Identity[], contactIds: (string | undefined)[]): Knowledge[] {
  const rows = new Map<string, Knowledge>()
  identities.forEach((identity, ord) => {
    const id = contactIds[ord]
    if (id === undefined) return
    const before = rows.get(id)
    rows.set(id, {
      id,
      tenant_id: identity.tenant_id,
      phone: identity.phone ?? before?.phone ?? null,
      user_id: identity.user_id ?? before?.user_id ?? null,
      username: identity.username ?? before?.username ?? null,
      name: identity.name ?? before?.name ?? null,
    })
  })
  return [...rows.values()]
}
