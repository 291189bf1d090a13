// Campaigns for tests of the run: made straight in the database, so that tens of thousands of recipients take a moment.

import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { readCounts } from '../server/campaigns/run/counts.ts'
import type { Counts } from '../server/campaigns/schema.ts'
import { types } from '../server/db/types.ts'
import type { Log } from '../server/kit/log.ts'
import { type Answered, FAST_NUMBER, type World } from './carom.ts'

export type Made = { id: string; tenant_id: string }

export type Wish = {
  /** Digits. A number: so many people whom nobody knows. */
  recipients: number | string[]
  phone_number_id?: string
  template?: string
  components?: object[]
  variables?: object
  country?: string
  columns?: Record<string, unknown>
}

/** With the types that the gateway itself reads. */
export function lookInto(url: string): pg.Pool {
  const db = new pg.Pool({ connectionString: url, max: 3, types })
  db.on('error', () => {})
  return db
}

/** Keeps what was logged as an error, for the test to find none. */
export function listeningLog(): { log: Log; errors: string[] } {
  const errors: string[] = []
  const error = (fields: { err?: Error }, message: string) =>
    void errors.push(`${message}: ${fields.err?.stack ?? JSON.stringify(fields)}`)
  return { errors, log: { debug() {}, info() {}, warn() {}, error } }
}

let made = 0

/** People whom no other crowd of this process holds; none is one of those with whom the simulator plays tricks. */
export function crowd(count: number, from = ++made): string[] {
  const number = (n: number) => `4915${String(from).padStart(2, '0')}${String(n).padStart(6, '0')}77`
  return Array.from({ length: count }, (_, n) => number(n))
}

export async function makeCampaign(db: pg.Client | pg.Pool, wish: Wish): Promise<Made> {
  const { rows } = await db.query('select id, tenant_id from phone_numbers where phone_number_id = $1', [
    wish.phone_number_id ?? FAST_NUMBER,
  ])
  const [number] = rows
  assert.ok(number, 'the number is connected')
  const id = randomUUID()
  const aliases = typeof wish.recipients === 'number' ? crowd(wish.recipients) : wish.recipients
  await db.query(
    `insert into campaigns (id, tenant_id, phone_number_id, name, template, language, components, status, created_at, updated_at)
     values ($1, $2, $3, 'A test', $4, 'en_US', $5, 'draft', now(), now())`,
    [
      id,
      number.tenant_id,
      number.id,
      wish.template ?? 'hello_world',
      JSON.stringify(wish.components ?? null),
    ],
  )
  for (const [name, value] of Object.entries(wish.columns ?? {})) {
    await db.query(`update campaigns set ${pg.escapeIdentifier(name)} = $2 where id = $1`, [id, value])
  }
  await db.query(
    `insert into campaign_recipients (campaign_id, ord, tenant_id, alias_kind, alias, country, variables)
     select $1, ord, $2, 'phone', alias, $4, $5 from unnest($3::text[]) with ordinality as i(alias, ord)`,
    [id, number.tenant_id, aliases, wish.country ?? 'DE', JSON.stringify(wish.variables ?? null)],
  )
  return { id, tenant_id: number.tenant_id }
}

/** Through the triggers' sums, and counted anew from what is there: the two are the same, or the test has failed. */
export async function exactCounts(db: pg.Client | pg.Pool, id: string): Promise<Counts> {
  const told = await toldCounts(db, id)
  assert.deepEqual(told, await countAnew(db, id))
  return told
}

export async function toldCounts(db: pg.Client | pg.Pool, id: string): Promise<Counts> {
  const queryable = {
    query: async (statement: { text: string; values: unknown[] }) => (await db.query(statement)).rows,
  }
  const counts = (await readCounts(queryable as never, [{ id }])).get(id)
  assert.ok(counts)
  return counts
}

async function countAnew(db: pg.Client | pg.Pool, id: string): Promise<Counts> {
  const { rows } = await db.query(
    `select count(*)::int as total,
      count(*) filter (where r.state = 'waiting' or (r.state = 'expanded' and m.status in ('queued', 'sending')))::int as pending,
      count(*) filter (where r.state = 'expanded' and m.accepted_at is not null)::int as sent,
      count(*) filter (where r.state = 'expanded' and m.delivered_at is not null)::int as delivered,
      count(*) filter (where r.state = 'expanded' and m.read_at is not null)::int as read,
      count(*) filter (where r.state = 'expanded' and m.replied_at is not null)::int as replied,
      count(*) filter (where r.state = 'failed' or (r.state = 'expanded' and m.status = 'failed'))::int as failed,
      count(*) filter (where r.state = 'skipped')::int as skipped,
      count(*) filter (where r.state = 'expanded' and m.status = 'unknown')::int as unknown
     from campaign_recipients r left join messages m on m.id = r.message_id where r.campaign_id = $1`,
    [id],
  )
  return rows[0]
}

/** How often Meta took something for each number: digits → times. */
export async function atMeta(world: World, phone_number_id = FAST_NUMBER): Promise<Map<string, number>> {
  const times = new Map<string, number>()
  for (let after = ''; ; ) {
    const from = after && `&after=${encodeURIComponent(after)}`
    const path = `/_sim/messages?direction=to_user&phone_number_id=${phone_number_id}&limit=500${from}`
    const { data } = (await world.sim('GET', path)).body
    if (data.length === 0) return times
    for (const { user } of data) times.set(user, (times.get(user) ?? 0) + 1)
    after = data.at(-1).id
  }
}

export function expectStatus(answer: Answered, status: number): Answered {
  assert.equal(answer.status, status, answer.text)
  return answer
}
