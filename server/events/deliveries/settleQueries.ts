// SQL that writes what became of attempts, and how endpoints are doing.

import type { Queryable } from '../../db/pool.ts'
import { sql } from '../../db/sql.ts'

export type Settlement = {
  webhook_id: string
  seq: number
  line: string
  state: 'delivered' | 'failed' | 'waiting'
  /** For the log of attempts: {at, ms, status, error, body}. */
  entry: object
  /** As it was sent, where it was not kept before. */
  body: string | null
  /** Gives the line back, to be looked at again in so many milliseconds if anything waits in it. null: it is still ours. */
  release_ms: number | null
}

/**
 * A delivery counts once, whoever sent it: only the one that still waits changes, and its line has one fewer waiting. Lines
 * are locked in order, so that this and the fan-out cannot get into each other's way.
 */
export async function settleDeliveries(db: Queryable, rows: Settlement[], owner: string): Promise<void> {
  await db.query(sql.named('events.settle')`
    with input as materialized (
      select * from json_to_recordset(${sql.json(rows)}::json) as i(
        webhook_id uuid, seq bigint, line uuid, state text, entry jsonb, body text, release_ms int)
    ), lines as materialized (
      select webhook_id, line, max(release_ms) as release_ms from input group by 1, 2
    ), locked as materialized (
      select l.webhook_id, l.line from delivery_lines l join lines using (webhook_id, line)
      order by 1, 2 for no key update of l
    ), done as (
      update deliveries d set state = i.state, attempts = least(d.attempts + 1, 32767),
        log = (case when jsonb_array_length(d.log) >= 20 then d.log - 0 else coalesce(d.log, '[]') end) || i.entry,
        body = coalesce(d.body, i.body), finished_at = case when i.state <> 'waiting' then now() end
      from input i
      where (select count(*) from locked) >= 0 and d.webhook_id = i.webhook_id and d.seq = i.seq and d.state = 'waiting'
      returning d.webhook_id, d.line, d.state
    ), fewer as (
      select webhook_id, line, count(*)::int as n from done where state <> 'waiting' group by 1, 2
    )
    update delivery_lines l set waiting = l.waiting - coalesce(f.n, 0),
      due_at = case
        when l.lease_owner is distinct from ${owner} or i.release_ms is null then l.due_at
        when l.waiting > coalesce(f.n, 0) then now() + i.release_ms * interval '1 ms'
        else 'infinity' end,
      lease_owner = case when l.lease_owner = ${owner} and i.release_ms is not null then null else l.lease_owner end
    from lines i left join fewer f using (webhook_id, line)
    where l.webhook_id = i.webhook_id and l.line = i.line`)
}

export type Health = {
  webhook_id: string
  ok: boolean
  /** Failures since the last success, or since the last settlement. */
  failures: number
  now: Date
}

export type Changed = {
  webhook_id: string
  failures: number
  failures_before: number
  failing_since: Date | null
}

export type Care = { suspect_failures: number; probe_s: { least: number; most: number } }

/** Endpoints that fare as before cost nothing; the time of the last success is kept to the minute. */
export function noteHealth(db: Queryable, rows: Health[], care: Care): Promise<Changed[]> {
  const { suspect_failures, probe_s } = care
  return db.query<Changed>(sql.named('events.note_health')`
    with input as (
      select * from json_to_recordset(${sql.json(rows)}::json) as i(
        webhook_id uuid, ok boolean, failures int, now timestamptz)
    ), before as materialized (
      select w.id, w.failures, i.ok, i.now, case when i.ok then i.failures else w.failures + i.failures end as after,
        least(greatest(i.now - coalesce(w.failing_since, i.now), ${probe_s.least}::int * interval '1 s'),
          ${probe_s.most}::int * interval '1 s') as pause
      from input i join webhooks w on w.id = i.webhook_id
      where i.failures > 0 or w.failures > 0 or w.last_success_at is null or w.last_success_at < i.now - interval '1 minute'
      order by w.id for no key update of w
    )
    update webhooks w set failures = b.after,
      failing_since = case when b.after = 0 then null when b.ok then b.now else coalesce(w.failing_since, b.now) end,
      last_success_at = case when b.ok then b.now else w.last_success_at end,
      last_failure_at = case when b.after > 0 then b.now else w.last_failure_at end,
      next_try_at = case when b.after >= ${suspect_failures}::int then now() + b.pause else '-infinity' end
    from before b where w.id = b.id
    returning w.id as webhook_id, w.failures, b.failures as failures_before, w.failing_since`)
}

/** The endpoint is up again: what waits for its next attempt need not wait any longer. Answers how many lines. */
export async function hurry(db: Queryable, webhook_id: string, limit: number): Promise<number> {
  const rows = await db.query(sql.named('events.hurry')`
    with late as (
      select webhook_id, line from delivery_lines
      where webhook_id = ${webhook_id}::uuid and due_at > now() and due_at < 'infinity' and lease_owner is null
      order by due_at limit ${limit}::int for no key update skip locked
    )
    update delivery_lines l set due_at = now() from late s
    where l.webhook_id = s.webhook_id and l.line = s.line returning 1`)
  return rows.length
}

export type Disabled = { id: string; tenant_id: string }

/** Answers the endpoint if it was active until now. */
export function disable(
  db: Queryable,
  webhook_id: string,
  reason: 'failing' | 'gone',
  now: Date,
): Promise<Disabled | undefined> {
  return db.one<Disabled>(sql`
    update webhooks set is_active = false, disabled_reason = ${reason}, disabled_at = ${now}, updated_at = ${now}
    where id = ${webhook_id}::uuid and is_active returning id, tenant_id`)
}
