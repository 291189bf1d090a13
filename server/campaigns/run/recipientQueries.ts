// SQL of the queue of recipients: taken slice by slice, and written back in the transaction that makes messages of them.

import type { Queryable } from '../../db/pool.ts'
import { sql } from '../../db/sql.ts'

/** A place in the queue, which is ordered by due time and then as the recipients were given. */
export type Cursor = { due: string; ord: number }

export const START: Cursor = { due: '-infinity', ord: 0 }

export type Waiting = {
  ord: number
  alias_kind: 'phone' | 'user_id'
  alias: string
  country: string | null
  variables: Record<string, unknown> | null
  components: object[] | null
  /** The message of an earlier attempt. */
  message_id: string | null
  attempts: number
  contact_id: string | null
  due: string
}

/**
 * The next recipients of a running campaign, locked until the transaction ends; what others have locked is left to them. What
 * left the queue stays in its index for a while, so the search begins at a cursor.
 */
export function take(
  tx: Queryable,
  campaign: { id: string; tenant_id: string },
  from: Cursor,
  now: Date,
  limit: number,
): Promise<Waiting[]> {
  return tx.query<Waiting>(sql.named('campaigns.take')`
    with slice as (
      select ord, alias_kind, alias, country, variables, components, message_id, attempts, due_at from campaign_recipients
      where campaign_id = ${campaign.id}::uuid and state = 'waiting' and due_at <= ${now}::timestamptz
        and (due_at, ord) > (${from.due}::timestamptz, ${from.ord}::bigint)
        and exists (select from campaigns where id = ${campaign.id}::uuid and status = 'running')
      order by due_at, ord limit ${limit}::int for no key update skip locked
    )
    select s.ord, s.alias_kind, s.alias, s.country, s.variables, s.components, s.message_id, s.attempts, s.due_at::text as due,
      a.contact_id
    from slice s
    left join lateral (
      select contact_id from contact_aliases
      where tenant_id = ${campaign.tenant_id}::uuid and kind = s.alias_kind and value = s.alias offset 0
    ) a on true
    order by s.due_at, s.ord`)
}

export type Change = {
  ord: number
  state: 'waiting' | 'expanded' | 'skipped' | 'failed'
  message_id?: string
  /** 1 where this is a new attempt. */
  tries?: number
  due_at?: Date
  reason?: { code: string; message: string }
}

export async function change(tx: Queryable, campaignId: string, changes: Change[]): Promise<void> {
  await tx.query(sql.named('campaigns.change_recipients')`
    update campaign_recipients r set state = i.state, message_id = coalesce(i.message_id, r.message_id),
      attempts = r.attempts + coalesce(i.tries, 0), due_at = coalesce(i.due_at, r.due_at), reason = i.reason
    from json_to_recordset(${sql.json(changes)}::json) as i(ord bigint, state text, message_id uuid, tries smallint,
      due_at timestamptz, reason jsonb)
    where r.campaign_id = ${campaignId}::uuid and r.ord = i.ord`)
}

/** When the next recipient that waits is due; undefined: nobody waits. */
export async function nextDue(db: Queryable, campaignId: string): Promise<Date | undefined> {
  const row = await db.one<{ due_at: Date }>(sql.named('campaigns.next_due')`
    select greatest(due_at, '1970-01-01') as due_at from campaign_recipients
    where campaign_id = ${campaignId}::uuid and state = 'waiting' order by due_at, ord limit 1`)
  return row?.due_at
}

/** Recipients whose message failed go back into the queue. Those that moved on meanwhile are left alone. */
export async function putBack(
  tx: Queryable,
  campaignId: string,
  rows: { ord: number; message_id: string; due_at: Date }[],
): Promise<void> {
  await tx.query(sql.named('campaigns.put_back')`
    update campaign_recipients r set state = 'waiting', due_at = i.due_at
    from json_to_recordset(${sql.json(rows)}::json) as i(ord bigint, message_id uuid, due_at timestamptz)
    where r.campaign_id = ${campaignId}::uuid and r.ord = i.ord and r.message_id = i.message_id and r.state = 'expanded'`)
}

/** Recipients that could not become a message get another chance: their campaign may have been corrected. */
export async function reviveUnfit(
  tx: Queryable,
  campaignId: string,
  codes: string[],
  limit: number,
): Promise<number> {
  const rows = await tx.query(sql.named('campaigns.revive_unfit')`
    update campaign_recipients r set state = 'waiting', reason = null, due_at = '-infinity'
    where campaign_id = ${campaignId}::uuid and ord in (
      select ord from campaign_recipients
      where campaign_id = ${campaignId}::uuid and state = 'failed' and (reason ->> 'code') = any(${codes}::text[])
      order by ord limit ${limit}::int for no key update)
    returning ord`)
  return rows.length
}

/** What a cancelled campaign leaves undone, at most so many at a time. Answers how many. */
export async function skipWaiting(
  db: Queryable,
  campaignId: string,
  reason: { code: string; message: string },
  limit: number,
): Promise<number> {
  const row = await db.one<{ skipped: number }>(sql.named('campaigns.skip_waiting')`
    with slice as (
      select ord from campaign_recipients where campaign_id = ${campaignId}::uuid and state = 'waiting'
      order by due_at, ord limit ${limit}::int for no key update skip locked
    ), done as (
      update campaign_recipients r set state = 'skipped', reason = ${sql.json(reason)}::jsonb
      from slice where r.campaign_id = ${campaignId}::uuid and r.ord = slice.ord returning 1
    )
    select count(*)::int as skipped from done`)
  return row?.skipped ?? 0
}

export async function skipGivenUp(
  tx: Queryable,
  campaignId: string,
  ords: number[],
  reason: { code: string; message: string },
): Promise<void> {
  await tx.query(sql.named('campaigns.skip_given_up')`
    update campaign_recipients set state = 'skipped', reason = ${sql.json(reason)}::jsonb
    where campaign_id = ${campaignId}::uuid and ord = any(${ords}::bigint[]) and state = 'expanded'`)
}
