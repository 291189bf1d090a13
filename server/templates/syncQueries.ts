// The SQL of comparing an account with Meta: what is written of a page, what is marked, and when it is done again.

import type { Queryable } from '../db/pool.ts'
import { type Statement, sql } from '../db/sql.ts'
import type { TemplateInfo } from '../meta/templates.ts'
import type { ChangedRow } from './schema.ts'

/** On which processes tell each other that an account should be compared soon. */
export const SYNC_CHANNEL = 'carom_template_syncs'

/** Links to the examples of headers are signed anew at every reading: they are compared by the file that they lead to. */
function comparable(components: Statement): Statement {
  return sql`regexp_replace(${components}::text, '("header_handle": \\["https?://)[^"?]*?([^"/?]+)(\\?[^"]*)?"', '\\1\\2"', 'g')`
}

/**
 * Writes those that are new or differ, and answers them; the others are read and left alone, not even locked. In order of
 * the key, so that two pulls never deadlock. What a webhook changed since `asked` is newer, and stays.
 */
export function upsertTemplates(
  db: Queryable,
  account: { id: string; tenant_id: string; waba_id: string },
  templates: (TemplateInfo & { id: string })[],
  now: Date,
  asked?: Date,
): Promise<ChangedRow[]> {
  return db.query<ChangedRow>(sql`
    with differing as (
      select n.*, to_jsonb(t) as before
      from jsonb_to_recordset(${sql.json(templates)}::jsonb) as n(id uuid, meta_template_id text, name text,
        language text, category text, status text, parameter_format text, components jsonb, quality_score text,
        rejected_reason text, previous_category text, correct_category text, message_send_ttl_seconds int)
      left join templates t on t.account_id = ${account.id} and t.name = n.name and t.language = n.language
      where t.id is null
        or t.removed_at is not null and (t.deleted_at is null or n.status <> 'PENDING_DELETION')
        or t.removed_at is null and (
          (t.meta_template_id, t.category, t.status, t.parameter_format, ${comparable(sql`t.components`)}, t.quality_score,
            t.rejected_reason, t.correct_category, t.message_send_ttl_seconds)
          is distinct from
          (n.meta_template_id, n.category, n.status, n.parameter_format, ${comparable(sql`n.components`)}, n.quality_score,
            n.rejected_reason, n.correct_category, n.message_send_ttl_seconds)
          or n.previous_category <> coalesce(t.previous_category, ''))
    ), written as (
      insert into templates as t (id, tenant_id, account_id, waba_id, meta_template_id, name, language, category, status,
        parameter_format, components, quality_score, rejected_reason, previous_category, correct_category,
        message_send_ttl_seconds, created_at, updated_at)
      select id, ${account.tenant_id}::uuid, ${account.id}::uuid, ${account.waba_id}, meta_template_id, name, language,
        category, status, parameter_format, components, quality_score, rejected_reason, previous_category,
        correct_category, message_send_ttl_seconds, ${now}::timestamptz, ${now}::timestamptz
      from differing order by name, language
      on conflict (account_id, name, language) do update set
        meta_template_id = excluded.meta_template_id, category = excluded.category, status = excluded.status,
        parameter_format = excluded.parameter_format, components = excluded.components,
        quality_score = excluded.quality_score, rejected_reason = excluded.rejected_reason,
        previous_category = coalesce(excluded.previous_category,
          case when t.category <> excluded.category then t.category else t.previous_category end),
        category_changed_at = case when t.category <> excluded.category then excluded.updated_at else t.category_changed_at end,
        status_info = case when t.status <> excluded.status then null else t.status_info end,
        edits = case when t.meta_template_id <> excluded.meta_template_id then '{}' else t.edits end,
        correct_category = excluded.correct_category, message_send_ttl_seconds = excluded.message_send_ttl_seconds,
        updated_at = excluded.updated_at, removed_at = null, deleted_at = null, name_locked_until = null
      where ${asked ?? null}::timestamptz is null or t.updated_at not between ${asked ?? null} and ${now}
      returning t.*, (xmax = 0) as created
    )
    select w.*, d.before, coalesce(s.synced_at, w.updated_at) as synced_at
    from written w join differing d using (name, language) left join template_syncs s using (account_id)`)
}

/** Those that Meta no longer lists, unless they changed while the list was read. They stay, and are shown as DELETED. */
export function markVanished(
  db: Queryable,
  account_id: string,
  listed: { names: string[]; languages: string[] },
  began: Date,
  now: Date,
): Promise<ChangedRow[]> {
  return db.query<ChangedRow>(sql`
    with old as (
      select id, to_jsonb(t) as before from templates t
      where account_id = ${account_id} and removed_at is null and updated_at < ${began}
        and not exists (
          select from unnest(${listed.names}::text[], ${listed.languages}::text[]) as l(name, language)
          where l.name = t.name and l.language = t.language)
      order by name, language for update
    ), gone as (
      update templates t set removed_at = ${now}, updated_at = ${now}, status = 'DELETED' from old where t.id = old.id
      returning t.*, old.before
    )
    select gone.*, coalesce(s.synced_at, gone.updated_at) as synced_at
    from gone left join template_syncs s using (account_id)`)
}
export type DueAccount = {
  id: string
  tenant_id: string
  waba_id: string
  token_sealed: string | null
  /** Until when it is this process's to compare: as text, because a Date has no microseconds. */
  lease: string
}

/** Accounts whose time has come, each for one process. One without a row is one whose onboarding did not end. */
export function claimDue(db: Queryable, limit: number, lease_s: number, now: Date): Promise<DueAccount[]> {
  return db.query(sql`
    with due as (
      select a.id, a.tenant_id, a.waba_id, a.token_sealed
      from accounts a left join template_syncs s on s.account_id = a.id
      where a.held and a.token_sealed is not null and a.status in ('connected', 'restricted')
        and (s.sync_due_at <= now() or (s.account_id is null and a.updated_at < ${now}::timestamptz - interval '10 minutes'))
      order by s.sync_due_at nulls first limit ${limit}
      for no key update of a skip locked
    ), leased as (
      insert into template_syncs (account_id, sync_due_at)
      select id, clock_timestamp() + make_interval(secs => ${lease_s}) from due
      on conflict (account_id) do update set sync_due_at = excluded.sync_due_at
        where template_syncs.sync_due_at <= now()
      returning account_id, sync_due_at::text as lease
    )
    select due.*, leased.lease from due join leased on leased.account_id = due.id`)
}

export async function wasSynced(db: Queryable, account_id: string): Promise<boolean> {
  const row = await db.one(sql`
    select from template_syncs where account_id = ${account_id} and synced_at is not null`)
  return row !== undefined
}

/** A comparison is over. One that was asked for while it ran is still to come. */
export async function stampSync(
  db: Queryable,
  account_id: string,
  now: Date,
  next_in_s: number,
  lease: string | undefined,
): Promise<void> {
  await db.query(sql`
    insert into template_syncs as s (account_id, synced_at, sync_due_at, ended_at)
    values (${account_id}, ${now}, now() + make_interval(secs => ${next_in_s}), now())
    on conflict (account_id) do update set synced_at = excluded.synced_at, ended_at = excluded.ended_at,
      sync_due_at = case when s.sync_due_at < ${lease ?? null}::timestamptz then s.sync_due_at
        else excluded.sync_due_at end`)
}

export async function retrySync(db: Queryable, account_id: string, in_s: number): Promise<void> {
  await db.query(sql`
    update template_syncs set sync_due_at = now() + make_interval(secs => ${in_s}) where account_id = ${account_id}`)
}

/** Of the account that holds this WABA. */
export function askSync(db: Queryable, waba_id: string): Promise<void> {
  return ask(db, sql`a.held and a.waba_id = ${waba_id}`)
}

export function askSyncOf(db: Queryable, account_id: string): Promise<void> {
  return ask(db, sql`a.id = ${account_id}`)
}

/** Soon, but not again within half a minute of the last time: webhooks about unknown templates may come in crowds. */
async function ask(db: Queryable, whose: Statement): Promise<void> {
  await db.query(sql`
    with asked as (
      update template_syncs s
      set sync_due_at = greatest(now(), s.ended_at + interval '30 seconds')
      from accounts a
      where a.id = s.account_id and ${whose}
        and s.sync_due_at > greatest(now(), s.ended_at + interval '30 seconds')
      returning s.account_id
    )
    select pg_notify(${SYNC_CHANNEL}, account_id::text) from asked`)
}
