// JSON that will be written again as it was read: Meta prints ids of templates as numbers, and those beyond 2^53 would be
// others afterwards.

const LONG_NUMBER = /[:[,]\s*-?\d{16}/

export function parseExact(text: string): unknown {
  if (!LONG_NUMBER.test(text)) return JSON.parse(text)
  try {
    return JSON.parse(text, keepSource as Reviver)
  } catch (error) {
    // Nested deeper than a reviver can follow: nothing of Meta's making.
    if (error instanceof RangeError) return JSON.parse(text)
    throw error
  }
}

/** Node 24 tells a reviver how a value was written, and has texts that are printed as they are; TypeScript's types do not yet. */
function keepSource(_key: string, value: unknown, { source }: { source?: string }): unknown {
  return typeof value === 'number' && source !== undefined ? raw.rawJSON(source) : value
}

type Reviver = (key: string, value: unknown) => unknown
const raw = JSON as typeof JSON & { rawJSON(source: string): unknown }
