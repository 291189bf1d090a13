// SQL of the states of campaigns: which run, which are due to be looked after, and the change from one state to the next.

import type { Queryable } from '../../db/pool.ts'
import { sql } from '../../db/sql.ts'
import { shown } from '../queries.ts'
import type { Baseline, CampaignRow, CampaignStatus, Hold, PauseReason } from '../schema.ts'

export const CHANNEL = 'carom_campaigns'

export function running(db: Queryable): Promise<CampaignRow[]> {
  return db.query<CampaignRow>(
    sql.named('campaigns.running')`${shown} where c.status = 'running' order by c.id`,
  )
}

export function find(db: Queryable, id: string): Promise<CampaignRow | undefined> {
  return db.one<CampaignRow>(sql.named('campaigns.find_run')`${shown} where c.id = ${id}::uuid`)
}

export function shownRows(db: Queryable, ids: string[]): Promise<CampaignRow[]> {
  return db.query<CampaignRow>(sql.named('campaigns.shown_rows')`${shown} where c.id = any(${ids}::uuid[])`)
}

/** Locked until the transaction ends, so that only one thing happens to it at a time. */
export function lock(tx: Queryable, id: string, tenantId?: string): Promise<CampaignRow | undefined> {
  return tx.one<CampaignRow>(sql`
    ${shown} where c.id = ${id}::uuid ${tenantId === undefined ? sql.empty : sql`and c.tenant_id = ${tenantId}::uuid`}
    for no key update of c`)
}

/** Scheduled ones whose minute has come, or went by while nobody was there. */
export async function scheduled(db: Queryable, now: Date): Promise<string[]> {
  const rows = await db.query<{ id: string }>(sql.named('campaigns.scheduled')`
    select id from campaigns where status = 'scheduled' and scheduled_at <= ${now}::timestamptz order by scheduled_at limit 100`)
  return rows.map(row => row.id)
}

/** One of them, locked; undefined: it is not so any more, or recipients are being added at this moment, and it waits for them. */
export function lockScheduled(tx: Queryable, id: string, now: Date): Promise<CampaignRow | undefined> {
  return tx.one<CampaignRow>(sql.named('campaigns.lock_scheduled')`
    ${shown} where c.id = ${id}::uuid and c.status = 'scheduled' and c.scheduled_at <= ${now}::timestamptz
    for no key update of c skip locked`)
}

/** Those that a worker must look after now, leased for so long. */
export function claimDue(
  db: Queryable,
  limit: number,
  owner: string,
  leaseMs: number,
): Promise<{ id: string }[]> {
  return db.query(sql.named('campaigns.claim_due')`
    with due as (
      select id from campaigns where due_at <= now() order by due_at limit ${limit}::int for no key update skip locked
    )
    update campaigns c set due_at = now() + ${leaseMs}::int * interval '1 ms', lease_owner = ${owner}
    from due where c.id = due.id returning c.id`)
}

/** When it must be looked after again; null: not before somebody changes it. */
export async function setDue(db: Queryable, id: string, inMs: number | null, watch?: unknown): Promise<void> {
  await db.query(sql.named('campaigns.set_due')`
    update campaigns set due_at = now() + ${inMs}::int * interval '1 ms', lease_owner = null,
      watch = coalesce(${sql.json(watch)}::jsonb, watch)
    where id = ${id}::uuid`)
}

export async function setHold(db: Queryable, id: string, hold: Hold | null): Promise<void> {
  await db.query(sql.named('campaigns.set_hold')`
    update campaigns set hold = ${sql.json(hold ?? undefined)}::jsonb
    where id = ${id}::uuid and hold is distinct from ${sql.json(hold ?? undefined)}::jsonb`)
}

export type Patch = {
  status: CampaignStatus
  pause_reason?: PauseReason | null
  scheduled_at?: Date | null
  started_at?: Date
  completed_at?: Date | null
  baseline?: Baseline
  /** Begins to count failures anew. */
  fresh?: boolean
}

/** The state changes, and a worker looks at once. What stands still on its own account begins anew. */
export async function move(tx: Queryable, id: string, patch: Patch, now: Date): Promise<void> {
  const set = [
    sql`status = ${patch.status}`,
    sql`updated_at = ${now}::timestamptz`,
    sql`due_at = now()`,
    sql`lease_owner = null`,
    sql`hold = null`,
  ]
  if (patch.pause_reason !== undefined)
    set.push(sql`pause_reason = ${sql.json(patch.pause_reason ?? undefined)}::jsonb`)
  if (patch.scheduled_at !== undefined) set.push(sql`scheduled_at = ${patch.scheduled_at}::timestamptz`)
  if (patch.started_at) set.push(sql`started_at = coalesce(started_at, ${patch.started_at}::timestamptz)`)
  if (patch.completed_at !== undefined) set.push(sql`completed_at = ${patch.completed_at}::timestamptz`)
  if (patch.baseline) set.push(sql`baseline = ${sql.json(patch.baseline)}::jsonb`)
  if (patch.fresh) set.push(sql`watch = null`)
  await tx.query(sql`update campaigns set ${sql.join(set, ', ')} where id = ${id}::uuid`)
}

/** Causes whose failed recipients are still to be put back; null: done. */
export async function setRetry(tx: Queryable, id: string, retry: { codes: string[] } | null): Promise<void> {
  await tx.query(
    sql`update campaigns set retry = ${sql.json(retry ?? undefined)}::jsonb where id = ${id}::uuid`,
  )
}

/** Tells every process, once this is committed. Rare, so it may be in line. */
export async function announce(tx: Queryable, id: string): Promise<void> {
  await tx.query(sql`select pg_notify(${CHANNEL}, ${id})`)
}
