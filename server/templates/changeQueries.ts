// The SQL of templates that are created, edited and deleted here.

import type { Queryable } from '../db/pool.ts'
import { sql } from '../db/sql.ts'
import type { ChangedRow, TemplateRow } from './schema.ts'

export type NewRow = {
  id: string
  meta_template_id: string
  name: string
  language: string
  category: string
  previous_category: string | null
  status: string
  parameter_format: string
  components: unknown[]
  message_send_ttl_seconds: number | null
}

/** A name that was deleted takes the old row's place, under a new id. What a webhook or a sync told of it meanwhile stays. */
export function insertTemplate(
  db: Queryable,
  account: { id: string; tenant_id: string; waba_id: string },
  row: NewRow,
  idempotency_id: string | undefined,
  now: Date,
): Promise<ChangedRow[]> {
  const known = sql`t.removed_at is null and t.meta_template_id = excluded.meta_template_id`
  const changed_at = row.previous_category === null ? null : now
  return db.query<ChangedRow>(sql`
    with old as (
      select to_jsonb(t) as before from templates t
      where account_id = ${account.id} and name = ${row.name} and language = ${row.language} and removed_at is null
      for update
    ), stored as (
      insert into templates as t (id, tenant_id, account_id, waba_id, meta_template_id, name, language, category, status,
        parameter_format, components, previous_category, category_changed_at, message_send_ttl_seconds, idempotency_id,
        created_at, updated_at)
      values (${row.id}, ${account.tenant_id}, ${account.id}, ${account.waba_id}, ${row.meta_template_id}, ${row.name},
        ${row.language}, ${row.category}, ${row.status}, ${row.parameter_format}, ${sql.json(row.components)}::jsonb,
        ${row.previous_category}, ${changed_at}, ${row.message_send_ttl_seconds}, ${idempotency_id ?? null}, ${now}, ${now})
      on conflict (account_id, name, language) do update set
        id = case when ${known} then t.id else excluded.id end,
        meta_template_id = excluded.meta_template_id,
        category = case when ${known} then t.category else excluded.category end,
        status = case when ${known} then t.status else excluded.status end,
        parameter_format = excluded.parameter_format, components = excluded.components, quality_score = null,
        rejected_reason = case when ${known} then t.rejected_reason end,
        status_info = case when ${known} then t.status_info end,
        previous_category = case when ${known} then coalesce(excluded.previous_category, t.previous_category)
          else excluded.previous_category end,
        category_changed_at = case when ${known} then coalesce(excluded.category_changed_at, t.category_changed_at)
          else excluded.category_changed_at end,
        correct_category = null, message_send_ttl_seconds = excluded.message_send_ttl_seconds,
        idempotency_id = excluded.idempotency_id, edits = '{}', name_locked_until = null, removed_at = null,
        deleted_at = null, seen = case when ${known} then t.seen else '{}' end,
        created_at = case when ${known} then t.created_at else excluded.created_at end, updated_at = excluded.updated_at
      returning t.*
    )
    select stored.*, old.before, coalesce(s.synced_at, stored.updated_at) as synced_at
    from stored left join old on true left join template_syncs s using (account_id)`)
}

/** What stands in the way of a new template: the same name and language, there or deleted not long ago. */
export function rowOfName(
  db: Queryable,
  account_id: string,
  name: string,
  language: string,
): Promise<TemplateRow | undefined> {
  return db.one(sql`
    select * from templates where account_id = ${account_id} and name = ${name} and language = ${language}`)
}

/** Another template with the same body and footer, which Meta may refuse. */
export function twinOf(
  db: Queryable,
  account_id: string,
  draft: { name: string; language: string; body: string; footer: string },
): Promise<{ name: string } | undefined> {
  const textOf = (type: string) =>
    sql`jsonb_path_query_first(components, '$[*] ? (@.type == $type).text', jsonb_build_object('type', ${type}::text)) #>> '{}'`
  return db.one(sql`
    select name from templates
    where account_id = ${account_id} and removed_at is null and name <> ${draft.name} and language = ${draft.language}
      and ${textOf('BODY')} = ${draft.body} and coalesce(${textOf('FOOTER')}, '') = ${draft.footer}
    limit 1`)
}

export function rowOfKey(
  db: Queryable,
  tenant_id: string,
  idempotency_id: string,
): Promise<{ id: string; deleted: boolean } | undefined> {
  return db.one(sql`
    select id, deleted_at is not null as deleted from templates
    where tenant_id = ${tenant_id} and idempotency_id = ${idempotency_id} limit 1`)
}

/** A call that was cut off turned out to be done: its key belongs to this row. */
export async function keepKey(db: Queryable, id: string, idempotency_id: string): Promise<void> {
  await db.query(sql`update templates set idempotency_id = ${idempotency_id} where id = ${id}`)
}

export type Edit = {
  category?: string
  components?: unknown[]
  message_send_ttl_seconds?: number
  /** What Meta says of it now, where it is reviewed again. */
  status?: string
  /** It was approved, so Meta counts the edit. */
  counted: boolean
  /** The row as it was when Meta was asked: a status that a webhook told since then is newer. */
  was: Pick<TemplateRow, 'status' | 'seen'>
}

/** A webhook of the time before, should it come again, must not take the new review's place: `seen` moves on. */
export function storeEdit(
  db: Queryable,
  id: string,
  edit: Edit,
  idempotency_id: string | undefined,
  now: Date,
): Promise<ChangedRow[]> {
  const category = edit.category ?? null
  const { status, seen } = edit.was
  const reviewed = sql`${edit.status ?? null}::text is not null and t.status = ${status}
    and (seen ->> 'status')::bigint is not distinct from ${seen.status ?? null}::bigint`
  return db.query<ChangedRow>(sql`
    with old as (select id, to_jsonb(t) as before from templates t where id = ${id} for update),
    stored as (
      update templates t set
        category = coalesce(${category}, category),
        previous_category = case when ${category} <> category then category else previous_category end,
        category_changed_at = case when ${category} <> category then ${now} else category_changed_at end,
        components = coalesce(${sql.json(edit.components)}::jsonb, components),
        message_send_ttl_seconds = coalesce(${edit.message_send_ttl_seconds ?? null}, message_send_ttl_seconds),
        status = case when ${reviewed} then ${edit.status ?? null} else status end,
        rejected_reason = case when ${reviewed} then null else rejected_reason end,
        status_info = case when ${reviewed} then null else status_info end,
        seen = case when ${reviewed} and seen ? 'status'
          then seen || jsonb_build_object('status', (seen ->> 'status')::bigint + 1) else seen end,
        edits = case when ${edit.counted} then edits[greatest(1, cardinality(edits) - 18):] || ${now}::timestamptz
          else edits end,
        idempotency_id = ${idempotency_id ?? null}, updated_at = ${now}
      from old where t.id = old.id
      returning t.*, old.before
    )
    select stored.*, coalesce(s.synced_at, stored.updated_at) as synced_at
    from stored left join template_syncs s using (account_id)`)
}

/** Kept as rows, because messages tell which template they were; the API shows them no more. */
export function markRemoved(
  db: Queryable,
  ids: string[],
  idempotency_id: string | undefined,
  now: Date,
): Promise<ChangedRow[]> {
  return db.query<ChangedRow>(sql`
    with old as (
      select id, to_jsonb(t) as before from templates t where id = any(${ids}::uuid[]) and deleted_at is null
      order by name, language for update
    ), gone as (
      update templates t set
        name_locked_until = case when t.removed_at is not null then t.name_locked_until
          when t.status not in ('PENDING', 'REJECTED') or t.edits <> '{}' then ${now}::timestamptz + interval '30 days' end,
        status = 'DELETED', removed_at = coalesce(t.removed_at, ${now}), deleted_at = ${now},
        idempotency_id = ${idempotency_id ?? null}, updated_at = ${now}
      from old where t.id = old.id
      returning t.*, old.before
    )
    select gone.*, coalesce(s.synced_at, gone.updated_at) as synced_at
    from gone left join template_syncs s using (account_id)`)
}
