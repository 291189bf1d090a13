// SQL for reading messages and windows. It joins the tables of rooms below (contacts, phone numbers) and writes none.

import type { Queryable } from '../../db/pool.ts'
import { sql } from '../../db/sql.ts'

export type MessageRow = {
  id: string
  wamid: string | null
  direction: 'outbound' | 'inbound'
  meta_phone_number_id: string
  phone_number_id: string
  contact_id: string
  phone: string | null
  user_id: string | null
  username: string | null
  name: string | null
  recipient: string | null
  type: string
  status: string
  content: unknown
  template: object | null
  reply_to: string | null
  client_ref: string | null
  campaign_id: string | null
  bot_id: string | null
  error: object | null
  pricing: object | null
  cost: object | null
  created_at: Date
  accepted_at: Date | null
  sent_at: Date | null
  delivered_at: Date | null
  read_at: Date | null
  failed_at: Date | null
  origin: 'app' | 'history' | null
  context: object | null
  referral: object | null
  edits: unknown[] | null
  edited_at: Date | null
  revoked_at: Date | null
}

const columns = sql`
  m.id, m.wamid, m.direction, n.phone_number_id as meta_phone_number_id, m.phone_number_id, m.contact_id, c.phone, c.user_id,
  c.username, coalesce(c.name, c.saved_name) as name, m.recipient, m.type, m.status, m.content, m.template, m.reply_to, m.client_ref, m.campaign_id, m.bot_id,
  m.error, m.pricing, m.cost, m.created_at, m.accepted_at, m.sent_at, m.delivered_at, m.read_at, m.failed_at,
  m.origin, m.context, m.referral, m.edits, m.edited_at, m.revoked_at`

const tables = sql`
  messages m join contacts c on c.id = m.contact_id join phone_numbers n on n.id = m.phone_number_id`

/** By our id, or by Meta's wamid. */
export function find(
  db: Queryable,
  tenantId: string,
  key: { id: string } | { wamid: string },
): Promise<MessageRow | undefined> {
  return 'id' in key
    ? db.one(sql.named('messages.by_id')`
        select ${columns} from ${tables} where m.id = ${key.id}::uuid and m.tenant_id = ${tenantId}::uuid`)
    : db.one(sql.named('messages.by_wamid')`
        select ${columns} from ${tables} where m.wamid = ${key.wamid} and m.tenant_id = ${tenantId}::uuid
        order by m.created_at limit 1`)
}

/** Those that there are, in no order. */
export function findMany(db: Queryable, keys: { tenant_id: string; id: string }[]): Promise<MessageRow[]> {
  return db.query(sql.named('messages.by_ids')`
    select ${columns} from ${tables}
    join json_to_recordset(${sql.json(keys)}::json) as k(tenant_id uuid, id uuid) on k.id = m.id and k.tenant_id = m.tenant_id`)
}

export function findClientRefs(
  db: Queryable,
  keys: { tenant_id: string; id: string }[],
): Promise<{ tenant_id: string; id: string; client_ref: string | null }[]> {
  return db.query(sql.named('messages.client_refs')`
    select m.tenant_id, m.id, m.client_ref from messages m
    join json_to_recordset(${sql.json(keys)}::json) as k(tenant_id uuid, id uuid) on k.id = m.id and k.tenant_id = m.tenant_id`)
}

/**
 * The message that a request with this idempotency row stored before it was cut off. A run that ended in a failure that
 * may pass can have been followed by another one, whose message is the one that counts.
 */
export function findByIdempotency(
  db: Queryable,
  tenantId: string,
  idempotencyId: string,
): Promise<(MessageRow & { due_in_s: number | null }) | undefined> {
  return db.one(sql.named('messages.by_idempotency')`
    select ${columns}, extract(epoch from m.due_at - now())::float8 as due_in_s
    from ${tables} where m.idempotency_id = ${idempotencyId}::uuid and m.tenant_id = ${tenantId}::uuid
    order by m.status = 'failed', m.id desc limit 1`)
}

export type Filters = {
  phone_number_id?: string
  contact_id?: string
  direction?: string
  status?: string
  type?: string
  campaign_id?: string
  client_ref?: string
  from?: Date
  to?: Date
}

export function list(
  db: Queryable,
  tenantId: string,
  filters: Filters,
  page: { after?: { at: string; id: string }; limit: number },
): Promise<MessageRow[]> {
  const where = [sql`m.tenant_id = ${tenantId}::uuid`]
  if (filters.phone_number_id) where.push(sql`m.phone_number_id = ${filters.phone_number_id}::uuid`)
  if (filters.contact_id) where.push(sql`m.contact_id = ${filters.contact_id}::uuid`)
  if (filters.direction) where.push(sql`m.direction = ${filters.direction}`)
  if (filters.status) where.push(sql`m.status = ${filters.status}`)
  if (filters.type) where.push(sql`m.type = ${filters.type}`)
  if (filters.campaign_id) where.push(sql`m.campaign_id = ${filters.campaign_id}::uuid`)
  if (filters.client_ref) where.push(sql`m.client_ref = ${filters.client_ref}`)
  if (filters.from) where.push(sql`m.created_at >= ${filters.from}::timestamptz`)
  if (filters.to) where.push(sql`m.created_at < ${filters.to}::timestamptz`)
  if (page.after) {
    where.push(sql`(m.created_at, m.id) < (${page.after.at}::timestamptz, ${page.after.id}::uuid)`)
  }
  return db.query(sql`
    select ${columns}, m.created_at::text as cursor_at from ${tables}
    where ${sql.join(where, ' and ')}
    order by m.created_at desc, m.id desc limit ${page.limit}::int`)
}

/** Where Meta's own words about a message are kept. */
export function findSource(
  db: Queryable,
  tenantId: string,
  id: string,
): Promise<{ inbox_id: string | null; inbox_path: string | null } | undefined> {
  return db.one(sql.named('messages.find_source')`
    select inbox_id, inbox_path from messages where id = ${id}::uuid and tenant_id = ${tenantId}::uuid`)
}

export type WindowState = { last_inbound_at: Date; free_entry_point_expires_at: Date | null }

export function findWindow(
  db: Queryable,
  tenantId: string,
  phoneNumberId: string,
  contactId: string,
): Promise<WindowState | undefined> {
  return db.one(sql.named('messages.find_window')`
    select last_inbound_at, free_entry_point_expires_at from windows
    where phone_number_id = ${phoneNumberId}::uuid and contact_id = ${contactId}::uuid and tenant_id = ${tenantId}::uuid`)
}
