// SQL of what Meta's webhooks tell about accounts and numbers. Each statement applies an event only if no newer one of
// its kind was applied, remembers its time, and answers the rows that it changed.

import type { Queryable } from '../../db/pool.ts'
import { sql } from '../../db/sql.ts'
import type { AccountRow, NumberRow } from '../schema.ts'

/** `at_s`: Meta's time of the event, seconds since the epoch. */
export type Event = { kind: string; at_s: number }

export type NumberPatch = {
  display_phone_number?: string
  messaging_limit?: string
  throughput_level?: string
  messages_per_second?: number
  quality_rating?: string
  status?: string
  verified_name?: string
  name_status?: string
}

/** `digits` of one number of the WABA; null: all of them; `coexistence_only`: those also used in the app. */
export async function patchNumbers(
  db: Queryable,
  which: { waba_id: string; digits: string | null; coexistence_only?: boolean },
  event: Event,
  patch: NumberPatch,
  now: Date,
): Promise<NumberRow[]> {
  const rows = await db.query<NumberRow & { changed: boolean }>(sql`
    with before as (
      select id, to_jsonb(n) - 'seen' - 'updated_at' as doc from phone_numbers n
      where held and waba_id = ${which.waba_id}
        and (${which.digits}::text is null or regexp_replace(display_phone_number, '[^0-9]', '', 'g') = ${which.digits})
        and (coexistence or not ${which.coexistence_only ?? false})
        and coalesce((seen ->> ${event.kind}::text)::bigint, 0) <= ${Math.trunc(event.at_s)}
      order by id for update
    ), after as (
      update phone_numbers n set
        messaging_limit = coalesce(p.messaging_limit, n.messaging_limit),
        throughput_level = coalesce(p.throughput_level, n.throughput_level),
        messages_per_second = case when n.coexistence then n.messages_per_second
          else coalesce(p.messages_per_second, n.messages_per_second) end,
        quality_rating = coalesce(p.quality_rating, n.quality_rating),
        status = coalesce(p.status, n.status),
        verified_name = coalesce(p.verified_name, n.verified_name),
        name_status = coalesce(p.name_status, n.name_status),
        seen = n.seen || jsonb_build_object(${event.kind}::text, ${Math.trunc(event.at_s)}::bigint),
        updated_at = ${now}
      from before, jsonb_to_record(${sql.json(patch)}::jsonb) as p(messaging_limit text, throughput_level text,
        messages_per_second int, quality_rating text, status text, verified_name text, name_status text)
      where n.id = before.id
      returning n.*, to_jsonb(n) - 'seen' - 'updated_at' <> before.doc as changed
    )
    select * from after where changed order by id`)
  return rows
}

export type AccountPatch = {
  review_status?: string
  status?: string
  restriction?: unknown
  restricted_until?: string | null
}

/** The status changes only where the present one is among `from`: a lifted ban does not heal a token. */
export async function patchAccount(
  db: Queryable,
  waba_id: string,
  event: Event,
  patch: AccountPatch,
  from: string[],
  now: Date,
): Promise<AccountRow[]> {
  return db.query<AccountRow>(sql`
    with before as (
      select id, to_jsonb(a) - 'seen' - 'updated_at' as doc from accounts a
      where held and waba_id = ${waba_id} and coalesce((seen ->> ${event.kind}::text)::bigint, 0) <= ${Math.trunc(event.at_s)}
      for update
    ), after as (
      update accounts a set
        review_status = coalesce(p.review_status, a.review_status),
        status = case when p.status is not null and a.status = any(${from}::text[]) then p.status else a.status end,
        restriction = case when p.status is null and p.restriction is null then a.restriction else p.restriction end,
        restricted_until = case when p.status is null then a.restricted_until else p.restricted_until end,
        seen = a.seen || jsonb_build_object(${event.kind}::text, ${Math.trunc(event.at_s)}::bigint),
        updated_at = ${now}
      from before, jsonb_to_record(${sql.json(patch)}::jsonb) as p(review_status text, status text, restriction jsonb,
        restricted_until timestamptz)
      where a.id = before.id
      returning a.*, to_jsonb(a) - 'seen' - 'updated_at' <> before.doc as changed
    )
    select * from after where changed`)
}
