// What webhooks say about people: new aliases, names, that somebody changed the number, that two contacts are the same
// person. The order in which it is told does not matter, and telling it again changes nothing.

import type { Queryable } from '../db/pool.ts'
import { newId } from '../kit/ids.ts'
import { factsOf, newsOf } from './facts.ts'
import { aliasesOf, aliasKey, groupPeople, type Person } from './group.ts'
import { addAliases, type KnownAlias, knownAliases, learn, merge, takePhones } from './learnQueries.ts'
import { findOrCreate } from './queries.ts'
import type { Contacts } from './resolve.ts'

export type Alias = { kind: 'phone' | 'user_id'; value: string }

export type Identity = {
  tenant_id: string
  /** Digits without plus. Missing for a user who hides behind a username. */
  phone?: string
  user_id?: string
  username?: string
  name?: string
  /** What the same person was known under before, as Meta itself says. */
  former?: Alias[]
  /** When Meta told it: newer facts win. Without it they only fill what was not known. */
  at?: Date
}

export type Learned = {
  /** The contact of each identity, in the order given. Undefined where an identity names nobody, or nobody known. */
  contact_ids: (string | undefined)[]
  /** Contacts that ceased to exist: whoever keeps rows of `from` must move them to `into`, in this transaction. */
  merged: { from: string; into: string }[]
  /** Nothing of it was new: it need not be told again. */
  known: boolean
}

/** With `create: false`, people who are not known stay unknown. */
export async function learnIdentities(
  contacts: Contacts,
  tx: Queryable,
  identities: Identity[],
  { create = true }: { create?: boolean } = {},
): Promise<Learned> {
  const now = contacts.clock.now()
  const known = await findKnown(tx, identities)
  const people = groupPeople(identities, known)
  const merged = people.flatMap(({ contact_ids: [into, ...others] }) =>
    into === undefined ? [] : others.map(from => ({ from, into })),
  )
  for (const { from, into } of merged) await merge(tx, from, into)
  const ids = await contactsOf(tx, people, create, now)
  const wrote = await writeAliases(tx, people, ids, known)
  const facts = factsOf(people, ids, identities)
  const news = merged.length > 0 ? facts : newsOf(facts, known)
  if (news.length > 0) await learn(tx, news, now)
  const contact_ids = new Array<string | undefined>(identities.length)
  people.forEach((person, at) => {
    for (const ord of person.identities) contact_ids[ord] = ids[at]
  })
  return { contact_ids, merged, known: merged.length + wrote + news.length === 0 }
}

async function findKnown(tx: Queryable, identities: Identity[]): Promise<Map<string, KnownAlias>> {
  const wanted = new Map<string, Alias & { tenant_id: string }>()
  for (const identity of identities) {
    const { tenant_id } = identity
    for (const alias of aliasesOf(identity)) wanted.set(aliasKey(tenant_id, alias), { tenant_id, ...alias })
  }
  if (wanted.size === 0) return new Map()
  const rows = await knownAliases(tx, [...wanted.values()])
  return new Map(rows.map(row => [aliasKey(row.tenant_id, row), row]))
}

/** The contact of each person; the missing ones are made. Another process may make the same one meanwhile. */
async function contactsOf(
  tx: Queryable,
  people: Person[],
  create: boolean,
  now: Date,
): Promise<(string | undefined)[]> {
  const ids = people.map(person => person.contact_ids[0])
  for (let round = 0; create && round < 3; round++) {
    const missing = people.flatMap(({ tenant_id, aliases: [first] }, ord) =>
      ids[ord] === undefined && first ? [{ ord, tenant_id, ...first, id: newId() }] : [],
    )
    if (missing.length === 0) break
    for (const row of await findOrCreate(tx, missing, now)) ids[row.ord] = row.id
  }
  return ids
}

async function writeAliases(
  tx: Queryable,
  people: Person[],
  ids: (string | undefined)[],
  known: ReadonlyMap<string, KnownAlias>,
): Promise<number> {
  const missing = people.flatMap(({ tenant_id, aliases }, at) => {
    const contact_id = ids[at]
    return contact_id === undefined
      ? []
      : aliases
          .filter(alias => !known.has(aliasKey(tenant_id, alias)))
          .map(alias => ({ tenant_id, ...alias, contact_id }))
  })
  if (missing.length > 0) await addAliases(tx, missing)
  const taken = people.flatMap(({ tenant_id, taken }, at) => {
    const contact_id = ids[at]
    return contact_id === undefined ? [] : taken.map(one => ({ tenant_id, contact_id, ...one }))
  })
  if (taken.length > 0) await takePhones(tx, taken)
  return missing.length + taken.length
}
