// SQL of rate cards and their prices.

import type { Queryable } from '../../db/pool.ts'
import { sql } from '../../db/sql.ts'

export const CHANNEL = 'carom_rate_cards'

export type CardRow = {
  id: string
  /** null: it comes with Carom. */
  tenant_id: string | null
  card_id: string
  name: string
  currency: string
  effective_from: string
  effective_until: string | null
  created_at: Date
  updated_at: Date
}

export type PriceRow = { market: string; category: string; from_message: number; price: string }

const columns = sql`id, tenant_id, card_id, name, currency, effective_from, effective_until, created_at, updated_at`

/** Those of the tenant and those that come with Carom. */
export function listCards(db: Queryable, tenant_id: string): Promise<CardRow[]> {
  return db.query(sql`
    select ${columns} from rate_cards where tenant_id = ${tenant_id}::uuid or tenant_id is null
    order by effective_from desc, currency, card_id, tenant_id nulls last`)
}

export function readPrices(db: Queryable, cards: string[]): Promise<(PriceRow & { rate_card_id: string })[]> {
  return db.query(sql`
    select rate_card_id, market, category, from_message, price::text from rate_card_prices
    where rate_card_id = any(${cards}::uuid[]) order by market, category, from_message`)
}

export type NewCard = {
  id: string
  tenant_id: string | null
  card_id: string
  name: string
  currency: string
  effective_from: string
  effective_until: string | null
  checksum: string | null
}

/** Writes a card whole, in place of one of the same name. Answers whether there was none. */
export async function putCard(db: Queryable, card: NewCard, prices: PriceRow[], now: Date): Promise<boolean> {
  const row = await db.one<{ id: string; fresh: boolean }>(sql`
    insert into rate_cards (id, tenant_id, card_id, name, currency, effective_from, effective_until, checksum, created_at,
      updated_at)
    values (${card.id}, ${card.tenant_id}, ${card.card_id}, ${card.name}, ${card.currency}, ${card.effective_from},
      ${card.effective_until}, ${card.checksum}, ${now}, ${now})
    on conflict (tenant_id, card_id) do update set name = excluded.name, currency = excluded.currency,
      effective_from = excluded.effective_from, effective_until = excluded.effective_until, checksum = excluded.checksum,
      updated_at = excluded.updated_at
    returning id, id = ${card.id}::uuid as fresh`)
  if (!row) throw new Error('A rate card that was just written is not there.')
  await db.query(sql`delete from rate_card_prices where rate_card_id = ${row.id}`)
  await db.query(sql`
    insert into rate_card_prices (rate_card_id, market, category, from_message, price)
    select ${row.id}::uuid, market, category, from_message, price
    from json_to_recordset(${sql.json(prices)}::json) as p(market text, category text, from_message bigint, price numeric)`)
  return row.fresh
}

export async function dropCard(db: Queryable, tenant_id: string, card_id: string): Promise<boolean> {
  const row = await db.one(sql`
    delete from rate_cards where tenant_id = ${tenant_id}::uuid and card_id = ${card_id} returning id`)
  return row !== undefined
}

export function builtIn(db: Queryable): Promise<{ card_id: string; checksum: string | null }[]> {
  return db.query(sql`select card_id, checksum from rate_cards where tenant_id is null`)
}

/** One process at a time writes the cards that come with Carom. */
export async function lockSeeding(tx: Queryable): Promise<void> {
  await tx.query(sql`select pg_advisory_xact_lock(hashtextextended('carom rate cards', 0))`)
}

/** Tells every process, once this is committed, that a tenant's cards have changed. */
export async function announce(db: Queryable, tenant_id: string): Promise<void> {
  await db.query(sql`select pg_notify(${CHANNEL}, ${tenant_id})`)
}
