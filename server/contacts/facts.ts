// What is said about a person becomes one row of facts, each with the time at which Meta told it. The newest wins; of two
// from the same second the greater text, so that every order of telling ends the same.

import type { Person } from './group.ts'
import type { Identity } from './learn.ts'
import type { Facts, KnownAlias } from './learnQueries.ts'

const KINDS = ['phone', 'user_id', 'username', 'name'] as const

type Kind = (typeof KINDS)[number]

/** One row a person that has a contact, in the order of the contacts. */
export function factsOf(people: Person[], ids: (string | undefined)[], identities: Identity[]): Facts[] {
  const rows = new Map<string, Facts>()
  people.forEach((person, at) => {
    const id = ids[at]
    if (id === undefined) return
    const facts = rows.get(id) ?? none(id)
    rows.set(id, facts)
    for (const ord of person.identities) {
      const identity = identities[ord]
      if (identity) for (const kind of KINDS) tell(facts, kind, factOf(person, identity, kind), identity.at)
    }
  })
  return [...rows.values()]
}

/** A phone number that leads to somebody else by now is no fact about this person, unless it was just taken over. */
function factOf(person: Person, identity: Identity, kind: Kind): string | undefined {
  const value = identity[kind]
  if (kind !== 'phone' || value === undefined) return value
  const own = person.aliases.some(alias => alias.kind === 'phone' && alias.value === value)
  return own || person.taken.some(one => one.value === value) ? value : undefined
}

function tell(facts: Facts, kind: Kind, value: string | undefined, at: Date | undefined): void {
  if (value === undefined) return
  const before = facts[kind]
  const [old_ms, new_ms] = [facts[`${kind}_at`]?.getTime() ?? -1, at?.getTime() ?? -1]
  if (before !== null && (new_ms < old_ms || (new_ms === old_ms && value <= before))) return
  facts[kind] = value
  facts[`${kind}_at`] = at ?? null
}

function none(id: string): Facts {
  return {
    id,
    ...{ phone: null, user_id: null, username: null, name: null },
    ...{ phone_at: null, user_id_at: null, username_at: null, name_at: null },
  }
}

/** Facts without a time need no statement where every gap that they could fill is filled: most statuses say nothing new. */
export function newsOf(facts: Facts[], known: ReadonlyMap<string, KnownAlias>): Facts[] {
  const rows = new Map([...known.values()].map(row => [row.contact_id, row]))
  return facts.filter(fact => {
    const row = rows.get(fact.id)
    const timed = KINDS.some(kind => fact[`${kind}_at`] !== null)
    return timed || !row || KINDS.some(kind => fact[kind] !== null && row[kind] === null)
  })
}
