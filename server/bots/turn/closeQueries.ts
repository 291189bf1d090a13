// SQL that ends turns: only whoever holds the lease may, and only once.

import type { Queryable } from '../../db/pool.ts'
import { sql } from '../../db/sql.ts'
import type { Reason } from './reasons.ts'

/** Threads before their turns, in the order in which the projection takes them: so that nobody waits in a circle. */
export async function lockThreads(db: Queryable, ids: string[]): Promise<void> {
  await db.query(sql.named('bots.lock_threads')`
    select from conversations where id = any(${ids}::uuid[]) order by phone_number_id, contact_id for no key update`)
}

/** Those of these turns that are still open, and still theirs who hold these leases. */
export async function lockTurns(
  db: Queryable,
  leases: { id: string; lease_id: string }[],
): Promise<Set<string>> {
  const rows = await db.query<{ id: string }>(sql.named('bots.lock_turns')`
    select t.id from json_to_recordset(${sql.json(leases.map(({ id, lease_id }) => ({ id, lease_id })))}::json)
      as i(id uuid, lease_id uuid)
    join bot_turns t on t.id = i.id
    where t.state = 'open' and t.lease_id = i.lease_id
    order by t.id for no key update of t`)
  return new Set(rows.map(row => row.id))
}

export type Ending = {
  id: string
  /** `open`: tried again later. */
  state: 'open' | 'answered' | 'dropped'
  reply: 'answer' | 'fallback' | 'handover' | null
  reason: Reason | null
  answer: object[] | null
  message_ids: string[]
  /** When a worker must look again; null: never. */
  due_in_ms: number | null
  engine: string | null
  model: string | null
  input_tokens: number
  output_tokens: number
  /** A decimal, of this attempt. */
  cost: string | null
  currency: string | null
  passages: object[]
  tool_calls: object[]
  error: object | null
  latency_ms: number | null
}

/** What was spent is added up over all attempts; the rest is of the newest. */
export async function endTurns(db: Queryable, endings: Ending[], now: Date): Promise<void> {
  await db.query(sql.named('bots.end_turns')`
    update bot_turns t set
      state = i.state, reply = i.reply, reason = i.reason, answer = i.answer, message_ids = i.message_ids, lease_id = null,
      due_at = now() + i.due_in_ms * interval '1 ms', closed_at = case when i.state <> 'open' then ${now}::timestamptz end,
      engine = i.engine, model = coalesce(i.model, t.model), passages = i.passages, tool_calls = t.tool_calls || i.tool_calls,
      error = coalesce(i.error, t.error), latency_ms = i.latency_ms, currency = coalesce(i.currency, t.currency),
      input_tokens = t.input_tokens + i.input_tokens, output_tokens = t.output_tokens + i.output_tokens,
      cost = case when i.cost is null then t.cost else coalesce(t.cost, 0) + i.cost end
    from json_to_recordset(${sql.json(endings)}::json) as i(id uuid, state text, reply text, reason jsonb, answer jsonb,
      message_ids uuid[], due_in_ms int, engine text, model text, input_tokens int, output_tokens int, cost numeric,
      currency text, passages jsonb, tool_calls jsonb, error jsonb, latency_ms int)
    where t.id = i.id`)
}

/** Attempts whose answer is no longer wanted cost all the same. */
export async function addSpent(
  db: Queryable,
  spent: Pick<
    Ending,
    'id' | 'input_tokens' | 'output_tokens' | 'cost' | 'currency' | 'model' | 'engine' | 'answer'
  >[],
): Promise<void> {
  await db.query(sql.named('bots.add_spent')`
    update bot_turns t set input_tokens = t.input_tokens + i.input_tokens, output_tokens = t.output_tokens + i.output_tokens,
      cost = case when i.cost is null then t.cost else coalesce(t.cost, 0) + i.cost end,
      currency = coalesce(i.currency, t.currency), model = coalesce(t.model, i.model), engine = coalesce(t.engine, i.engine),
      answer = case when t.state = 'dropped' then coalesce(t.answer, i.answer) else t.answer end
    from json_to_recordset(${sql.json(spent)}::json) as i(id uuid, input_tokens int, output_tokens int, cost numeric,
      currency text, model text, engine text, answer jsonb)
    where t.id = i.id`)
}

/** Turns whose thread or contact is gone: nobody is left to be answered. */
export async function abandon(db: Queryable, ids: string[], reason: Reason, now: Date): Promise<void> {
  await db.query(sql.named('bots.abandon')`
    update bot_turns set state = 'dropped', reason = ${sql.json(reason)}::jsonb, due_at = null, lease_id = null,
      closed_at = ${now}::timestamptz
    where id = any(${ids}::uuid[]) and state = 'open'`)
}
