// The SQL of the schedule by which accounts are compared with Meta.

import type { Queryable } from '../db/pool.ts'
import { sql } from '../db/sql.ts'

/** On which processes tell each other that an account should be compared soon. */
export const SYNC_CHANNEL = 'carom_template_syncs'

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

/** Soon, but not again within half a minute of the last time: webhooks about unknown templates may come in crowds. */
export async function askSync(db: Queryable, waba_id: string): Promise<void> {
  await db.query(sql`
    with asked as (
      update template_syncs s
      set sync_due_at = greatest(now(), s.ended_at + interval '30 seconds')
      from accounts a
      where a.id = s.account_id and a.held and a.waba_id = ${waba_id}
        and s.sync_due_at > greatest(now(), s.ended_at + interval '30 seconds')
      returning s.account_id
    )
    select pg_notify(${SYNC_CHANNEL}, account_id::text) from asked`)
}
