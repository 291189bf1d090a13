// Text that PostgreSQL can store: its jsonb takes neither the character U+0000 nor half of a surrogate pair.

/** Whether a JSON text holds anything that `storable` would change. Cheap: most never do. */
export function mayBeUnstorable(json: string): boolean {
  return (
    json.includes('\\u0000') || json.includes('\0') || /\\u[dD][89a-fA-F]/.test(json) || !json.isWellFormed()
  )
}

/** The same value with U+0000 removed and lone surrogates replaced by U+FFFD, in keys as well. */
export function storable(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('\0', '').toWellFormed()
  if (Array.isArray(value)) return value.map(storable)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [storable(key), storable(inner)]))
}
