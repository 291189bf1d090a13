// The SQL that writes messages. What takes them from the queue is in queueQueries.ts, what reads them for people in
// list/queries.ts.

import type { ContactRow } from '../contacts/schema.ts'
import type { Queryable, Row } from '../db/pool.ts'
import { sql } from '../db/sql.ts'

export type NewMessage = {
  id: string
  tenant_id: string
  phone_number_id: string
  /** Whom it goes to, as an alias of a contact; `recipient` has it as +E.164 or a business-scoped user id. */
  alias_kind: 'phone' | 'user_id'
  alias: string
  type: string
  status: 'queued' | 'sending'
  recipient: string
  content: object
  template: object | null
  reply_to: string | null
  client_ref: string | null
  idempotency_id: string | null
  needs_window: boolean
  created_at: Date
}

/** The same for every send of a process. */
export type Terms = {
  /** Who leases rows that are being sent, and for how long. */
  owner: string
  lease_ms: number
  /** After how long a queued message is given up. */
  give_up_ms: number
}

/** `contact_id` is null where nobody is known under this alias yet: then nothing was stored. */
export type Opened = Omit<ContactRow, 'id'> & {
  open: boolean
  last_inbound_at: Date | null
  contact_id: string | null
}

export type Settlement = {
  id: string
  status: 'accepted' | 'failed' | 'unknown' | 'queued'
  wamid: string | null
  error: object | null
  now: Date
  /** For `unknown` and `queued`: when a worker must look again. */
  due_in_ms: number | null
}

export type Settled = {
  id: string
  status: string
  wamid: string | null
  error: object | null
  accepted_at: Date | null
  sent_at: Date | null
  delivered_at: Date | null
  read_at: Date | null
  failed_at: Date | null
}

/**
 * The one statement of the hot path: stores messages about to be sent and writes what became of others, in one commit.
 *
 * A new message is stored only if its contact is known and its window allows it, under a lease on PostgreSQL's clock, which
 * all processes share; `opened` is in the order of the inputs.
 *
 * The lookups are fenced off (`offset 0`) because the plan is kept: plain joins, planned while the tables had three rows,
 * go on reading whole indexes until the next ANALYZE (600 ms for 50 sends among 60,000 contacts, against 2).
 *
 * A webhook may have been faster than our own verdict, and another process may have taken the row over: a status only
 * moves up, and `queued` (try again) is only taken while the row is still being sent.
 */
export async function writeSends(
  db: Queryable,
  opens: NewMessage[],
  settlements: Settlement[],
  terms: Terms,
): Promise<{ opened: Opened[]; settled: Settled[] }> {
  const row = await db.one<{ opened: Row[]; settled: Row[] }>(sql.named('messages.write_sends')`
    with judged as materialized (
      select i.*, a.contact_id, c.phone, c.user_id, c.username, c.name, w.last_inbound_at,
        a.contact_id is not null and (not i.needs_window
          or coalesce(w.last_inbound_at > to_timestamp(i.created_ms / 1000) - interval '24 hours', false)) as open
      from json_to_recordset(${sql.json(opens.map(compact))}::json) as i(
        ord int, id uuid, tenant_id uuid, phone_number_id uuid, alias_kind text, alias text, type text, status text,
        recipient text, content jsonb, template jsonb, reply_to text, client_ref text, idempotency_id uuid,
        needs_window boolean, created_ms float8)
      left join lateral (
        select contact_id from contact_aliases
        where tenant_id = i.tenant_id and kind = i.alias_kind and value = i.alias offset 0
      ) a on true
      left join lateral (
        select phone, user_id, username, name from contacts where id = a.contact_id offset 0
      ) c on true
      left join lateral (
        select last_inbound_at from windows
        where i.needs_window and phone_number_id = i.phone_number_id and contact_id = a.contact_id offset 0
      ) w on true
    ), stored as (
      insert into messages (id, tenant_id, phone_number_id, contact_id, direction, type, status, recipient, content, template,
        reply_to, client_ref, idempotency_id, needs_window, created_at, due_at, give_up_at, lease_owner, attempted_at, attempts)
      select id, tenant_id, phone_number_id, contact_id, 'outbound', type, status, recipient, content, template,
        reply_to, client_ref, idempotency_id, needs_window, to_timestamp(created_ms / 1000),
        case when status = 'sending' then now() + ${terms.lease_ms}::int * interval '1 ms' else now() end,
        now() + ${terms.give_up_ms}::int * interval '1 ms', case when status = 'sending' then ${terms.owner}::text end,
        case when status = 'sending' then now() end, case when status = 'sending' then 1 else 0 end
      from judged where open
    ), locked as materialized (
      select m.id, i.status, i.wamid, i.error, to_timestamp(i.now_ms / 1000) as now, i.due_in_ms,
        message_rank(i.status, i.error) > message_rank(m.status, m.error)
          or (i.status = 'queued' and m.status = 'sending') as moves
      from (
        select * from json_to_recordset(${sql.json(settlements.map(brief))}::json) as given(
          id uuid, status text, wamid text, error jsonb, now_ms float8, due_in_ms int)
        order by id
      ) i cross join lateral (
        select id, status, error from messages where id = i.id offset 0 for no key update
      ) m
    ), settled as (
      update messages m set
        wamid = coalesce(m.wamid, i.wamid),
        status = case when moves then i.status else m.status end,
        error = case when moves then i.error else m.error end,
        accepted_at = coalesce(m.accepted_at, case when i.status = 'accepted' then i.now end),
        failed_at = case when moves then case when i.status = 'failed' then i.now end else m.failed_at end,
        due_at = case when moves then now() + i.due_in_ms * interval '1 ms'
          when m.status in ('queued', 'sending', 'unknown') then m.due_at end,
        lease_owner = case when moves then null else m.lease_owner end
      from locked i
      where m.id = i.id
      returning m.id, m.status, m.wamid, m.error, m.accepted_at, m.sent_at, m.delivered_at, m.read_at, m.failed_at
    )
    select
      (select coalesce(json_agg(json_build_object('open', open, 'last_inbound_at', last_inbound_at, 'contact_id', contact_id,
        'phone', phone, 'user_id', user_id, 'username', username, 'name', name) order by ord), '[]') from judged) as opened,
      (select coalesce(json_agg(settled), '[]') from settled) as settled`)
  return { opened: row?.opened.map(withDates) as Opened[], settled: row?.settled.map(withDates) as Settled[] }
}

/** What stringifies fast: no dates, and nothing where there is nothing to say. */
function compact(
  { created_at, reply_to, client_ref, idempotency_id, template, ...message }: NewMessage,
  ord: number,
) {
  return {
    ...message,
    ord,
    created_ms: created_at.getTime(),
    reply_to: reply_to ?? undefined,
    client_ref: client_ref ?? undefined,
    idempotency_id: idempotency_id ?? undefined,
    template: template ?? undefined,
  }
}

function brief({ id, status, wamid, error, now, due_in_ms }: Settlement) {
  return {
    id,
    status,
    wamid: wamid ?? undefined,
    error: error ?? undefined,
    now_ms: now.getTime(),
    due_in_ms: due_in_ms ?? undefined,
  }
}

const DATES = ['last_inbound_at', 'accepted_at', 'sent_at', 'delivered_at', 'read_at', 'failed_at']

/** JSON has no dates: they come as text. */
function withDates(row: Record<string, unknown>): unknown {
  for (const name of DATES) if (typeof row[name] === 'string') row[name] = new Date(row[name])
  return row
}

export type StatusInput = {
  ord: number
  id: string | null
  phone_number_id: string
  wamid: string
  status: 'sent' | 'delivered' | 'read' | 'failed'
  /** Meta's earliest word. */
  at: Date
  sent_at: Date | null
  delivered_at: Date | null
  read_at: Date | null
  failed_at: Date | null
  error: object | null
  pricing: object | null
  /** The rank of the status that brought `pricing`; `cost` is what that is in money. */
  priced_by: number | null
  cost: object | null
}

export type StatusResult = { ord: number; id: string }

/**
 * Applies statuses of webhooks, at most one row a message. `id` is what Meta echoed; without it the wamid finds the row.
 * Order and repeats do not matter: statuses only move up, and of two prices that of the higher status counts. Where the
 * answer to the send was lost, Meta's earliest word is when it was accepted (in whole seconds).
 */
export function applyStatuses(db: Queryable, inputs: StatusInput[]): Promise<StatusResult[]> {
  return db.query<StatusResult>(sql.named('messages.apply_statuses')`
    with input as (
      select * from json_to_recordset(${sql.json(inputs)}::json) as i(
        ord int, id uuid, phone_number_id uuid, wamid text, status text, at timestamptz, error jsonb, pricing jsonb,
        priced_by int, cost jsonb, sent_at timestamptz, delivered_at timestamptz, read_at timestamptz, failed_at timestamptz)
    ), target as (
      select i.ord, m.id from input i join messages m on m.id = i.id and m.phone_number_id = i.phone_number_id
      where m.direction = 'outbound'
      union
      select i.ord, m.id from input i join messages m on m.wamid = i.wamid and m.phone_number_id = i.phone_number_id
      where m.direction = 'outbound'
    ), locked as (
      select m.id, t.ord, message_rank(i.status, i.error) > message_rank(m.status, m.error) as moves
      from target t join input i using (ord) join messages m on m.id = t.id
      order by m.id for no key update of m
    )
    update messages m set
      wamid = coalesce(m.wamid, i.wamid),
      status = case when moves then i.status else m.status end,
      error = case when moves then i.error else m.error end,
      failed_at = case when moves then case when i.status = 'failed' then i.failed_at end else m.failed_at end,
      accepted_at = case when m.accepted_at is null or m.accepted_at = date_trunc('second', m.accepted_at)
        then least(m.accepted_at, i.at) else m.accepted_at end,
      sent_at = least(m.sent_at, i.sent_at),
      delivered_at = least(m.delivered_at, i.delivered_at),
      read_at = least(m.read_at, i.read_at),
      pricing = case when i.priced_by >= coalesce(m.priced_by, 0) then i.pricing else m.pricing end,
      cost = case when i.priced_by >= coalesce(m.priced_by, 0) then i.cost else m.cost end,
      priced_by = greatest(m.priced_by, i.priced_by), due_at = null, retry_at = null, lease_owner = null
    from input i join locked using (ord)
    where m.id = locked.id
    returning i.ord, m.id`)
}
