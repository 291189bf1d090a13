// Prints a TypeBox schema as the JSON Schema 2020-12 that OpenAPI 3.1 speaks. TypeBox is JSON Schema already, so
// nothing is translated: schemas with an `$id` become components, and a few spellings are made kinder to readers.

export type Json = { [name: string]: unknown }

/** The shared schemas met so far, by their `$id`. */
export type Components = Map<string, Json>

export function printSchema(schema: unknown, components: Components): Json {
  if (schema === true) return {}
  if (schema === false) return { not: {} }
  const source = schema as Json
  if (typeof source.$id === 'string') return printShared(source.$id, source, components)
  return printBare(source, components)
}

/** Keywords whose value is a schema, a list of schemas, or schemas by name. Everything else is copied as data. */
const SCHEMA = new Set(['items', 'contains', 'not', 'if', 'then', 'else', 'propertyNames'])
const SCHEMA_OR_FLAG = new Set(['additionalProperties', 'unevaluatedProperties', 'unevaluatedItems'])
const SCHEMA_LIST = new Set(['anyOf', 'oneOf', 'allOf', 'prefixItems'])
const SCHEMA_MAP = new Set(['properties', 'patternProperties', 'dependentSchemas'])

/** What is said otherwise here, and what is meant for this program alone. */
const OURS = new Set(['additionalItems', 'errorMessage'])

function printShared(id: string, source: Json, components: Components): Json {
  const name = componentName(id)
  const known = components.get(name)
  if (known === undefined) components.set(name, {}) // a placeholder, so that a schema may contain itself
  const { $id: _, ...bare } = source
  const printed = printBare(bare, components)
  if (
    known !== undefined &&
    Object.keys(known).length > 0 &&
    JSON.stringify(known) !== JSON.stringify(printed)
  ) {
    throw new Error(`Two different schemas have the $id ${id}; give one of them another name.`)
  }
  if (known === undefined) components.set(name, printed)
  return { $ref: `#/components/schemas/${name}` }
}

function printBare(source: Json, components: Components): Json {
  const printed: Json = {}
  for (const [keyword, value] of Object.entries(source)) {
    if (keyword === '$defs') hoist(value as Json, components)
    else if (keyword === '$ref') printed.$ref = referenceTo(String(value))
    else if (keyword === 'items' && Array.isArray(value)) {
      printed.prefixItems = value.map(item => printSchema(item, components))
      printed.items = false
    } else if (!OURS.has(keyword)) printed[keyword] = printKeyword(keyword, value, components)
  }
  return readable(printed)
}

function printKeyword(keyword: string, value: unknown, components: Components): unknown {
  if (SCHEMA_OR_FLAG.has(keyword) && typeof value === 'boolean') return value
  if (SCHEMA.has(keyword) || SCHEMA_OR_FLAG.has(keyword)) return printSchema(value, components)
  if (SCHEMA_LIST.has(keyword)) return (value as unknown[]).map(item => printSchema(item, components))
  if (!SCHEMA_MAP.has(keyword)) return value
  const entries = Object.entries(value as Json).map(([name, item]) => [name, printSchema(item, components)])
  return Object.fromEntries(entries)
}

function hoist(definitions: Json, components: Components): void {
  for (const [name, schema] of Object.entries(definitions)) {
    const { $id: _, ...bare } = schema as Json
    printShared(name, bare, components)
  }
}

/** A union of literals reads better as an enum, and "a string or null" as a type list; both mean the same. */
function readable(schema: Json): Json {
  if (!Array.isArray(schema.anyOf)) return schema
  const { anyOf, ...rest } = schema as { anyOf: Json[] } & Json
  const literals = anyOf.filter(option => 'const' in option || option.type === 'null')
  if (literals.length === anyOf.length && anyOf.some(option => 'const' in option)) {
    const values = anyOf.map(option => ('const' in option ? option.const : null))
    const types = [...new Set(values.map(typeOf))]
    return { ...rest, type: types.length === 1 ? types[0] : types, enum: values }
  }
  const [first, second, ...more] = anyOf
  if (more.length > 0 || first === undefined || second?.type !== 'null') return schema
  if (typeof first.type !== 'string' || 'const' in first) return schema
  const list = Array.isArray(first.enum) ? { enum: [...first.enum, null] } : {}
  return { ...first, ...rest, type: [first.type, 'null'], ...list }
}

function typeOf(value: unknown): string {
  return value === null ? 'null' : typeof value
}

function referenceTo(ref: string): string {
  return ref.startsWith('#/components/') ? ref : `#/components/schemas/${componentName(ref)}`
}

/** OpenAPI allows letters, digits, dots, dashes and underscores in the name of a component. */
function componentName(id: string): string {
  return id.replace(/^.*[/#]/, '').replace(/[^A-Za-z0-9._-]/g, '_')
}
