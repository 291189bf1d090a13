// Takes one person out of a stored webhook: pure, without the database. What speaks of the person is replaced where it stood,
// so that the places of everything else stay what they are.

import { metaId, record, records, type Shape } from '../messages/inbound/shapes.ts'

/** In the place of what was taken out. Applying the webhook again passes over it. */
export const ERASED = { erased: true }

/** `numbers` and `wabas`: Meta's ids of the tenant's own; what is another tenant's is left alone. */
export type Person = { words: ReadonlySet<string>; numbers: ReadonlySet<string>; wabas: ReadonlySet<string> }

/** The same body without the person; undefined where there was nothing to take out. */
export function redactBody(body: string, person: Person): string | undefined {
  const parsed = parse(body)
  let found = false
  for (const entry of records(record(parsed)?.entry)) {
    for (const change of records(entry.changes)) {
      const value = record(change.value)
      if (!value || !isTheirs(entry, value, person)) continue
      if (redactWithin(value, person.words)) found = true
      if (!speaks(value, person.words)) continue
      const { metadata } = value
      change.value = { ...(metadata === undefined ? {} : { metadata }), ...ERASED }
      found = true
    }
  }
  return found ? JSON.stringify(parsed) : undefined
}

/** Meta's words are JSON; anything else is nothing. */
function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

function isTheirs(entry: Shape, value: Shape, { numbers, wabas }: Person): boolean {
  const number = metaId(record(value.metadata)?.phone_number_id)
  if (number !== undefined) return numbers.has(number)
  return wabas.has(String(entry.id))
}

/** Members of lists, the innermost first: of a card that somebody shared one phone, of what they wrote themselves all. */
function redactWithin(place: unknown, words: ReadonlySet<string>): boolean {
  if (typeof place !== 'object' || place === null) return false
  let found = false
  for (const inner of Object.values(place)) if (redactWithin(inner, words)) found = true
  if (!Array.isArray(place)) return found
  place.forEach((member, at) => {
    if (!speaks(member, words)) return
    place[at] = ERASED
    found = true
  })
  return found
}

function speaks(place: unknown, words: ReadonlySet<string>): boolean {
  if (typeof place === 'string') return words.has(place.startsWith('+') ? place.slice(1) : place)
  if (typeof place === 'number') return words.has(String(place))
  if (typeof place !== 'object' || place === null) return false
  return Object.values(place).some(inner => speaks(inner, words))
}
