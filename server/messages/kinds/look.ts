// Looking into a body that may be anything: what is not there, or of another kind, is undefined or empty. Rules that go
// across fields stand on it, because they are asked about bodies that do not fit their schema as well.

import type { Issue } from '../../kit/errors.ts'

export function at(value: unknown, ...names: string[]): unknown {
  let inner = value
  for (const name of names) {
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return undefined
    inner = Object.hasOwn(inner, name) ? (inner as Record<string, unknown>)[name] : undefined
  }
  return inner
}

export function textAt(value: unknown, ...names: string[]): string | undefined {
  const found = at(value, ...names)
  return typeof found === 'string' ? found : undefined
}

export function listAt(value: unknown, ...names: string[]): unknown[] {
  const found = at(value, ...names)
  return Array.isArray(found) ? found : []
}

export function has(value: unknown, name: string): boolean {
  return at(value, name) !== undefined
}

/** Exactly one of two fields of an object must be there. `path` is where that object stands; '' is the body. */
export function exactlyOne(value: unknown, path: string, one: string, other: string): Issue[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return []
  const inside = (name: string) => (path === '' ? name : `${path}.${name}`)
  const both = `\`${inside(one)}\` and \`${inside(other)}\``
  if (has(value, one) && has(value, other)) {
    return [{ param: inside(other), message: `Of ${both} only one may be given; leave one out.` }]
  }
  if (has(value, one) || has(value, other)) return []
  return [{ param: inside(one), message: `One of ${both} is required.` }]
}

type Placed = { param: string; value: unknown }

/** Texts or numbers that must differ from each other: every one that repeats an earlier one is a problem. */
export function allDiffer(values: Placed[], why: string): Issue[] {
  const seen = new Map<unknown, string>()
  return values.flatMap(({ param, value }) => {
    if (typeof value !== 'string' && typeof value !== 'number') return []
    const first = seen.get(value)
    if (first === undefined) seen.set(value, param)
    return first === undefined
      ? []
      : [{ param, message: `\`${param}\` is the same as \`${first}\`; ${why}.` }]
  })
}

/** Things that must all be the same as the first one. */
export function allAlike(values: Placed[], why: string): Issue[] {
  const [first, ...rest] = values
  if (!first) return []
  return rest.flatMap(({ param, value }) =>
    value === first.value
      ? []
      : [
          {
            param,
            message: `\`${param}\` is ${shown(value)} where \`${first.param}\` is ${shown(first.value)}; ${why}.`,
          },
        ],
  )
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'missing'
  return text.length > 60 ? `${text.slice(0, 57).toWellFormed()}…` : text
}
