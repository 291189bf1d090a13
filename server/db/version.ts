/** The one question every start asks the server: is it a PostgreSQL we can work with? */
import type { Queryable } from './pool.ts'
import { sql } from './sql.ts'

export const OLDEST_MAJOR = 15

export async function checkVersion(db: Queryable): Promise<{ version: string }> {
  const row = await db.one<{ number: number; version: string; encoding: string }>(sql`
    select current_setting('server_version_num')::int as number, current_setting('server_version') as version,
      current_setting('server_encoding') as encoding`)
  if (!row) throw new Error('The database did not say which version it is.')
  refuseUnfit(row)
  return { version: row.version }
}

export function refuseUnfit(server: { number: number; version: string; encoding: string }): void {
  if (server.number < OLDEST_MAJOR * 10_000) {
    throw new Error(
      `This server is PostgreSQL ${server.version}, and Carom needs ${OLDEST_MAJOR} or newer. ` +
        'Upgrade it, or leave DATABASE_URL empty to use the PostgreSQL that Carom brings along.',
    )
  }
  if (server.encoding !== 'UTF8') {
    throw new Error(
      `This database stores text as ${server.encoding}, and messages need UTF8. ` +
        "Create it with: create database carom encoding 'UTF8' template template0",
    )
  }
}
