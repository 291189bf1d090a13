// One webhook body becomes its items: every entry × change × message, status or error, each with where it stood.
// Only the shape is looked at here; what an item means is its room's affair.

export type Item = {
  inbox_id: string
  /** Where it stood in the body, for people: `entry[0].changes[0].value.messages[2]`. */
  path: string
  kind: 'message' | 'status' | 'error' | 'change'
  /** The subscription field of the change: `messages`, `account_update`, … */
  field: string
  entry_id: string
  /** Seconds; account-level entries only. */
  entry_time: number | undefined
  /** Meta's id of the business number, for the messages field. */
  phone_number_id: string | undefined
  contacts: Record<string, unknown>[]
  item: Record<string, unknown>
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
  entries.forEach((entry, e) => {
    const changes = record(entry)?.changes
    if (!Array.isArray(changes)) {
      found.problems.push({
        path: `entry[${e}]`,
        field: null,
        reason: 'The entry has no list of changes.',
        item: entry,
      })
      return
    }
    for (const [c, change] of changes.entries())
      expandChange(found, inboxId, `entry[${e}].changes[${c}]`, entry, change)
  })
  return found
}

const LISTS = [
  ['messages', 'message'],
  ['statuses', 'status'],
  ['errors', 'error'],
] as const

function expandChange(found: Expanded, inboxId: string, path: string, entry: unknown, change: unknown): void {
  const field = text(record(change)?.field)
  const value = record(record(change)?.value)
  if (field === undefined || value === undefined) {
    found.problems.push({
      path,
      field: field ?? null,
      reason: 'The change has no field or no value.',
      item: change,
    })
    return
  }
  const base = {
    inbox_id: inboxId,
    field,
    entry_id: String(record(entry)?.id ?? ''),
    entry_time: number(record(entry)?.time),
    phone_number_id: text(record(value.metadata)?.phone_number_id),
    contacts: list(value.contacts),
  }
  if (field !== 'messages') {
    found.items.push({ ...base, path: `${path}.value`, kind: 'change', item: value })
    return
  }
  let any = false
  for (const [name, kind] of LISTS) {
    const members = value[name]
    if (!Array.isArray(members)) continue
    any = true
    members.forEach((member, m) => {
      const where = `${path}.value.${name}[${m}]`
      const item = record(member)
      if (item) found.items.push({ ...base, path: where, kind, item })
      else found.problems.push({ path: where, field, reason: 'The item is not an object.', item: member })
    })
  }
  if (!any)
    found.problems.push({
      path,
      field,
      reason: 'The change has no messages, statuses or errors.',
      item: value,
    })
}

export function record(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined
}

export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

function list(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value)
    ? (value as unknown[]).flatMap(member => {
        const found = record(member)
        return found ? [found] : []
      })
    : []
}
