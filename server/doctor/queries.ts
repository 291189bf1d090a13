// What the doctor asks of the database.

import type { Queryable } from '../db/pool.ts'
import { sql } from '../db/sql.ts'
import type { Finding } from './finding.ts'

export type DatabaseFacts = {
  version: string
  now: Date
  bytes: string
  fsync: string
  full_page_writes: string
  synchronous_commit: string
}

export async function readDatabase(db: Queryable): Promise<DatabaseFacts> {
  const row = await db.one<DatabaseFacts>(sql`
    select current_setting('server_version') as version, clock_timestamp() as now,
      pg_database_size(current_database())::text as bytes, current_setting('fsync') as fsync,
      current_setting('full_page_writes') as full_page_writes,
      current_setting('synchronous_commit') as synchronous_commit`)
  return row as DatabaseFacts
}

export type Backlogs = { inbox_s: number | null; messages_s: number | null; parked: number }

/** How late the latest work is, in seconds, and what was parked in the last day. */
export async function readBacklogs(db: Queryable): Promise<Backlogs> {
  const row = await db.one<Backlogs>(sql`
    select
      (select extract(epoch from now() - received_at)::float8 from inbox where projected_at is null order by id limit 1) as inbox_s,
      (select extract(epoch from now() - min(due_at))::float8 from messages where due_at <= now() and status in ('queued', 'sending'))
        as messages_s,
      (select count(*)::int from inbox_parked where parked_at > now() - interval '1 day') as parked`)
  return row as Backlogs
}

export type TroubledEndpoint = {
  id: string
  tenant_id: string
  tenant_name: string
  url: string
  is_active: boolean
  disabled_reason: 'failing' | 'gone' | null
  disabled_at: Date | null
  failures: number
  failing_since: Date | null
}

/** `tenant_id` null: everybody's. Those that are off come first. */
export function troubledEndpoints(
  db: Queryable,
  { tenant_id, failures, limit }: { tenant_id: string | null; failures: number; limit: number },
): Promise<TroubledEndpoint[]> {
  return db.query<TroubledEndpoint>(sql`
    select w.id, w.tenant_id, t.name as tenant_name, w.url, w.is_active, w.disabled_reason, w.disabled_at, w.failures, w.failing_since
    from webhooks w join tenants t on t.id = w.tenant_id
    where (${tenant_id}::uuid is null or w.tenant_id = ${tenant_id}::uuid)
      and (w.disabled_reason is not null or (w.is_active and w.failures >= ${failures}::int))
    order by w.is_active, coalesce(w.disabled_at, w.failing_since) desc, w.id limit ${limit}::int`)
}

export type TemplateHealth = { status: string; count: number; names: string[] }

/** Templates of an account that cannot be sent now though they could once. */
export function unhealthyTemplates(db: Queryable, account_id: string): Promise<TemplateHealth[]> {
  return db.query<TemplateHealth>(sql`
    select status, count(*)::int as count, (array_agg(name || ' (' || language || ')' order by name))[1:5] as names
    from templates
    where account_id = ${account_id} and removed_at is null and status in ('PAUSED', 'DISABLED', 'REJECTED', 'LIMIT_EXCEEDED')
    group by status order by status`)
}

export async function lastSync(db: Queryable, account_id: string): Promise<Date | null> {
  const row = await db.one<{ synced_at: Date | null }>(sql`
    select synced_at from template_syncs where account_id = ${account_id}`)
  return row?.synced_at ?? null
}

export async function tenantsWithAccounts(
  db: Queryable,
): Promise<{ tenant_id: string; is_first: boolean }[]> {
  return db.query(sql`
    select t.id as tenant_id, t.is_first from tenants t
    where t.is_first or exists (select from accounts a where a.tenant_id = t.id and a.held) order by t.id`)
}

/** What the last round found, counted: for metrics. */
export function countFindings(db: Queryable): Promise<{ code: string; severity: string; count: number }[]> {
  return db.query(sql`select code, severity, count(*)::int as count from doctor_findings group by 1, 2`)
}

/** Only one process looks at a time: true for the one that may. */
export async function takeTurn(db: Queryable, every_s: number): Promise<boolean> {
  const row = await db.one(sql`
    insert into doctor_rounds as r (one, due_at) values (true, now() + ${every_s}::int * interval '1 s')
    on conflict (one) do update set due_at = excluded.due_at where r.due_at <= now()
    returning one`)
  return row !== undefined
}

export type Remembered = { code: string; subject: string; severity: string }

/** Remembers what was found, and answers what changed: the severity before it, null where it was not known. */
export async function remember(
  tx: Queryable,
  tenant_id: string,
  findings: Finding[],
  now: Date,
): Promise<{ code: string; subject: string; previous: string | null }[]> {
  const rows = findings.map(({ code, subject, severity, message }) => ({
    code,
    subject: subject ?? '',
    severity,
    message,
  }))
  return tx.query(sql`
    with input as (
      select distinct on (code, subject) * from json_to_recordset(${sql.json(rows)}::json)
        as i(code text, subject text, severity text, message text) order by code, subject, array_position(array['error', 'warning', 'notice', 'ok'], severity)
    ), before as (
      select i.*, f.severity as previous from input i
      left join doctor_findings f on f.tenant_id = ${tenant_id} and f.code = i.code and f.subject = i.subject
    ), gone as (
      delete from doctor_findings f where f.tenant_id = ${tenant_id}
        and not exists (select from input i where i.code = f.code and i.subject = f.subject)
    ), kept as (
      insert into doctor_findings (tenant_id, code, subject, severity, message, since)
      select ${tenant_id}, code, subject, severity, message, ${now}::timestamptz from input
      on conflict (tenant_id, code, subject) do update set message = excluded.message,
        since = case when doctor_findings.severity = excluded.severity then doctor_findings.since else excluded.since end,
        severity = excluded.severity
    )
    select code, subject, previous from before where previous is distinct from severity`)
}
