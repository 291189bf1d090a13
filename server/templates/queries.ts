// The SQL that finds templates, and that applies what webhooks tell of them.

import type { Queryable } from '../db/pool.ts'
import { sql } from '../db/sql.ts'
import type { ChangedRow, TemplateRow } from './schema.ts'

export const CHANNEL = 'carom_templates'

/** Tells every process, once this is committed, that what they remember of the account's templates is old. */
export async function announce(db: Queryable, account_id: string): Promise<void> {
  await db.query(sql`select pg_notify(${CHANNEL}, ${account_id})`)
}

const shown = sql`
  select t.*, coalesce(s.synced_at, t.updated_at) as synced_at
  from templates t left join template_syncs s using (account_id)`

export type Filters = {
  waba_id?: string
  name?: string
  status?: string
  category?: string
  language?: string
  q?: string
}

/** Those that vanished at Meta only where their status, DELETED, is asked for. */
export function listTemplates(
  db: Queryable,
  tenant_id: string,
  filters: Filters,
  page: { after: string | undefined; rows: number },
): Promise<TemplateRow[]> {
  const vanished = filters.status?.toUpperCase() === 'DELETED'
  const conditions = [
    sql`t.tenant_id = ${tenant_id}`,
    vanished ? sql`t.removed_at is not null and t.deleted_at is null` : sql`t.removed_at is null`,
  ]
  if (filters.waba_id !== undefined) conditions.push(sql`t.waba_id = ${filters.waba_id}`)
  if (filters.name !== undefined) conditions.push(sql`t.name = ${filters.name}`)
  if (filters.status !== undefined) conditions.push(sql`t.status = upper(${filters.status})`)
  if (filters.category !== undefined) conditions.push(sql`t.category = upper(${filters.category})`)
  if (filters.language !== undefined) conditions.push(sql`t.language = ${filters.language}`)
  if (filters.q !== undefined) {
    conditions.push(sql`(strpos(t.name, lower(${filters.q})) > 0
      or exists (select from jsonb_path_query(t.components, '$.**.text') as x where strpos(lower(x #>> '{}'), lower(${filters.q})) > 0))`)
  }
  if (page.after !== undefined) conditions.push(sql`t.id < ${page.after}::uuid`)
  return db.query(sql`${shown} where ${sql.join(conditions, ' and ')} order by t.id desc limit ${page.rows}`)
}

export function templateById(db: Queryable, tenant_id: string, id: string): Promise<TemplateRow | undefined> {
  return db.one(sql`${shown} where t.tenant_id = ${tenant_id} and t.id = ${id} and t.deleted_at is null`)
}

/** Every language of a name, also those that are gone: `removed_at` tells. */
export function templatesNamed(db: Queryable, account_id: string, name: string): Promise<TemplateRow[]> {
  return db.query(sql`${shown} where t.account_id = ${account_id} and t.name = ${name} order by t.language`)
}

/** How a webhook names a template. The id is Meta's; null where it came as a number too large to be read exactly. */
export type Named = { waba_id: string; meta_template_id: string | null; name: string; language: string }

export type Patch = {
  status?: string
  category?: string
  previous_category?: string
  correct_category?: string | null
  quality_score?: string
  rejected_reason?: string | null
  components?: unknown
  status_info?: unknown
  removed?: boolean
}

export function templateOfEvent(db: Queryable, named: Named): Promise<TemplateRow | undefined> {
  const is_it =
    named.meta_template_id === null
      ? sql`t.name = ${named.name} and t.language = ${named.language}`
      : sql`t.meta_template_id = ${named.meta_template_id}`
  return db.one(sql`
    ${shown} join accounts a on a.id = t.account_id
    where a.held and a.waba_id = ${named.waba_id} and t.removed_at is null and ${is_it}
    limit 1 for update of t`)
}

/** Applies an event unless a newer one of its kind was applied; answers the row, and what it was, where it changed. */
export function patchTemplate(
  db: Queryable,
  id: string,
  event: { kind: string; at_s: number },
  patch: Patch,
  now: Date,
): Promise<ChangedRow | undefined> {
  const json = sql.json(patch)
  return db.one<ChangedRow>(sql`
    with old as (
      select id, to_jsonb(t) as before from templates t
      where id = ${id} and coalesce((seen ->> ${event.kind}::text)::bigint, 0) <= ${Math.trunc(event.at_s)}
      for update
    ), after as (
      update templates t set
        status = coalesce(p ->> 'status', t.status),
        category = coalesce(new_category, t.category),
        previous_category = coalesce(p ->> 'previous_category',
          case when new_category <> t.category then t.category else t.previous_category end),
        category_changed_at = case when new_category <> t.category then ${now} else t.category_changed_at end,
        status_info = case when p ? 'status_info' then nullif(p -> 'status_info', 'null') else t.status_info end,
        correct_category = case when p ? 'correct_category' then p ->> 'correct_category'
          when new_category = t.correct_category then null else t.correct_category end,
        quality_score = coalesce(p ->> 'quality_score', t.quality_score),
        rejected_reason = case when p ? 'rejected_reason' then p ->> 'rejected_reason' else t.rejected_reason end,
        components = coalesce(p -> 'components', t.components),
        removed_at = case when p ? 'removed' then ${now}::timestamptz else t.removed_at end,
        name_locked_until = case when p ? 'removed' and (t.status not in ('PENDING', 'REJECTED') or t.edits <> '{}')
          then ${now}::timestamptz + interval '30 days' else t.name_locked_until end,
        seen = t.seen || jsonb_build_object(${event.kind}::text, ${Math.trunc(event.at_s)}::bigint)
          || case when new_category is null then '{}'
            else jsonb_build_object('category', ${Math.trunc(event.at_s)}::bigint) end,
        updated_at = ${now}
      from old, (select ${json}::jsonb as p) as patch, lateral (
        -- A status tells the category too: of the time when it was sent.
        select case when coalesce((old.before #>> '{seen,category}')::bigint, 0) <= ${Math.trunc(event.at_s)}
          then p ->> 'category' end as new_category) as told
      where t.id = old.id
      returning t.*, old.before
    )
    select after.*, coalesce(s.synced_at, after.updated_at) as synced_at
    from after left join template_syncs s using (account_id)
    where to_jsonb(after) - 'before' - 'seen' - 'updated_at' <> before - 'seen' - 'updated_at'`)
}
