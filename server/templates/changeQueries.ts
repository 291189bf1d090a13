// The SQL of templates that are created, edited and deleted here.

import type { Queryable } from '../db/pool.ts'
import { sql } from '../db/sql.ts'
import type { TemplateRow } from './schema.ts'

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

/** A name that was deleted comes back as the same row. What a webhook or a sync told of it meanwhile stays. */
export async function insertTemplate(
  db: Queryable,
  account: { id: string; tenant_id: string; waba_id: string },
  row: NewRow,
  idempotency_id: string | undefined,
  now: Date,
): Promise<string> {
  const known = sql`t.removed_at is null and t.meta_template_id = excluded.meta_template_id`
  const changed_at = row.previous_category === null ? null : now
  const stored = await db.one<{ id: string }>(sql`
    insert into templates as t (id, tenant_id, account_id, waba_id, meta_template_id, name, language, category, status,
      parameter_format, components, previous_category, category_changed_at, message_send_ttl_seconds, idempotency_id,
      created_at, updated_at)
    values (${row.id}, ${account.tenant_id}, ${account.id}, ${account.waba_id}, ${row.meta_template_id}, ${row.name},
      ${row.language}, ${row.category}, ${row.status}, ${row.parameter_format}, ${sql.json(row.components)}::jsonb,
      ${row.previous_category}, ${changed_at}, ${row.message_send_ttl_seconds}, ${idempotency_id ?? null}, ${now}, ${now})
    on conflict (account_id, name, language) do update set
      meta_template_id = excluded.meta_template_id,
      category = case when ${known} then t.category else excluded.category end,
      status = case when ${known} then t.status else excluded.status end,
      parameter_format = excluded.parameter_format, components = excluded.components, quality_score = null,
      rejected_reason = case when ${known} then t.rejected_reason end,
      status_info = case when ${known} then t.status_info end,
      previous_category = excluded.previous_category, category_changed_at = excluded.category_changed_at,
      correct_category = null, message_send_ttl_seconds = excluded.message_send_ttl_seconds,
      idempotency_id = excluded.idempotency_id, edits = '{}', name_locked_until = null, removed_at = null,
      seen = case when ${known} then t.seen else '{}' end,
      created_at = case when ${known} then t.created_at else excluded.created_at end, updated_at = excluded.updated_at
    returning id`)
  return stored?.id ?? row.id
}

/** What stands in the way of a new template: the same name and language, there or deleted not long ago. */
export function rowOfName(
  db: Queryable,
  account_id: string,
  name: string,
  language: string,
): Promise<(TemplateRow & { removed_at: Date | null }) | undefined> {
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
): Promise<{ id: string; removed: boolean } | undefined> {
  return db.one(sql`
    select id, removed_at is not null as removed from templates
    where tenant_id = ${tenant_id} and idempotency_id = ${idempotency_id} limit 1`)
}

export type Edit = {
  category?: string
  components?: unknown[]
  message_send_ttl_seconds?: number
  /** It goes into review again. */
  reviewed: boolean
  /** It was approved, so Meta counts the edit. */
  counted: boolean
}

export async function storeEdit(
  db: Queryable,
  id: string,
  edit: Edit,
  idempotency_id: string | undefined,
  now: Date,
): Promise<void> {
  await db.query(sql`
    update templates set
      category = coalesce(${edit.category ?? null}, category),
      components = coalesce(${sql.json(edit.components)}::jsonb, components),
      message_send_ttl_seconds = coalesce(${edit.message_send_ttl_seconds ?? null}, message_send_ttl_seconds),
      status = case when ${edit.reviewed} then 'PENDING' else status end,
      rejected_reason = case when ${edit.reviewed} then null else rejected_reason end,
      status_info = case when ${edit.reviewed} then null else status_info end,
      edits = case when ${edit.counted} then edits[greatest(1, cardinality(edits) - 18):] || ${now}::timestamptz else edits end,
      idempotency_id = ${idempotency_id ?? null}, updated_at = ${now}
    where id = ${id}`)
}

/** Kept as rows, because messages tell which template they were. */
export async function markRemoved(
  db: Queryable,
  ids: string[],
  idempotency_id: string | undefined,
  now: Date,
): Promise<void> {
  await db.query(sql`
    update templates set
      name_locked_until = case when status not in ('PENDING', 'REJECTED') or edits <> '{}'
        then ${now}::timestamptz + interval '30 days' end,
      status = 'DELETED', removed_at = ${now}, idempotency_id = ${idempotency_id ?? null}, updated_at = ${now}
    where id = any(${ids}::uuid[]) and removed_at is null`)
}
