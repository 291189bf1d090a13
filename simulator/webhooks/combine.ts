// Puts updates together into the body of one webhook: by account, then by number and kind.

import type { Json } from '../world.ts'

/** One thing that happened. `value` is what stands beside `field` in the webhook. */
export type Update = {
  /** `entry.id`, an account or a portfolio. */
  entry_id: string
  field: string
  value: Json
  /** Seconds, only for account-level fields. */
  time?: number
  /** What must stay in order among itself. */
  lane: string
}

type Change = { value: Json; field: string }
type Entry = { id: string; time?: number; changes: Change[] }

export function combineUpdates(updates: Update[]): Json {
  const entries = new Map<string, Entry>()
  for (const { entry_id, field, value, time } of updates) {
    const key = `${entry_id}/${time ?? ''}`
    const entry = entries.get(key) ?? { id: entry_id, ...(time !== undefined && { time }), changes: [] }
    entries.set(key, entry)
    const mate = entry.changes.findLast(
      change => change.field === field && kindOf(change.value) === kindOf(value),
    )
    if (mate && kindOf(value)) merge(mate.value, value)
    else entry.changes.push({ value: { ...value }, field })
  }
  return { object: 'whatsapp_business_account', entry: [...entries.values()] }
}

const LISTS = ['contacts', 'messages', 'statuses']

/** Values of one number that carry the same list may be merged; others stand alone. */
function kindOf(value: Json): string | undefined {
  const metadata = value.metadata as Json | undefined
  if (!metadata) return undefined
  if (!value.messages && !value.statuses) return undefined
  return `${metadata.phone_number_id}/${value.messages ? 'messages' : 'statuses'}`
}

function merge(into: Json, from: Json) {
  for (const list of LISTS) {
    const added = from[list] as Json[] | undefined
    if (!added) continue
    const present = (into[list] ?? []) as Json[]
    const isNew = (item: Json) => list !== 'contacts' || !present.some(one => one.user_id === item.user_id)
    into[list] = [...present, ...added.filter(isNew)]
  }
}
