// One webhook body becomes its items: every entry × change × message, status, error, …, each with where it stood. Only the
// shape is looked at here; what an item means is its room's affair.

import { metaId, record, records, type Shape, text } from '../messages/inbound/shapes.ts'
import { LISTS, type ListKind } from './lists.ts'

export type Item = {
  inbox_id: string
  /** Where it stood in the body, for people: `entry[0].changes[0].value.messages[2]`. */
  path: string
  /** `change`: the value as a whole, of a field that is no list of things. */
  kind: ListKind | 'change'
  /** The subscription field of the change: `messages`, `account_update`, … */
  field: string
  entry_id: string
  /** Seconds; account-level entries only. */
  entry_time: number | undefined
  /** Meta's id of the business number, and its digits; where the change is about a number. */
  phone_number_id: string | undefined
  display_phone_number: string | undefined
  /** Whom the conversation is with, for messages of a history. */
  thread: string | undefined
  contacts: Shape[]
  item: Shape
}

export type Expanded = {
  items: Item[]
  problems: { path: string; field: string | null; reason: string; item: unknown }[]
}

export function expand(inboxId: string, body: unknown): Expanded {
  const found: Expanded = { items: [], problems: [] }
  const entries = record(body)?.entry
  if (!Array.isArray(entries)) {
    found.problems.push({ path: '', field: null, reason: 'The body has no list of entries.', item: body })
    return found
  }
  entries.forEach((entry: unknown, e) => {
    const changes = record(entry)?.changes
    const path = `entry[${e}]`
    if (!Array.isArray(changes)) {
      found.problems.push({ path, field: null, reason: 'The entry has no list of changes.', item: entry })
      return
    }
    for (const [c, change] of changes.entries()) {
      expandChange(found, inboxId, `${path}.changes[${c}]`, record(entry) ?? {}, change)
    }
  })
  return found
}

function expandChange(found: Expanded, inboxId: string, path: string, entry: Shape, change: unknown): void {
  const field = text(record(change)?.field, 256)
  const value = record(record(change)?.value)
  if (field === undefined || value === undefined) {
    const reason = 'The change has no field or no value.'
    found.problems.push({ path, field: field ?? null, reason, item: change })
    return
  }
  if (value.erased === true) return
  const metadata = record(value.metadata)
  const base = {
    inbox_id: inboxId,
    field,
    entry_id: typeof entry.id === 'number' ? String(entry.id) : (metaId(entry.id) ?? ''),
    entry_time: typeof entry.time === 'number' ? entry.time : undefined,
    phone_number_id: metaId(metadata?.phone_number_id),
    display_phone_number: text(metadata?.display_phone_number, 64)?.replace(/\D/g, ''),
    thread: undefined,
    contacts: records(value.contacts),
  }
  const lists = Object.hasOwn(LISTS, field) ? LISTS[field] : undefined
  if (!lists) found.items.push({ ...base, path: `${path}.value`, kind: 'change', item: value })
  else if (!expandLists(found, base, `${path}.value`, value, lists)) {
    const names = Object.keys(lists)
      .join(', ')
      .replace(/, (?=[^,]*$)/, ' or ')
    found.problems.push({ path, field, reason: `The change has no ${names}.`, item: value })
  }
}

type Base = Omit<Item, 'path' | 'kind' | 'item'>

/** Answers whether there was any list at all. */
function expandLists(
  found: Expanded,
  base: Base,
  path: string,
  value: Shape,
  lists: Record<string, ListKind>,
): boolean {
  let any = false
  for (const [name, kind] of Object.entries(lists)) {
    const members = value[name]
    if (!Array.isArray(members)) continue
    any = true
    members.forEach((member: unknown, m) => {
      const where = `${path}.${name}[${m}]`
      const item = record(member)
      if (!item) {
        found.problems.push({
          path: where,
          field: base.field,
          reason: 'The item is not an object.',
          item: member,
        })
      } else if (item.erased === true) return
      else if (kind === 'history') expandHistory(found, base, where, item)
      else found.items.push({ ...base, path: where, kind, item })
    })
  }
  return any
}

/** A chunk of history holds conversations of messages, or says why there is none. */
function expandHistory(found: Expanded, base: Base, path: string, chunk: Shape): void {
  const before = found.items.length + found.problems.length
  expandLists(found, base, path, chunk, { errors: 'error' })
  records(chunk.threads).forEach((thread, t) => {
    const of = { ...base, thread: text(thread.id, 256) }
    expandLists(found, of, `${path}.threads[${t}]`, thread, { messages: 'past_message' })
  })
  const empty = found.items.length + found.problems.length === before
  if (empty && !Array.isArray(chunk.threads)) {
    const reason = 'The chunk of history has no threads and no errors.'
    found.problems.push({ path, field: base.field, reason, item: chunk })
  }
}
