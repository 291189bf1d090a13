// What a tool's schema may hold. It is compiled in this process and asked about whatever a model comes up with, so nothing in
// it may take long, refer to elsewhere, or go without end.

const MOST_CHARACTERS = 16 * 1024
const DEEPEST = 12

/** Undefined: fine. Else what is wrong, to stand behind the name of the field. */
export function schemaProblem(schema: unknown): string | undefined {
  if ((schema as { type?: unknown } | null)?.type !== 'object') {
    return 'must be a JSON Schema of type object: {"type": "object", …}.'
  }
  if (JSON.stringify(schema).length > MOST_CHARACTERS) {
    return `is longer than ${MOST_CHARACTERS} characters; describe less.`
  }
  return problemIn(schema, 0)
}

function problemIn(value: unknown, depth: number): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  if (depth > DEEPEST) return `is nested deeper than ${DEEPEST} levels.`
  for (const [name, inner] of Object.entries(value)) {
    if (/^\$(ref|dynamicRef|recursiveRef)$/.test(name)) return `must not refer to elsewhere with ${name}.`
    const patterns =
      name === 'pattern' ? [inner] : name === 'patternProperties' ? Object.keys(inner ?? {}) : []
    for (const pattern of patterns) {
      if (typeof pattern !== 'string') continue
      const problem = patternProblem(pattern)
      if (problem) return `has the pattern ${JSON.stringify(pattern.slice(0, 60))}, which ${problem}.`
    }
    const problem = problemIn(inner, depth + 1)
    if (problem) return problem
  }
  return undefined
}

/** Regular expressions whose time grows with the square of a text at most: a model may be brought to send the worst text. */
function patternProblem(pattern: string): string | undefined {
  if (pattern.length > 200) return 'is longer than 200 characters'
  try {
    new RegExp(pattern, 'u')
  } catch {
    return 'is no regular expression'
  }
  const plain = pattern
    .replace(/\\[\s\S]/g, escaped => (/\\[1-9k]/.test(escaped) ? '\\' : '_'))
    .replace(/\[[^\]]*\]/g, '_')
  if (plain.includes('\\')) return 'refers back to a group'
  if (/\)[*+{]/.test(plain)) return 'repeats a group'
  if (/\(\?(?!:)/.test(plain)) return 'looks around'
  return (plain.match(/[*+]|\{\d*,\}/g)?.length ?? 0) > 2
    ? 'repeats more than twice without an end'
    : undefined
}
