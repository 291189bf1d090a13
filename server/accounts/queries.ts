// Every SQL statement of accounts and their numbers.

import type { Queryable } from '../db/pool.ts'
import { sql } from '../db/sql.ts'
import type { NumberInfo } from '../meta/numbers.ts'
import type { TokenInfo } from '../meta/tokens.ts'
import type { WabaInfo } from '../meta/wabas.ts'
import type { AccountRow, AccountStatus, NumberRow } from './schema.ts'

export const CHANNEL = 'carom_accounts'

/** Tells every process, once this is committed, that what they remember of the account is old. Rare, so it may be in line. */
export async function announce(db: Queryable, account_id: string): Promise<void> {
  await db.query(sql`select pg_notify(${CHANNEL}, ${account_id})`)
}

/** Makes sure that the tenant's row of this WABA exists, and locks it: the token is sealed to its id. */
export async function lockAccount(
  tx: Queryable,
  key: { id: string; tenant_id: string; waba_id: string; sandbox: boolean },
  now: Date,
): Promise<AccountRow> {
  await tx.query(sql`
    insert into accounts (id, tenant_id, waba_id, status, sandbox, held, created_at, updated_at)
    values (${key.id}, ${key.tenant_id}, ${key.waba_id}, 'disconnected', ${key.sandbox}, false, ${now}, ${now})
    on conflict (tenant_id, waba_id) do nothing`)
  const row = await tx.one<AccountRow>(sql`
    select * from accounts where tenant_id = ${key.tenant_id} and waba_id = ${key.waba_id} for update`)
  if (!row) throw new Error('An account row that was just made is not there.')
  return row
}

export type Claim = { id: string; sandbox: boolean; token_sealed: string; token: TokenInfo; waba: WabaInfo }

/** Violates accounts_held while another tenant has the WABA. */
export async function holdAccount(tx: Queryable, claim: Claim, now: Date): Promise<void> {
  const { token, waba } = claim
  await tx.query(sql`
    update accounts set
      name = ${waba.name}, currency = ${waba.currency}, timezone_id = ${waba.timezone_id},
      business_id = ${waba.business_id}, review_status = ${waba.review_status},
      token_sealed = ${claim.token_sealed}, token_expires_at = ${token.expires_at}, token_scopes = ${token.scopes},
      sandbox = ${claim.sandbox},
      status = case status when 'token_invalid' then 'connected' else status end,
      held = true, disconnected_at = null, updated_at = ${now}
    where id = ${claim.id}`)
}

type NumberInput = NumberInfo & { messages_per_second: number }

const columns = sql`phone_number_id text, display_phone_number text, verified_name text,
  code_verification_status text, name_status text, quality_rating text, messaging_limit text,
  throughput_level text, messages_per_second int, coexistence boolean, status text`

/** Violates phone_numbers_held while another tenant has the number. */
export async function holdNumber(
  tx: Queryable,
  account: { id: string; tenant_id: string; waba_id: string; sandbox: boolean },
  number: NumberInput & { id: string },
  now: Date,
): Promise<NumberRow> {
  const row = await tx.one<NumberRow>(sql`
    insert into phone_numbers (id, tenant_id, account_id, waba_id, phone_number_id, display_phone_number, verified_name,
      code_verification_status, name_status, quality_rating, messaging_limit, throughput_level, messages_per_second,
      coexistence, status, sandbox, held, created_at, updated_at)
    select ${number.id}::uuid, ${account.tenant_id}::uuid, ${account.id}::uuid, ${account.waba_id}, phone_number_id,
      display_phone_number, verified_name, code_verification_status, name_status, quality_rating, messaging_limit,
      throughput_level, messages_per_second, coexistence, coalesce(status, 'UNKNOWN'), ${account.sandbox}::boolean, true,
      ${now}::timestamptz, ${now}::timestamptz
    from jsonb_to_record(${sql.json(number)}::jsonb) as n(${columns})
    on conflict (tenant_id, phone_number_id) do update set
      account_id = excluded.account_id, waba_id = excluded.waba_id, sandbox = excluded.sandbox,
      display_phone_number = excluded.display_phone_number, verified_name = excluded.verified_name,
      code_verification_status = excluded.code_verification_status, name_status = excluded.name_status,
      quality_rating = excluded.quality_rating, messaging_limit = excluded.messaging_limit,
      throughput_level = excluded.throughput_level, messages_per_second = excluded.messages_per_second,
      coexistence = excluded.coexistence, status = excluded.status,
      held = true, disconnected_at = null, updated_at = excluded.updated_at
    returning *`)
  if (!row) throw new Error('A number that was just stored is not there.')
  return row
}

/** Brings the numbers that the account already has up to date; adds none. */
export async function updateNumbers(
  db: Queryable,
  account_id: string,
  numbers: NumberInput[],
  now: Date,
): Promise<void> {
  await db.query(sql`
    update phone_numbers p set
      display_phone_number = n.display_phone_number, verified_name = n.verified_name,
      code_verification_status = n.code_verification_status, name_status = n.name_status,
      quality_rating = n.quality_rating, messaging_limit = n.messaging_limit, throughput_level = n.throughput_level,
      messages_per_second = n.messages_per_second, coexistence = n.coexistence,
      status = coalesce(n.status, p.status), updated_at = ${now}
    from jsonb_to_recordset(${sql.json(numbers)}::jsonb) as n(${columns})
    where p.account_id = ${account_id} and p.held and p.phone_number_id = n.phone_number_id`)
}

export async function storePin(db: Queryable, number_id: string, pin_sealed: string | null): Promise<void> {
  await db.query(sql`update phone_numbers set pin_sealed = ${pin_sealed} where id = ${number_id}`)
}

export async function stampRegistered(
  db: Queryable,
  number_id: string,
  pin_sealed: string,
  now: Date,
): Promise<void> {
  await db.query(sql`
    update phone_numbers set pin_sealed = ${pin_sealed}, registered_at = ${now}, updated_at = ${now}
    where id = ${number_id}`)
}

export async function stampSubscribed(db: Queryable, account_id: string, now: Date): Promise<void> {
  await db.query(sql`update accounts set subscribed_at = ${now} where id = ${account_id}`)
}

/** From here on the account can send. */
export async function stampUsable(db: Queryable, account_id: string, now: Date): Promise<void> {
  await db.query(sql`
    update accounts set status = 'connected', updated_at = ${now}
    where id = ${account_id} and held and status = 'disconnected'`)
}

/** Whether this was the first time that every step went through. */
export async function stampConnected(db: Queryable, account_id: string, now: Date): Promise<boolean> {
  const row = await db.one(sql`
    update accounts set connected_at = ${now} where id = ${account_id} and connected_at is null returning id`)
  return row !== undefined
}

export async function updateWaba(
  db: Queryable,
  id: string,
  waba: WabaInfo,
  token: TokenInfo,
  now: Date,
): Promise<void> {
  await db.query(sql`
    update accounts set
      name = ${waba.name}, currency = ${waba.currency}, timezone_id = ${waba.timezone_id},
      business_id = ${waba.business_id}, review_status = ${waba.review_status},
      token_expires_at = ${token.expires_at}, token_scopes = ${token.scopes},
      status = case status when 'token_invalid' then 'connected' else status end, updated_at = ${now}
    where id = ${id}`)
}

/** The token is forgotten, the rows stay. */
export async function releaseAccount(tx: Queryable, id: string, now: Date): Promise<void> {
  await tx.query(sql`
    update accounts set status = 'disconnected', held = false, token_sealed = null, subscribed_at = null,
      connected_at = null, restriction = null, restricted_until = null, disconnected_at = ${now}, updated_at = ${now}
    where id = ${id}`)
  await tx.query(sql`
    update phone_numbers set status = 'DISCONNECTED', held = false, pin_sealed = null, disconnected_at = ${now},
      updated_at = ${now}
    where account_id = ${id} and held`)
}

/** Whether it was usable until now. */
export async function setTokenInvalid(db: Queryable, id: string, now: Date): Promise<boolean> {
  const row = await db.one(sql`
    update accounts set status = 'token_invalid', updated_at = ${now}
    where id = ${id} and status in ('connected', 'restricted') returning id`)
  return row !== undefined
}

export function accountById(db: Queryable, tenant_id: string, id: string): Promise<AccountRow | undefined> {
  return db.one(sql`select * from accounts where tenant_id = ${tenant_id} and id = ${id}`)
}

export function accountsByIds(db: Queryable, ids: string[]): Promise<AccountRow[]> {
  return db.query(sql`select * from accounts where id = any(${ids}::uuid[]) order by id`)
}

export function accountByWaba(
  db: Queryable,
  tenant_id: string,
  waba_id: string,
): Promise<AccountRow | undefined> {
  return db.one(sql`select * from accounts where tenant_id = ${tenant_id} and waba_id = ${waba_id}`)
}

export function listAccounts(
  db: Queryable,
  tenant_id: string,
  page: { after: string | undefined; rows: number },
): Promise<AccountRow[]> {
  const after = page.after ?? null
  return db.query(sql`
    select * from accounts
    where tenant_id = ${tenant_id} and (${after}::uuid is null or id < ${after}::uuid)
    order by id desc limit ${page.rows}`)
}

export function numbersOf(db: Queryable, account_ids: string[]): Promise<NumberRow[]> {
  return db.query(sql`select * from phone_numbers where account_id = any(${account_ids}::uuid[]) order by id`)
}

export function listNumbers(
  db: Queryable,
  tenant_id: string,
  page: { after: string | undefined; rows: number },
): Promise<NumberRow[]> {
  const after = page.after ?? null
  return db.query(sql`
    select * from phone_numbers
    where tenant_id = ${tenant_id} and (${after}::uuid is null or id < ${after}::uuid)
    order by id desc limit ${page.rows}`)
}

/** `phone_id`: ours or Meta's. */
export function numberByEither(
  db: Queryable,
  tenant_id: string,
  phone_id: string,
): Promise<NumberRow | undefined> {
  return db.one(sql`
    select * from phone_numbers
    where tenant_id = ${tenant_id} and (id::text = lower(${phone_id}) or phone_number_id = ${phone_id})`)
}

export function setBot(
  db: Queryable,
  id: string,
  bot_id: string | null,
  now: Date,
): Promise<NumberRow | undefined> {
  return db.one(sql`
    update phone_numbers set bot_id = ${bot_id}::uuid,
      autoreply_enabled = autoreply_enabled and ${bot_id}::uuid is not null, updated_at = ${now}
    where id = ${id} returning *`)
}

export function setAutoreply(
  db: Queryable,
  id: string,
  enabled: boolean,
  now: Date,
): Promise<NumberRow | undefined> {
  return db.one(sql`
    update phone_numbers set autoreply_enabled = ${enabled}, updated_at = ${now} where id = ${id} returning *`)
}

export type FoundNumber = NumberRow & {
  account_status: AccountStatus
  restricted_until: Date | null
  token_sealed: string | null
  currency: string | null
  timezone_id: string | null
}

const withAccount = sql`
  select n.*, a.status as account_status, a.restricted_until, a.token_sealed, a.currency, a.timezone_id
  from phone_numbers n join accounts a on a.id = n.account_id`

export function findById(db: Queryable, id: string): Promise<FoundNumber | undefined> {
  return db.one(sql`${withAccount} where n.id = ${id}`)
}

export function findInTenant(
  db: Queryable,
  tenant_id: string,
  phone_id: string,
): Promise<FoundNumber | undefined> {
  return db.one(sql`${withAccount}
    where n.tenant_id = ${tenant_id} and (n.id::text = lower(${phone_id}) or n.phone_number_id = ${phone_id})`)
}

export function findHeld(db: Queryable, phone_number_id: string): Promise<FoundNumber | undefined> {
  return db.one(sql`${withAccount} where n.phone_number_id = ${phone_number_id} and n.held`)
}

export function findHeldAccount(db: Queryable, waba_id: string): Promise<AccountRow | undefined> {
  return db.one(sql`select * from accounts where waba_id = ${waba_id} and held`)
}

export function heldAccounts(
  db: Queryable,
  tenant_id: string,
  waba_id: string | undefined,
): Promise<AccountRow[]> {
  return db.query(sql`
    select * from accounts
    where tenant_id = ${tenant_id} and held and (${waba_id ?? null}::text is null or waba_id = ${waba_id ?? null})
    order by id`)
}
