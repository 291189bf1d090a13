// SQL for templates by Meta's names.

import type { Queryable } from '../db/pool.ts'
import { sql } from '../db/sql.ts'
import type { TemplateRow } from './schema.ts'

export function rowByMetaId(
  db: Queryable,
  tenant_id: string,
  meta_template_id: string,
): Promise<TemplateRow | undefined> {
  return db.one(sql`
    select t.* from templates t join accounts a on a.id = t.account_id
    where t.tenant_id = ${tenant_id} and t.meta_template_id = ${meta_template_id} and t.removed_at is null and a.held
    limit 1`)
}

export function rowsByName(
  db: Queryable,
  tenant_id: string,
  waba_id: string,
  name: string,
): Promise<TemplateRow[]> {
  return db.query(sql`
    select * from templates
    where tenant_id = ${tenant_id} and waba_id = ${waba_id} and name = ${name} and removed_at is null
    order by language`)
}
