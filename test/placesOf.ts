// Where in a database some words stand, whatever the table.

import type pg from 'pg'

type Column = { table_name: string; column_name: string; data_type: string }

/** Every column of every table that holds one of the words, as `table.column: word`. */
export async function placesOf(pool: Pick<pg.Pool, 'query'>, words: string[]): Promise<string[]> {
  const columns = await pool.query<Column>(
    `select c.table_name, c.column_name, c.data_type from information_schema.columns c
     join information_schema.tables t using (table_schema, table_name)
     where table_schema = 'public' and t.table_type = 'BASE TABLE'
       and data_type in ('text', 'jsonb', 'json', 'bytea', 'ARRAY', 'character varying')`,
  )
  const found: string[] = []
  for (const { table_name, column_name, data_type } of columns.rows) {
    // Bytes that are no JSON are hashes.
    const value =
      data_type === 'bytea'
        ? `convert_from(case when position('\\x7b'::bytea in ${column_name}) = 1 then ${column_name} end, 'UTF8')`
        : column_name
    const hit = await pool.query<{ word: string }>(
      `select word from unnest($1::text[]) as w(word)
       where exists (select from "${table_name}" where position(word in (${value})::text) > 0)`,
      [words],
    )
    found.push(...hit.rows.map(({ word }) => `${table_name}.${column_name}: ${word}`))
  }
  return found
}
