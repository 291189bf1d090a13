// SQL of answers that are on their way: what became of the message that was handed over last.

import type { Queryable } from '../../db/pool.ts'
import { sql } from '../../db/sql.ts'

export type Unfinished = {
  id: string
  tenant_id: string
  bot_id: string
  phone_number_id: string
  contact_id: string
  phone: string | null
  user_id: string | null
  opened_at: Date
  answer: { type: string; content: object }[]
  message_ids: string[]
  /** Of the message that was handed over last. */
  status: string | null
  error_code: string | null
  /** Something was said in the thread after it. */
  overtaken: boolean
  /** By PostgreSQL's clock: since it was opened. */
  age_s: number
}

/** Of the turns under these leases. */
export function unfinished(db: Queryable, leases: { id: string; lease_id: string }[]): Promise<Unfinished[]> {
  return db.query(sql.named('bots.unfinished_turns')`
    select t.id, t.tenant_id, t.bot_id, t.phone_number_id, v.contact_id, c.phone, c.user_id, t.opened_at, t.answer, t.message_ids,
      m.status, m.error ->> 'code' as error_code, extract(epoch from now() - t.waiting_since)::float8 as age_s,
      m.status = 'failed' and exists (
        select from messages n where n.contact_id = m.contact_id and n.phone_number_id = m.phone_number_id
          and n.created_at > m.created_at and n.id <> m.id) as overtaken
    from json_to_recordset(${sql.json(leases.map(({ id, lease_id }) => ({ id, lease_id })))}::json) as i(id uuid, lease_id uuid)
    join bot_turns t on t.id = i.id
    join conversations v on v.id = t.conversation_id
    join contacts c on c.id = v.contact_id
    left join messages m on m.id = t.message_ids[cardinality(t.message_ids)]
    where t.state = 'answered' and t.lease_id = i.lease_id
    order by t.id for no key update of t`)
}

export type Step = { id: string; message_ids: string[]; due_in_ms: number | null }

export async function goOn(db: Queryable, steps: Step[]): Promise<void> {
  await db.query(sql.named('bots.go_on')`
    update bot_turns t set lease_id = null, due_at = now() + i.due_in_ms * interval '1 ms', message_ids = i.message_ids
    from json_to_recordset(${sql.json(steps)}::json) as i(id uuid, message_ids uuid[], due_in_ms int)
    where t.id = i.id`)
}
