/**
 * SQL as SQL: a tagged template whose values become parameters. There is deliberately no way to put raw text in.
 *
 *   sql`select id from messages where tenant_id = ${tenant} and id = any(${ids}::uuid[])`
 *   sql.named('messages.open')`select … `      prepared once per connection: for hot statements
 *   sql.join(conditions, ' and ')  sql.empty   fragments nest: sql`select … where ${condition}`
 *   sql`… ${sql.json(body)}::jsonb, ${bodies.map(sql.json)}::jsonb[] …`
 */
import { createHash } from 'node:crypto'
import build, { empty, join, type Sql } from 'sql-template-tag'

export type Statement = Sql & { name?: string }

export function sql(strings: TemplateStringsArray, ...values: unknown[]): Statement {
  return build(strings, ...values)
}

sql.named = named
sql.json = json
sql.join = join
sql.empty = empty

function named(name: string) {
  if (!/^[a-z][a-zA-Z0-9_.]{0,50}$/.test(name)) {
    throw new Error(
      `"${name}" cannot name a statement: use room.verb in letters, digits, dots and underscores, at most 51 of them.`,
    )
  }
  return (strings: TemplateStringsArray, ...values: unknown[]): Statement => {
    const statement: Statement = build(strings, ...values)
    const prepared = preparedName(name, statement.text)
    if (prepared !== undefined) statement.name = prepared
    return statement
  }
}

/**
 * JSON for a json or jsonb parameter. `json(null)` is JSON's null, `json(undefined)` is SQL's. PostgreSQL's jsonb
 * refuses the character U+0000; what may contain it belongs into a bytea or json column.
 */
function json(value: unknown): string | null {
  return JSON.stringify(value) ?? null
}

const MAX_TEXTS = 32
const names = new Map<string, Map<string, string>>()

/**
 * A prepared name must stand for one text, so it carries a hash of it. A statement that was built in more than
 * MAX_TEXTS ways would fill every connection with plans nobody uses again: from there on it goes unprepared.
 */
function preparedName(name: string, text: string): string | undefined {
  const texts = names.get(name) ?? new Map<string, string>()
  names.set(name, texts)
  const known = texts.get(text)
  if (known || texts.size >= MAX_TEXTS) return known
  const fresh = `${name}_${createHash('sha256').update(text).digest('hex').slice(0, 10)}`
  texts.set(text, fresh)
  return fresh
}
