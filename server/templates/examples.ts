// The examples that a template was submitted with, in the several shapes that Meta documents and returns.

type Named = { param_name?: unknown; example?: unknown }

/** `[["a","b"]]`, `["a","b"]`, `"a"`, or named pairs. */
export function bodyExamples(example: unknown, placeholders: string[]): Map<string, string> {
  const named = namedExamples(example, 'body_text_named_params')
  if (named.size > 0) return named
  const given = (example as { body_text?: unknown } | null | undefined)?.body_text
  const list = Array.isArray(given) ? (Array.isArray(given[0]) ? given[0] : given) : [given]
  const found = new Map<string, string>()
  for (const [at, placeholder] of placeholders.entries()) {
    if (typeof list[at] === 'string') found.set(placeholder, list[at])
  }
  return found
}

export function namedExamples(example: unknown, field: string): Map<string, string> {
  const given = (example as Record<string, unknown> | null | undefined)?.[field]
  const pairs = Array.isArray(given) ? (given as Named[]) : []
  return new Map(
    pairs
      .filter(pair => typeof pair?.param_name === 'string' && typeof pair.example === 'string')
      .map(pair => [pair.param_name as string, pair.example as string]),
  )
}

/** The first of a list, or the text itself. */
export function firstOf(value: unknown): string | undefined {
  const first = Array.isArray(value) ? value[0] : value
  return typeof first === 'string' ? first : undefined
}
