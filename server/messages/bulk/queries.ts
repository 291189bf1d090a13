// SQL for messages of campaigns. They are stored at the moment when there is room to send them, so their rows begin as
// `sending`, under a lease; `queued` they are only when Meta did not take them and they wait for their next try.

import type { Queryable } from '../../db/pool.ts'
import { sql } from '../../db/sql.ts'

/** What all messages of a slice have in common. */
export type Slice = {
  tenant_id: string
  phone_number_id: string
  campaign_id: string
  owner: string
  lease_ms: number
  now: Date
  /** Which template it was, as message rows hold it. */
  template: object | null
}

export type NewBulk = {
  id: string
  /** The recipient's place in the campaign. */
  ord: number
  contact_id: string
  /** +E.164, or a business-scoped user id. */
  recipient: string
  content: object
}

/** Behind everything else that is due. */
const PRIORITY = 10

export async function store(tx: Queryable, slice: Slice, rows: NewBulk[]): Promise<void> {
  await tx.query(sql.named('messages.store_bulk')`
    insert into messages (id, tenant_id, phone_number_id, contact_id, direction, type, status, recipient, content, template,
      campaign_id, campaign_ord, priority, created_at, due_at, lease_owner, attempted_at, attempts)
    select id, ${slice.tenant_id}::uuid, ${slice.phone_number_id}::uuid, contact_id, 'outbound', 'template', 'sending', recipient,
      content, ${sql.json(slice.template ?? undefined)}::jsonb, ${slice.campaign_id}::uuid, ord, ${PRIORITY}::smallint, ${slice.now}::timestamptz,
      now() + ${slice.lease_ms}::int * interval '1 ms', ${slice.owner}, now(), 1
    from json_to_recordset(${sql.json(rows)}::json) as i(id uuid, ord bigint, contact_id uuid, recipient text, content jsonb)`)
}

/** A row that is about to be sent. `attempt` is which try of this row it is. */
export type Bulk = {
  id: string
  tenant_id: string
  campaign_id: string
  contact_id: string
  recipient: string
  content: object
  attempt: number
}

/** A row that waits for its next try, and whose time has come. */
export type Again = { id: string; ord: number; contact_id: string; recipient: string }

/** Locked until the transaction ends; what others have locked is left to them. */
export function lockAgain(tx: Queryable, campaignId: string, limit: number): Promise<Again[]> {
  return tx.query<Again>(sql.named('messages.lock_again')`
    select id, campaign_ord as ord, contact_id, recipient from messages
    where campaign_id = ${campaignId}::uuid and retry_at <= now() and status = 'queued'
    order by retry_at limit ${limit}::int for no key update skip locked`)
}

/** Under a lease again. */
export function leaseAgain(
  tx: Queryable,
  ids: string[],
  lease: { owner: string; lease_ms: number },
): Promise<Bulk[]> {
  return tx.query<Bulk>(sql.named('messages.lease_again')`
    update messages m set status = 'sending', retry_at = null, due_at = now() + ${lease.lease_ms}::int * interval '1 ms',
      lease_owner = ${lease.owner}, attempted_at = now(), attempts = m.attempts + 1
    where m.id = any(${ids}::uuid[])
    returning m.id, m.tenant_id, m.campaign_id, m.contact_id, m.recipient, m.content, m.attempts as attempt`)
}

export async function postponeAgain(tx: Queryable, rows: { id: string; in_ms: number }[]): Promise<void> {
  await tx.query(sql.named('messages.postpone_again')`
    update messages m set retry_at = now() + i.in_ms * interval '1 ms'
    from json_to_recordset(${sql.json(rows)}::json) as i(id uuid, in_ms float8) where m.id = i.id`)
}

/** Milliseconds until the next one of them is due; undefined: none waits. */
export async function againInMs(db: Queryable, campaignId: string): Promise<number | undefined> {
  const row = await db.one<{ ms: number }>(sql.named('messages.again_in')`
    select extract(epoch from retry_at - now())::float8 * 1000 as ms from messages
    where campaign_id = ${campaignId}::uuid and retry_at is not null order by retry_at limit 1`)
  return row?.ms
}

export type BulkSettlement = {
  id: string
  /** Of which try this is the outcome. Only what Meta took is told of an earlier one. */
  attempt: number
  status: 'accepted' | 'failed' | 'unknown' | 'queued'
  wamid: string | null
  error: object | null
  now: Date
  /** `queued`: not again before; `unknown`: when a worker must look at it. */
  in_ms: number | null
}

/**
 * What became of sends. A webhook may have been faster than the verdict, and another process may have taken the row over: a
 * status only moves up, and `queued` is only taken while nobody has gone on with the row. Rows are visited in the order of
 * their ids, as everywhere, so that nobody waits in a circle; a row that changed meanwhile is judged as it is then.
 */
export async function settle(db: Queryable, settlements: BulkSettlement[]): Promise<void> {
  const sorted = settlements.map(brief).sort((a, b) => (a.id < b.id ? -1 : 1))
  const moves = sql`(i.status = 'accepted' or i.attempt = m.attempts)
    and (message_rank(i.status, i.error) > message_rank(m.status, m.error)
      or (i.status = 'queued' and m.status in ('sending', 'unknown')))`
  await db.query(sql.named('messages.settle_bulk')`
    update messages m set
      wamid = coalesce(m.wamid, i.wamid),
      status = case when ${moves} then i.status else m.status end,
      error = case when ${moves} then i.error else m.error end,
      accepted_at = coalesce(m.accepted_at, case when i.status = 'accepted' then to_timestamp(i.now_ms / 1000) end),
      failed_at = case when ${moves} then case when i.status = 'failed' then to_timestamp(i.now_ms / 1000) end else m.failed_at end,
      due_at = case when ${moves} then case when i.status = 'unknown' then now() + i.in_ms * interval '1 ms' end
        when m.status in ('sending', 'unknown') then m.due_at end,
      retry_at = case when ${moves} then case when i.status = 'queued' then now() + i.in_ms * interval '1 ms' end
        when m.status = 'queued' then m.retry_at end,
      lease_owner = case when ${moves} then null else m.lease_owner end
    from json_to_recordset(${sql.json(sorted)}::json) as i(
      id uuid, attempt int, status text, wamid text, error jsonb, now_ms float8, in_ms int)
    where m.id = i.id`)
}

function brief({ wamid, error, now, in_ms, ...settlement }: BulkSettlement) {
  return {
    ...settlement,
    wamid: wamid ?? undefined,
    error: error ?? undefined,
    now_ms: now.getTime(),
    in_ms: in_ms ?? undefined,
  }
}

export async function openWindows(
  db: Queryable,
  phoneNumberId: string,
  contactIds: string[],
  now: Date,
): Promise<string[]> {
  const rows = await db.query<{ contact_id: string }>(sql.named('messages.open_windows_of')`
    select contact_id from windows where phone_number_id = ${phoneNumberId}::uuid and contact_id = any(${contactIds}::uuid[])
      and last_inbound_at > ${now}::timestamptz - interval '24 hours'`)
  return rows.map(row => row.contact_id)
}
