// SQL of the audit log.

import type { Queryable } from '../db/pool.ts'
import { sql } from '../db/sql.ts'
import type { Audited } from '../http/door.ts'

export type AuditRow = Audited & { id: string; at: Date; key_name: string | null; key_prefix: string | null }

export async function insertAudit(db: Queryable, row: Audited & { id: string; at: Date }): Promise<void> {
  await db.query(sql.named('audit.insert')`
    insert into audit (id, tenant_id, key_id, action, subject, fields, status, request_id, at)
    values (${row.id}, ${row.tenant_id}, ${row.key_id}, ${row.action}, ${row.subject}, ${row.fields}::text[], ${row.status},
      ${row.request_id}, ${row.at})`)
}

export type Filters = { key_id?: string; action?: string; from?: Date; to?: Date }

export function listAudit(
  db: Queryable,
  tenant_id: string,
  { key_id, action, from, to }: Filters,
  page: { after: string | undefined; rows: number },
): Promise<AuditRow[]> {
  const conditions = [
    sql`a.tenant_id = ${tenant_id}`,
    ...(page.after === undefined ? [] : [sql`a.id < ${page.after}`]),
    ...(key_id === undefined ? [] : [sql`a.key_id = ${key_id}`]),
    ...(action === undefined ? [] : [sql`a.action ilike ${`%${action.replace(/[\\%_]/g, '\\$&')}%`}`]),
    ...(from === undefined ? [] : [sql`a.at >= ${from}`]),
    ...(to === undefined ? [] : [sql`a.at < ${to}`]),
  ]
  return db.query<AuditRow>(sql`
    select a.*, k.name as key_name, k.prefix as key_prefix from audit a left join api_keys k on k.id = a.key_id
    where ${sql.join(conditions, ' and ')} order by a.id desc limit ${page.rows}`)
}
