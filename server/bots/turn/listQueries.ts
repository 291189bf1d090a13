// SQL that reads turns for people.

import type { Queryable } from '../../db/pool.ts'
import { sql } from '../../db/sql.ts'
import type { BotTurn } from './schema.ts'

export type TurnRow = Omit<BotTurn, 'opened_at' | 'closed_at'> & { opened_at: Date; closed_at: Date | null }

export type TurnFilters = { state?: string; conversation_id?: string; reason?: string }

export function listTurns(
  db: Queryable,
  { tenant_id, bot_id }: { tenant_id: string; bot_id: string },
  filters: TurnFilters,
  page: { after: string | undefined; rows: number },
): Promise<TurnRow[]> {
  const where = [sql`t.bot_id = ${bot_id}::uuid and t.tenant_id = ${tenant_id}::uuid`]
  if (filters.state) where.push(sql`t.state = ${filters.state}`)
  if (filters.reason) where.push(sql`t.reason ->> 'code' = ${filters.reason}`)
  if (filters.conversation_id) where.push(sql`t.conversation_id = ${filters.conversation_id}::uuid`)
  if (page.after) where.push(sql`t.id < ${page.after}::uuid`)
  return db.query(sql`
    select t.id, t.bot_id, t.conversation_id, n.phone_number_id, t.state, t.reply, t.reason, t.asked, t.message_ids, t.answer,
      t.engine, t.model, t.input_tokens, t.output_tokens, trim_scale(t.cost)::text as cost, t.currency, t.passages, t.tool_calls,
      t.attempts, t.error, t.latency_ms, t.opened_at, t.closed_at
    from bot_turns t join phone_numbers n on n.id = t.phone_number_id
    where ${sql.join(where, ' and ')} order by t.id desc limit ${page.rows}::int`)
}
