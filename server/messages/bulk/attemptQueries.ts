// SQL for messages of campaigns that get a newer attempt, or none any more.

import type { Queryable } from '../../db/pool.ts'
import { sql } from '../../db/sql.ts'

/** Why messages of a campaign failed, and how many. `code` is Meta's number or one of Carom's own, as a text. */
export type Cause = { code: string; retry: string; count: number }

/** Only the newest attempts, through the index of failed ones. */
export function causes(db: Queryable, campaignId: string): Promise<Cause[]> {
  return db.query<Cause>(sql.named('messages.causes')`
    select error ->> 'code' as code, coalesce(max(error ->> 'retry'), 'never') as retry, count(*)::int as count
    from messages where campaign_id = ${campaignId}::uuid and failed_at is not null and not superseded
    group by error ->> 'code' order by count(*) desc`)
}

export type Superseded = { id: string; ord: number; code: string; failed_at: Date }

/** Takes failed messages out of the count: their recipients get a newer attempt. */
export function supersede(
  tx: Queryable,
  campaignId: string,
  codes: string[],
  limit: number,
  ids: string[] | null,
): Promise<Superseded[]> {
  return tx.query<Superseded>(sql.named('messages.supersede')`
    with slice as (
      select id from messages
      where campaign_id = ${campaignId}::uuid and failed_at is not null and not superseded
        and (error ->> 'code') = any(${codes}::text[]) and status = 'failed'
        and (${ids}::uuid[] is null or id = any(${ids}::uuid[]))
      order by id limit ${limit}::int for no key update
    )
    update messages m set superseded = true from slice where m.id = slice.id
    returning m.id, m.campaign_ord as ord, m.error ->> 'code' as code, m.failed_at`)
}

/** Some of these arrived after all, late proof outranking a failure: they count again. Answers which. */
export async function revive(tx: Queryable, ids: string[]): Promise<Set<string>> {
  const rows = await tx.query<{ id: string }>(sql.named('messages.revive')`
    with arrived as (
      select id from messages where id = any(${ids}::uuid[]) and status in ('delivered', 'read')
      order by id for no key update
    )
    update messages m set superseded = false from arrived where m.id = arrived.id returning m.id`)
  return new Set(rows.map(row => row.id))
}

/** Gives up messages that wait for their next try (of `ids`, where they are given). Answers the places of their recipients. */
export async function giveUp(
  tx: Queryable,
  campaignId: string,
  error: object,
  now: Date,
  limit: number,
  ids: string[] | null = null,
): Promise<number[]> {
  const rows = await tx.query<{ ord: number }>(sql.named('messages.give_up')`
    with slice as (
      select id from messages where campaign_id = ${campaignId}::uuid and retry_at is not null and status = 'queued'
        and (${ids}::uuid[] is null or id = any(${ids}::uuid[]))
      order by id limit ${limit}::int for no key update
    )
    update messages m set status = 'failed', error = ${sql.json(error)}::jsonb, failed_at = ${now}::timestamptz, retry_at = null,
      superseded = true
    from slice where m.id = slice.id returning m.campaign_ord as ord`)
  return rows.map(row => row.ord)
}
