/**
 * Seals secrets anew, in small steps, while everybody goes on reading and writing them: a row that somebody has changed
 * meanwhile is left for the next round.
 */
import pg from 'pg'
import type { Database } from './pool.ts'

/** A column of sealed texts. `context` is what its values are bound to. */
export type SealedColumn = { table: string; column: string; context(id: string): string }

type Seals = { open(sealed: string, context: string): string; seal(plain: string, context: string): string }

type Found = { id: string; sealed: string }

const STEP = 200
const LEAST_ID = '00000000-0000-0000-0000-000000000000'

/** Answers how many were sealed anew. Values that begin with `mark` are sealed with the newest key already. */
export async function reseal(
  { pool }: Pick<Database, 'pool'>,
  { table, column, context }: SealedColumn,
  seals: Seals,
  mark: string,
): Promise<number> {
  const [from, sealed] = [pg.escapeIdentifier(table), pg.escapeIdentifier(column)]
  const next = `select id, ${sealed} as sealed from ${from}
    where id > $1 and ${sealed} is not null and not starts_with(${sealed}, $2) order by id limit ${STEP}`
  const write = `update ${from} t set ${sealed} = i.after
    from json_to_recordset($1::json) as i(id uuid, before text, after text)
    where t.id = i.id and t.${sealed} = i.before`
  let done = 0
  let after = LEAST_ID
  for (;;) {
    const { rows } = await pool.query<Found>(next, [after, mark])
    if (rows.length === 0) return done
    const fresh = rows.map(({ id, sealed: before }) => {
      const bound = context(id)
      return { id, before, after: seals.seal(seals.open(before, bound), bound) }
    })
    const written = await pool.query(write, [JSON.stringify(fresh)])
    done += written.rowCount ?? 0
    after = rows.at(-1)?.id ?? after
  }
}
