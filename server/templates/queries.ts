// Every SQL statement of templates.

import type { Queryable } from '../db/pool.ts'
import { sql } from '../db/sql.ts'
import type { TemplateInfo } from '../meta/templates.ts'
import type { TemplateRow } from './schema.ts'

export const CHANNEL = 'carom_templates'

/** Tells every process, once this is committed, that what they remember of the account's templates is old. */
export async function announce(db: Queryable, account_id: string): Promise<void> {
  await db.query(sql`select pg_notify(${CHANNEL}, ${account_id})`)
}

export type Stored = { created: boolean }

/** Writes those that are new or differ; answers what it wrote. In order of the key, so that two pulls never deadlock. */
export function upsertTemplates(
  db: Queryable,
  account: { id: string; tenant_id: string; waba_id: string },
  templates: (TemplateInfo & { id: string })[],
  now: Date,
  /** When they were asked for: what a webhook changed since then is newer. */
  asked?: Date,
): Promise<Stored[]> {
  return db.query<Stored>(sql`
    insert into templates as t (id, tenant_id, account_id, waba_id, meta_template_id, name, language, category, status,
      parameter_format, components, quality_score, rejected_reason, previous_category, correct_category,
      message_send_ttl_seconds, created_at, updated_at)
    select id, ${account.tenant_id}::uuid, ${account.id}::uuid, ${account.waba_id}, meta_template_id, name, language,
      category, status, parameter_format, components, quality_score, rejected_reason, previous_category,
      correct_category, message_send_ttl_seconds, ${now}::timestamptz, ${now}::timestamptz
    from jsonb_to_recordset(${sql.json(templates)}::jsonb) as n(id uuid, meta_template_id text, name text, language text,
      category text, status text, parameter_format text, components jsonb, quality_score text, rejected_reason text,
      previous_category text, correct_category text, message_send_ttl_seconds int)
    order by name, language
    on conflict (account_id, name, language) do update set
      meta_template_id = excluded.meta_template_id, category = excluded.category, status = excluded.status,
      parameter_format = excluded.parameter_format, components = excluded.components,
      quality_score = excluded.quality_score, rejected_reason = excluded.rejected_reason,
      previous_category = coalesce(excluded.previous_category,
        case when t.category <> excluded.category then t.category else t.previous_category end),
      category_changed_at = case when t.category <> excluded.category then excluded.updated_at else t.category_changed_at end,
      status_info = case when t.status <> excluded.status then null else t.status_info end,
      correct_category = excluded.correct_category, message_send_ttl_seconds = excluded.message_send_ttl_seconds,
      updated_at = excluded.updated_at, removed_at = null, name_locked_until = null
    where (${asked ?? null}::timestamptz is null or t.updated_at not between ${asked ?? null} and ${now}) and
      (t.removed_at is not null or (t.meta_template_id, t.category, t.status, t.parameter_format, t.components,
      t.quality_score, t.rejected_reason, t.previous_category, t.correct_category, t.message_send_ttl_seconds)
      is distinct from (excluded.meta_template_id, excluded.category, excluded.status, excluded.parameter_format,
      excluded.components, excluded.quality_score, excluded.rejected_reason,
      coalesce(excluded.previous_category, t.previous_category), excluded.correct_category,
      excluded.message_send_ttl_seconds))
    returning (xmax = 0) as created`)
}

/** Those that Meta no longer lists, unless they changed while the list was read. Answers how many. */
export async function markVanished(
  db: Queryable,
  account_id: string,
  listed: { names: string[]; languages: string[] },
  began: Date,
  now: Date,
): Promise<number> {
  const rows = await db.query(sql`
    update templates t set removed_at = ${now}, updated_at = ${now}, status = 'DELETED'
    where account_id = ${account_id} and removed_at is null and updated_at < ${began}
      and not exists (
        select from unnest(${listed.names}::text[], ${listed.languages}::text[]) as l(name, language)
        where l.name = t.name and l.language = t.language)
    returning id`)
  return rows.length
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

export function listTemplates(
  db: Queryable,
  tenant_id: string,
  filters: Filters,
  page: { after: string | undefined; rows: number },
): Promise<TemplateRow[]> {
  const conditions = [sql`t.tenant_id = ${tenant_id}`, sql`t.removed_at is null`]
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
  return db.one(sql`${shown} where t.tenant_id = ${tenant_id} and t.id = ${id} and t.removed_at is null`)
}

/** Every language of a name. */
export function templatesNamed(db: Queryable, account_id: string, name: string): Promise<TemplateRow[]> {
  return db.query(sql`
    ${shown} where t.account_id = ${account_id} and t.name = ${name} and t.removed_at is null order by t.language`)
}

/** How a webhook names a template. The id is Meta's; a name with its language stands in where we know another id. */
export type Named = { waba_id: string; meta_template_id: string; name: string; language: string }

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
  return db.one(sql`
    ${shown} join accounts a on a.id = t.account_id
    where a.held and a.waba_id = ${named.waba_id} and t.removed_at is null
      and (t.meta_template_id = ${named.meta_template_id} or (t.name = ${named.name} and t.language = ${named.language}))
    order by t.meta_template_id = ${named.meta_template_id} desc limit 1 for update of t`)
}

/**
 * Applies an event unless a newer one of its kind was applied; answers the row where it changed. A status tells the category
 * too: that part of it counts unless something newer was told of the category.
 */
export function patchTemplate(
  db: Queryable,
  id: string,
  event: { kind: string; at_s: number },
  patch: Patch,
  now: Date,
): Promise<TemplateRow | undefined> {
  const json = sql.json(patch)
  return db.one<TemplateRow>(sql`
    with before as (
      select id, to_jsonb(t) - 'seen' - 'updated_at' as doc,
        case when coalesce((seen ->> 'category')::bigint, 0) <= ${Math.trunc(event.at_s)} then ${json}::jsonb
          else ${json}::jsonb - 'category' end as p
      from templates t
      where id = ${id} and coalesce((seen ->> ${event.kind}::text)::bigint, 0) <= ${Math.trunc(event.at_s)}
      for update
    ), after as (
      update templates t set
        status = coalesce(p ->> 'status', t.status),
        category = coalesce(p ->> 'category', t.category),
        previous_category = coalesce(p ->> 'previous_category',
          case when p ->> 'category' <> t.category then t.category else t.previous_category end),
        category_changed_at = case when p ->> 'category' <> t.category then ${now} else t.category_changed_at end,
        status_info = case when p ? 'status_info' then nullif(p -> 'status_info', 'null') else t.status_info end,
        correct_category = case when p ? 'correct_category' then p ->> 'correct_category' else t.correct_category end,
        quality_score = coalesce(p ->> 'quality_score', t.quality_score),
        rejected_reason = case when p ? 'rejected_reason' then p ->> 'rejected_reason' else t.rejected_reason end,
        components = coalesce(p -> 'components', t.components),
        removed_at = case when p ? 'removed' then ${now}::timestamptz else t.removed_at end,
        name_locked_until = case when p ? 'removed' and (t.status not in ('PENDING', 'REJECTED') or t.edits <> '{}')
          then ${now}::timestamptz + interval '30 days' else t.name_locked_until end,
        seen = t.seen || jsonb_build_object(${event.kind}::text, ${Math.trunc(event.at_s)}::bigint)
          || case when p ? 'category' then jsonb_build_object('category', ${Math.trunc(event.at_s)}::bigint) else '{}' end,
        updated_at = ${now}
      from before
      where t.id = before.id
      returning t.*, to_jsonb(t) - 'seen' - 'updated_at' <> before.doc as changed
    )
    select after.*, coalesce(s.synced_at, after.updated_at) as synced_at
    from after left join template_syncs s using (account_id) where changed`)
}
