// Who of many identities is the same person: pure bookkeeping over aliases, without the database. Two identities are one
// person when a chain of shared aliases joins them; a phone number that has gone over to somebody else joins nobody.

import type { Alias, Identity } from './learn.ts'
import type { KnownAlias } from './learnQueries.ts'

export type Person = {
  tenant_id: string
  /** Contacts that are this person, the oldest first. More than one: they must be merged. */
  contact_ids: string[]
  /** Every alias that was named, the surest first. */
  aliases: Alias[]
  /** Phone numbers that were another contact's until then. */
  taken: { value: string; at: Date }[]
  /** Places in the list that was given. */
  identities: number[]
}

/** `known` holds the aliases that exist, by aliasKey. An identity that names nobody belongs to no person. */
export function groupPeople(identities: Identity[], known: ReadonlyMap<string, KnownAlias>): Person[] {
  const sets = openSets()
  const taken: { anchor: string; value: string; at: Date }[] = []
  const anchors = identities.map(identity => {
    const judged = aliasesOf(identity).map(alias => {
      const row = known.get(aliasKey(identity.tenant_id, alias))
      return { alias, row, lost: row && alias.kind === 'phone' ? lostTo(identity, alias, row, known) : 'no' }
    })
    const first = judged.find(one => one.lost === 'no') ?? judged[0]
    if (!first) return undefined
    const anchor = aliasKey(identity.tenant_id, first.alias)
    for (const { alias, row, lost } of judged) {
      if (lost === 'gone' && identity.at) taken.push({ anchor, value: alias.value, at: identity.at })
      if (lost !== 'no') continue
      const key = aliasKey(identity.tenant_id, alias)
      sets.join(anchor, key)
      if (row) sets.join(key, `contact ${row.contact_id}`)
    }
    return anchor
  })
  return collect(identities, known, sets, anchors, taken)
}

function collect(
  identities: Identity[],
  known: ReadonlyMap<string, KnownAlias>,
  sets: Sets,
  anchors: (string | undefined)[],
  taken: { anchor: string; value: string; at: Date }[],
): Person[] {
  const people = new Map<string, Person>()
  identities.forEach((identity, ord) => {
    const anchor = anchors[ord]
    if (anchor === undefined) return
    const root = sets.find(anchor)
    const person: Person = people.get(root) ?? {
      ...{ tenant_id: identity.tenant_id, contact_ids: [], aliases: [], taken: [], identities: [] },
    }
    people.set(root, person)
    person.identities.push(ord)
    for (const alias of aliasesOf(identity)) {
      const key = aliasKey(identity.tenant_id, alias)
      if (sets.find(key) !== root) continue
      const contact_id = known.get(key)?.contact_id
      if (contact_id && !person.contact_ids.includes(contact_id)) person.contact_ids.push(contact_id)
      if (!person.aliases.some(one => one.kind === alias.kind && one.value === alias.value))
        person.aliases.push(alias)
    }
  })
  for (const { anchor, value, at } of taken) people.get(sets.find(anchor))?.taken.push({ value, at })
  for (const person of people.values()) person.contact_ids.sort()
  return [...people.values()]
}

/** The surest first: a user id is one person's for ever; a phone number can go over to somebody else. */
export function aliasesOf({ user_id, former, phone }: Identity): Alias[] {
  return [
    ...(user_id === undefined ? [] : [{ kind: 'user_id' as const, value: user_id }]),
    ...(former ?? []),
    ...(phone === undefined ? [] : [{ kind: 'phone' as const, value: phone }]),
  ]
}

export function aliasKey(tenantId: string, { kind, value }: Alias): string {
  return `${tenantId} ${kind} ${value}`
}

/**
 * Whether a phone number of an identity does not lead to the contact that has it: `stale` where the news is from before
 * that contact got it, `gone` where that contact has left it and somebody else writes from it now.
 */
function lostTo(
  identity: Identity,
  alias: Alias,
  row: KnownAlias,
  known: ReadonlyMap<string, KnownAlias>,
): 'no' | 'stale' | 'gone' {
  const { tenant_id, user_id, at, former, phone } = identity
  const others = aliasesOf(identity).filter(one => one.kind !== alias.kind || one.value !== alias.value)
  if (others.length === 0) return 'no'
  if (others.some(one => known.get(aliasKey(tenant_id, one))?.contact_id === row.contact_id)) return 'no'
  if (at && row.taken_at && at < row.taken_at) return 'stale'
  if (former?.includes(alias) || row.user_id === null || user_id === undefined) return 'no'
  const left = row.phone !== phone || former !== undefined
  if (!left) return 'no'
  if (!at) return 'stale'
  return row.phone_at === null || at > row.phone_at ? 'gone' : 'no'
}

type Sets = { find(key: string): string; join(a: string, b: string): void }

/** Disjoint sets of names. */
function openSets(): Sets {
  const parents = new Map<string, string>()
  const find = (key: string): string => {
    let root = key
    for (let up = parents.get(root); up !== undefined && up !== root; up = parents.get(root)) root = up
    if (root !== key) parents.set(key, root)
    return root
  }
  return {
    find,
    join(a, b) {
      const [low, high] = [find(a), find(b)].sort() as [string, string]
      if (low !== high) parents.set(high, low)
    },
  }
}
