// SQL that deletes turns, or what was said in them.

import type { Queryable } from '../../db/pool.ts'
import { sql } from '../../db/sql.ts'

type Cutoffs = { tenant_id: string; before: Date }[]

const has_words = sql`(t.answer is not null or t.passages <> '[]' or t.tool_calls <> '[]' or t.error is not null)`
const without_words = sql`answer = null, passages = '[]', tool_calls = '[]', error = null`

/** Those of bots that were deleted too. */
export async function emptyTurns(db: Queryable, old: Cutoffs, limit: number): Promise<number> {
  const rows = await db.query(sql.named('bots.empty_turns')`
    with picked as (
      select p.id from json_to_recordset(${sql.json(old)}::json) as o(tenant_id uuid, before timestamptz)
      cross join lateral (
        select id from bot_turns t
        where t.tenant_id = o.tenant_id and t.opened_at < o.before and t.state <> 'open' and t.due_at is null and ${has_words}
        order by t.opened_at limit ${limit}::int
      ) p
      limit ${limit}::int
    )
    update bot_turns t set ${without_words} from picked p where t.id = p.id returning 1`)
  return rows.length
}

export async function deleteTurns(
  db: Queryable,
  old: Cutoffs,
  budgets_from: Date,
  limit: number,
): Promise<number> {
  const rows = await db.query(sql.named('bots.delete_turns')`
    with picked as (
      select p.id from json_to_recordset(${sql.json(old)}::json) as o(tenant_id uuid, before timestamptz)
      cross join lateral (
        select id from bot_turns
        where tenant_id = o.tenant_id and opened_at < least(o.before, ${budgets_from}::timestamptz) and state <> 'open'
          and due_at is null
        order by opened_at limit ${limit}::int
      ) p
      limit ${limit}::int
    )
    delete from bot_turns t using picked p where t.id = p.id returning 1`)
  return rows.length
}

export async function emptyTurnsOf(
  db: Queryable,
  thread_ids: string[],
  reason: object,
  now: Date,
): Promise<number> {
  const rows = await db.query(sql`
    update bot_turns t set ${without_words}, due_at = null, lease_id = null,
      state = case when state = 'open' then 'dropped' else state end,
      reason = case when state = 'open' or reason is not null then ${sql.json(reason)}::jsonb end,
      closed_at = coalesce(closed_at, ${now}::timestamptz)
    where conversation_id = any(${thread_ids}::uuid[]) returning 1`)
  return rows.length
}

export function turnsOf(db: Queryable, thread_ids: string[]): Promise<object[]> {
  return db.query(sql`
    select id, bot_id, conversation_id, state, reply, reason, asked, answer, message_ids, passages, tool_calls, opened_at,
      closed_at
    from bot_turns where conversation_id = any(${thread_ids}::uuid[]) order by id`)
}
