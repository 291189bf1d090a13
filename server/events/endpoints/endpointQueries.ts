// Every SQL statement of endpoints.

import type { Queryable } from '../../db/pool.ts'
import { sql } from '../../db/sql.ts'

export type EndpointRow = {
  id: string
  tenant_id: string
  url: string
  events: string[]
  format: 'standard' | 'meta'
  description: string | null
  is_active: boolean
  disabled_reason: string | null
  disabled_at: Date | null
  /** Of the secret before the newest one, while it signs as well. */
  previous_valid_until: Date | null
  failures: number
  failing_since: Date | null
  last_success_at: Date | null
  last_failure_at: Date | null
  created_at: Date
  updated_at: Date
}

const previous = sql`(
  select max(s.valid_until) from webhook_secrets s where s.webhook_id = w.id) as previous_valid_until`

type NewRow = Pick<
  EndpointRow,
  'id' | 'tenant_id' | 'url' | 'events' | 'format' | 'description' | 'is_active' | 'created_at'
>

/** It is told of what is recorded from now on. */
export async function insertEndpoint(tx: Queryable, row: NewRow): Promise<EndpointRow> {
  const stored = await tx.one<EndpointRow>(sql`
    insert into webhooks (id, tenant_id, url, events, format, description, is_active, from_seq, created_at, updated_at)
    values (${row.id}, ${row.tenant_id}, ${row.url}, ${row.events}::text[], ${row.format}, ${row.description}, ${row.is_active},
      coalesce(pg_sequence_last_value('event_seq'), 0), ${row.created_at}, ${row.created_at})
    returning *, null::timestamptz as previous_valid_until`)
  return stored as EndpointRow
}

export function findEndpoint(db: Queryable, tenant_id: string, id: string): Promise<EndpointRow | undefined> {
  return db.one(sql`select w.*, ${previous} from webhooks w where tenant_id = ${tenant_id} and id = ${id}`)
}

/** Until the transaction ends, nobody else changes it. */
export function lockEndpoint(tx: Queryable, tenant_id: string, id: string): Promise<EndpointRow | undefined> {
  return tx.one(
    sql`select w.*, ${previous} from webhooks w where tenant_id = ${tenant_id} and id = ${id} for update`,
  )
}

export function listEndpoints(
  db: Queryable,
  tenant_id: string,
  limit: number,
  after: string | undefined,
): Promise<EndpointRow[]> {
  return db.query(sql`
    select w.*, ${previous} from webhooks w
    where tenant_id = ${tenant_id} and (${after ?? null}::uuid is null or id < ${after ?? null}::uuid)
    order by id desc limit ${limit}::int`)
}

export type Change = Pick<EndpointRow, 'url' | 'events' | 'description' | 'is_active'>

/** `fresh`: it begins anew, as if it had never failed. */
export async function updateEndpoint(
  tx: Queryable,
  id: string,
  change: Change,
  fresh: boolean,
  now: Date,
): Promise<EndpointRow> {
  const row = await tx.one<EndpointRow>(sql`
    update webhooks w set url = ${change.url}, events = ${change.events}::text[], description = ${change.description},
      is_active = ${change.is_active}, updated_at = ${now},
      failures = case when ${fresh}::boolean then 0 else failures end,
      failing_since = case when ${fresh}::boolean then null else failing_since end,
      disabled_reason = case when ${fresh}::boolean then null else disabled_reason end,
      disabled_at = case when ${fresh}::boolean then null else disabled_at end,
      next_try_at = case when ${fresh}::boolean then '-infinity' else next_try_at end
    where id = ${id} returning w.*, ${previous}`)
  return row as EndpointRow
}

/** What waits for its next attempt need not wait any longer. */
export async function dueNow(tx: Queryable, webhook_id: string): Promise<void> {
  await tx.query(sql`
    update delivery_lines set due_at = now()
    where webhook_id = ${webhook_id} and due_at > now() and due_at < 'infinity' and lease_owner is null`)
}

export async function insertSecret(
  tx: Queryable,
  row: { id: string; webhook_id: string; secret_sealed: string },
): Promise<void> {
  await tx.query(sql`
    insert into webhook_secrets (id, webhook_id, secret_sealed) values (${row.id}, ${row.webhook_id}, ${row.secret_sealed})`)
}

/** All that there are end at `until` at the latest; those that are over, and all but the newest `most`, are deleted. */
export async function endSecrets(
  tx: Queryable,
  webhook_id: string,
  now: Date,
  until: Date,
  most: number,
): Promise<void> {
  await tx.query(sql`
    update webhook_secrets set valid_until = least(valid_until, ${until}::timestamptz) where webhook_id = ${webhook_id}`)
  await tx.query(sql`
    delete from webhook_secrets where webhook_id = ${webhook_id} and (valid_until <= ${now}::timestamptz or id not in (
      select id from webhook_secrets where webhook_id = ${webhook_id} order by id desc limit ${most}::int))`)
}

export async function touchEndpoint(tx: Queryable, id: string, now: Date): Promise<EndpointRow> {
  const row = await tx.one<EndpointRow>(sql`
    update webhooks w set updated_at = ${now} where id = ${id} returning w.*, ${previous}`)
  return row as EndpointRow
}

/** Its deliveries are swept away later (see keep.ts). */
export async function deleteEndpoint(tx: Queryable, tenant_id: string, id: string): Promise<boolean> {
  const row = await tx.one(
    sql`with gone as (delete from webhooks where tenant_id = ${tenant_id} and id = ${id} returning id)
      insert into deleted_webhooks (webhook_id) select id from gone returning webhook_id`,
  )
  return row !== undefined
}

export async function countEndpoints(tx: Queryable, tenant_id: string): Promise<number> {
  await tx.query(sql`select 1 from tenants where id = ${tenant_id} for update`)
  const row = await tx.one<{ count: number }>(
    sql`select count(*)::int as count from webhooks where tenant_id = ${tenant_id}`,
  )
  return row?.count ?? 0
}
