// SQL of the queue: events are handed out to endpoints, and lines are taken to be worked on.

import type { Queryable } from '../../db/pool.ts'
import { sql } from '../../db/sql.ts'

/**
 * Hands the next events out to the endpoints that want them, and remembers how far it is, in one statement. Another process
 * that is at it already is not waited for. Lines are touched in order.
 */
export async function fanOut(
  db: Queryable,
  safe_seq: number,
  limit: number,
): Promise<{ read: number; stored: number }> {
  const row = await db.one<{ read: number; stored: number }>(sql.named('events.fan_out')`
    with at as materialized (
      select seq from event_fan_out for no key update skip locked
    ), batch as materialized (
      select e.* from at cross join lateral (
        select seq, recorded_at, id, tenant_id, type, coalesce(contact_id, subject_id, tenant_id) as line, data ->> 'field' as field
        from events where seq > at.seq and seq <= ${safe_seq}::bigint order by seq limit ${limit}::int
      ) e
    ), matched as (
      select w.id as webhook_id, b.* from batch b join webhooks w on w.tenant_id = b.tenant_id
      where w.is_active and w.from_seq < b.seq and case w.format
        when 'meta' then b.type = 'meta.change' and w.events && array['*', b.field]
        else b.type not in ('meta.change', 'webhook.test')
          and w.events && array['*', split_part(b.type, '.', 1) || '.*', b.type] end
    ), stored as (
      insert into deliveries (webhook_id, seq, recorded_at, tenant_id, event_id, event_type, line)
      select webhook_id, seq, recorded_at, tenant_id, id, type, line from matched order by webhook_id, seq
      on conflict do nothing returning webhook_id, line
    ), queued as (
      insert into delivery_lines as l (webhook_id, line, waiting, due_at)
      select webhook_id, line, count(*), now() from stored group by 1, 2 order by 1, 2
      on conflict (webhook_id, line) do update set waiting = l.waiting + excluded.waiting,
        due_at = case when l.due_at = 'infinity' then excluded.due_at else l.due_at end
    ), moved as (
      update event_fan_out f set seq = greatest(f.seq, case (select count(*) from batch)
        when ${limit}::int then (select max(seq) from batch) else ${safe_seq}::bigint end)
      from at where f.is_only
    )
    select (select count(*) from batch)::int as read, (select count(*) from stored)::int as stored`)
  return row ?? { read: 0, stored: 0 }
}

/** While nobody wants any. */
export async function passOver(db: Queryable, safe_seq: number): Promise<void> {
  await db.query(sql.named('events.pass_over')`
    update event_fan_out set seq = ${safe_seq}::bigint
    where seq < ${safe_seq}::bigint and not exists (select from webhooks where is_active)`)
}

export async function hasEndpoints(db: Queryable): Promise<boolean> {
  const row = await db.one<{ any: boolean }>(sql.named('events.has_endpoints')`
    select exists (select from webhooks where is_active) as any`)
  return row?.any ?? false
}

export type Line = {
  webhook_id: string
  line: string
  waiting: number
  /** The endpoint is thought to be down: one delivery, to see. */
  probing: boolean
}

/**
 * Takes lines whose time has come, from each endpoint as many as there is room for, and from all in turn. `rooms` names
 * endpoints whose room is not the usual. One that is thought to be down gives one line, and no process asks it for another
 * before that is settled or its lease is over.
 */
export function claimLines(
  db: Queryable,
  options: {
    limit: number
    owner: string
    lease_ms: number
    usual_room: number
    suspect_failures: number
    rooms: { webhook_id: string; room: number }[]
  },
): Promise<Line[]> {
  const { limit, owner, lease_ms, usual_room, suspect_failures, rooms } = options
  return db.query<Line>(sql.named('events.claim')`
    with known as (
      select * from json_to_recordset(${sql.json(rooms)}::json) as k(webhook_id uuid, room int)
    ), ready as materialized (
      select w.id, w.failures >= ${suspect_failures}::int as probing,
        least(coalesce(k.room, ${usual_room}::int), case when w.failures >= ${suspect_failures}::int then 1 else 1000 end) as room
      from webhooks w left join known k on k.webhook_id = w.id
      where w.is_active and w.next_try_at <= now() and coalesce(k.room, 1) > 0
        and exists (select from delivery_lines l where l.webhook_id = w.id and l.due_at <= now())
    ), picked as materialized (
      select r.id as webhook_id, l.line, r.probing, row_number() over (partition by r.id order by l.due_at) as place
      from ready r cross join lateral (
        select line, due_at from delivery_lines where webhook_id = r.id and due_at <= now()
        order by due_at limit r.room for no key update skip locked
      ) l
      order by place limit ${limit}::int
    ), asked as (
      update webhooks w set next_try_at = now() + ${lease_ms}::int * interval '1 ms'
      from (select distinct webhook_id from picked where probing) p where w.id = p.webhook_id
    )
    update delivery_lines l set due_at = now() + ${lease_ms}::int * interval '1 ms', lease_owner = ${owner}
    from picked p where l.webhook_id = p.webhook_id and l.line = p.line
    returning l.webhook_id, l.line, l.waiting, p.probing`)
}

export type Waiting = {
  webhook_id: string
  line: string
  seq: number
  tenant_id: string
  event_id: string
  event_type: string
  attempts: number
  body: string | null
  /** null: the event is no longer kept. */
  at: Date | null
  contact_id: string | null
  phone_number_id: string | null
  subject_id: string | null
  data: object | null
  url: string
  format: 'standard' | 'meta'
  /** The newest first. */
  secrets: { id: string; sealed: string; valid_until: string | null }[]
}

/** The first few of each line, in their order. */
export function readLines(
  db: Queryable,
  lines: { webhook_id: string; line: string }[],
  each: number,
): Promise<Waiting[]> {
  const keys = lines.map(({ webhook_id, line }) => ({ webhook_id, line }))
  return db.query<Waiting>(sql.named('events.read_lines')`
    with k as materialized (
      select * from json_to_recordset(${sql.json(keys)}::json) as k(webhook_id uuid, line uuid)
    ), endpoints as materialized (
      select w.id, w.url, w.format, (
        select json_agg(json_build_object('id', id, 'sealed', secret_sealed, 'valid_until', valid_until) order by id desc)
        from webhook_secrets where webhook_id = w.id) as secrets
      from webhooks w where w.id in (select webhook_id from k)
    )
    select d.*, e.at, e.contact_id, e.phone_number_id, e.subject_id, e.data, w.url, w.format, w.secrets
    from k join endpoints w on w.id = k.webhook_id
    cross join lateral (
      select webhook_id, line, seq, recorded_at, tenant_id, event_id, event_type, attempts, body
      from deliveries where webhook_id = k.webhook_id and line = k.line and state = 'waiting'
      order by seq limit ${each}::int
    ) d
    left join lateral (
      select at, contact_id, phone_number_id, subject_id, data from events
      where recorded_at = d.recorded_at and seq = d.seq
    ) e on true
    order by d.webhook_id, d.line, d.seq`)
}

/** Lines in which nothing waits after all: what was counted there is gone (too old, or deleted). */
export async function releaseEmpty(db: Queryable, lines: Line[], owner: string): Promise<void> {
  await db.query(sql`
    update delivery_lines l set waiting = l.waiting - i.waiting, lease_owner = null,
      due_at = case when l.waiting > i.waiting then now() else 'infinity' end
    from json_to_recordset(${sql.json(lines)}::json) as i(webhook_id uuid, line uuid, waiting int)
    where l.webhook_id = i.webhook_id and l.line = i.line and l.lease_owner = ${owner}`)
}

/** Gives lines back as they are, at once: their work was not begun. */
export async function handBack(db: Queryable, lines: Line[], owner: string): Promise<void> {
  await db.query(sql`
    update delivery_lines l set lease_owner = null, due_at = now()
    from json_to_recordset(${sql.json(lines)}::json) as i(webhook_id uuid, line uuid)
    where l.webhook_id = i.webhook_id and l.line = i.line and l.lease_owner = ${owner}`)
}
