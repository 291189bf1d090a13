// Placeholders: `{{name}}` and `{{name|fallback}}` in the components of a campaign, filled from what a recipient brings.
// A campaign's components are read once and filled a million times, so they are made into functions first.

export type Variables = Readonly<Record<string, unknown>>

/** A variable that a placeholder asks for. */
export type Wanted = {
  name: string
  /** A placeholder without fallback asks for it. */
  required: boolean
}

export type Filled = { value: unknown; missing: string[] }

type Fill = (variables: Variables, missing: Set<string>) => unknown
type Plan = { fill: Fill; wanted: Wanted[] }

const PLACEHOLDER = /\{\{\s*([^{}|]*[^{}|\s])\s*(?:\|([^{}]*))?\}\}/g

const plans = new WeakMap<object, Plan>()

export function fillPlaceholders(components: object, variables: Variables): Filled {
  const missing = new Set<string>()
  const value = planOf(components).fill(variables, missing)
  return { value, missing: [...missing] }
}

/** Which variables the placeholders ask for, each once. */
export function wantedBy(components: object): Wanted[] {
  return planOf(components).wanted
}

/** A value by its name; where there is none of exactly that name, case, spaces, dashes and underscores do not count. */
export function findValue(variables: Variables, name: string): unknown {
  const key = findKey(variables, name)
  return key === undefined ? undefined : given(variables[key])
}

/** The key under which it stands. */
export function findKey(variables: Variables, name: string): string | undefined {
  if (Object.hasOwn(variables, name)) return name
  const wanted = foldName(name)
  return Object.keys(variables).find(key => foldName(key) === wanted)
}

function foldName(name: string): string {
  return name.toLowerCase().replace(/[\s_-]+/g, '')
}

/** An empty cell is no value: Meta refuses empty parameters. */
function given(value: unknown): unknown {
  return value === null || (typeof value === 'string' && value.trim() === '') ? undefined : value
}

function planOf(components: object): Plan {
  const known = plans.get(components)
  if (known) return known
  const wanted = new Map<string, boolean>()
  const plan = { fill: compile(components, undefined, wanted), wanted: [] as Wanted[] }
  plan.wanted = [...wanted].map(([name, required]) => ({ name, required }))
  plans.set(components, plan)
  return plan
}

function compile(value: unknown, key: string | undefined, wanted: Map<string, boolean>): Fill {
  if (typeof value === 'string') return compileText(value, key, wanted)
  if (typeof value !== 'object' || value === null) return () => value
  const before = wanted.size
  const parts = Object.entries(value).map(([name, part]) => ({ name, fill: compile(part, name, wanted) }))
  // Nothing to fill in anywhere inside: the same object serves everybody.
  if (wanted.size === before && !hasPlaceholder(value)) return () => value
  if (Array.isArray(value)) return (variables, missing) => parts.map(({ fill }) => fill(variables, missing))
  return (variables, missing) => {
    const filled: Record<string, unknown> = {}
    for (const { name, fill } of parts) filled[name] = fill(variables, missing)
    return filled
  }
}

function hasPlaceholder(value: unknown): boolean {
  if (typeof value === 'string') return value.match(PLACEHOLDER) !== null
  return typeof value === 'object' && value !== null && Object.values(value).some(hasPlaceholder)
}

/** Meta wants these as numbers, and a CSV has only texts. */
const NUMBERS = new Set(['expiration_time_ms', 'amount_1000', 'ttl_minutes'])

type Piece = string | { name: string; fallback: string | undefined }

function compileText(text: string, key: string | undefined, wanted: Map<string, boolean>): Fill {
  const pieces = piecesOf(text)
  for (const piece of pieces) {
    if (typeof piece === 'string') continue
    const required = piece.fallback === undefined
    wanted.set(piece.name, required || wanted.get(piece.name) === true)
  }
  const [only] = pieces
  if (only === undefined || (pieces.length === 1 && typeof only === 'string')) return () => text
  if (pieces.length === 1 && typeof only === 'object') {
    const numeric = key !== undefined && NUMBERS.has(key)
    return (variables, missing) => whole(valueFor(only, variables, missing), numeric)
  }
  return (variables, missing) => {
    let filled = ''
    for (const piece of pieces)
      filled += typeof piece === 'string' ? piece : asText(valueFor(piece, variables, missing))
    return filled
  }
}

function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = []
  let end = 0
  for (const match of text.matchAll(PLACEHOLDER)) {
    if (match.index > end) pieces.push(text.slice(end, match.index))
    pieces.push({ name: match[1] as string, fallback: match[2]?.trim() })
    end = match.index + match[0].length
  }
  if (end < text.length) pieces.push(text.slice(end))
  return pieces
}

function valueFor(
  { name, fallback }: { name: string; fallback: string | undefined },
  variables: Variables,
  missing: Set<string>,
): unknown {
  const value = findValue(variables, name)
  if (value !== undefined) return value
  if (fallback === undefined) missing.add(name)
  return fallback ?? ''
}

/** A placeholder that stands alone may bring a whole object (a location, the data of a Flow). */
function whole(value: unknown, numeric: boolean): unknown {
  if (typeof value === 'object') return value
  const text = asText(value)
  return numeric && /^\d{1,16}$/.test(text) ? Number(text) : text
}

function asText(value: unknown): string {
  if (typeof value === 'string') return value
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
