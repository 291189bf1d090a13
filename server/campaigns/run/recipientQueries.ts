// SQL of the queue of recipients: taken slice by slice, and written back in the transaction that makes messages of them.

import type { Queryable } from '../../db/pool.ts'
import { sql } from '../../db/sql.ts'

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
}

type Campaign = { id: string; tenant_id: string }

const columns = sql`ord, alias_kind, alias, country, variables, components, message_id, attempts`

/** The contact of each, where there is one. */
const withContacts = (tenantId: string) => sql`
  select s.*, a.contact_id from slice s
  left join lateral (
    select contact_id from contact_aliases
    where tenant_id = ${tenantId}::uuid and kind = s.alias_kind and value = s.alias offset 0
  ) a on true
  order by s.ord`

/**
 * The next recipients of a running campaign after `from`, locked until the transaction ends; what others have locked is left
 * to them.
 */
export function take(tx: Queryable, campaign: Campaign, from: number, limit: number): Promise<Waiting[]> {
  return tx.query<Waiting>(sql.named('campaigns.take')`
    with slice as (
      select ${columns} from campaign_recipients
      where campaign_id = ${campaign.id}::uuid and ord > ${from}::bigint and state = 'waiting' and due_at = '-infinity'
        and exists (select from campaigns where id = ${campaign.id}::uuid and status = 'running')
      order by ord limit ${limit}::int for no key update skip locked
    )${withContacts(campaign.tenant_id)}`)
}

/** Those who were deferred, and whose time has come. */
export function takeDeferred(
  tx: Queryable,
  campaign: Campaign,
  now: Date,
  limit: number,
): Promise<Waiting[]> {
  return tx.query<Waiting>(sql.named('campaigns.take_deferred')`
    with slice as (
      select ${columns} from campaign_recipients
      where campaign_id = ${campaign.id}::uuid and due_at > '-infinity' and due_at <= ${now}::timestamptz and state = 'waiting'
        and exists (select from campaigns where id = ${campaign.id}::uuid and status = 'running')
      order by due_at, ord limit ${limit}::int for no key update skip locked
    )${withContacts(campaign.tenant_id)}`)
}

/** Moves the mark up to the first recipient who waits. Nobody is added while a campaign runs, so none can turn up below it. */
export async function raiseMark(db: Queryable, campaignId: string): Promise<void> {
  await db.query(sql.named('campaigns.raise_mark')`
    with mark as (
      select low_ord as ord from campaigns where id = ${campaignId}::uuid
    ), first as (
      select r.ord from mark, campaign_recipients r
      where r.campaign_id = ${campaignId}::uuid and r.ord > mark.ord and r.state = 'waiting' and r.due_at = '-infinity'
      order by r.ord limit 1
    ), reached as (
      select coalesce((select ord - 1 from first),
        (select ord from campaign_recipients where campaign_id = ${campaignId}::uuid order by ord desc limit 1)) as ord
    )
    update campaigns c set low_ord = reached.ord from reached
    where c.id = ${campaignId}::uuid and reached.ord > c.low_ord`)
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

/** Whoever waits no more leaves the index of those who are deferred. */
export async function change(tx: Queryable, campaignId: string, changes: Change[]): Promise<void> {
  await tx.query(sql.named('campaigns.change_recipients')`
    update campaign_recipients r set state = i.state, message_id = coalesce(i.message_id, r.message_id),
      attempts = r.attempts + coalesce(i.tries, 0), due_at = coalesce(i.due_at, '-infinity'), reason = i.reason
    from json_to_recordset(${sql.json(changes)}::json) as i(ord bigint, state text, message_id uuid, tries smallint,
      due_at timestamptz, reason jsonb)
    where r.campaign_id = ${campaignId}::uuid and r.ord = i.ord`)
}

/** When the next recipient who is deferred is due; undefined: nobody is. */
export async function nextDue(db: Queryable, campaignId: string): Promise<Date | undefined> {
  const row = await db.one<{ due_at: Date }>(sql.named('campaigns.next_due')`
    select due_at from campaign_recipients
    where campaign_id = ${campaignId}::uuid and due_at > '-infinity' and state = 'waiting' order by due_at, ord limit 1`)
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
  now: Date,
  limit: number,
): Promise<number> {
  const rows = await tx.query(sql.named('campaigns.revive_unfit')`
    update campaign_recipients r set state = 'waiting', reason = null, due_at = ${now}::timestamptz
    where campaign_id = ${campaignId}::uuid and ord in (
      select ord from campaign_recipients
      where campaign_id = ${campaignId}::uuid and state = 'failed' and (reason ->> 'code') = any(${codes}::text[])
      order by ord limit ${limit}::int for no key update)
    returning ord`)
  return rows.length
}

/** What a cancelled campaign leaves undone after `from`, so many rows at a time. Answers the last that was looked at. */
export async function skipWaiting(
  db: Queryable,
  campaignId: string,
  from: number,
  reason: { code: string; message: string },
  limit: number,
): Promise<number | undefined> {
  const row = await db.one<{ last: number | null }>(sql.named('campaigns.skip_waiting')`
    with slice as materialized (
      select ord, state from campaign_recipients where campaign_id = ${campaignId}::uuid and ord > ${from}::bigint
      order by ord limit ${limit}::int
    ), done as (
      update campaign_recipients r set state = 'skipped', due_at = '-infinity', reason = ${sql.json(reason)}::jsonb
      from slice where slice.state = 'waiting' and r.campaign_id = ${campaignId}::uuid and r.ord = slice.ord and r.state = 'waiting'
    )
    select max(ord) as last from slice`)
  return row?.last ?? undefined
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
