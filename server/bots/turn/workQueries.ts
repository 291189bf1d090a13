// SQL of a turn that is being worked on: who takes it, and everything that is known about it.

import type { Queryable } from '../../db/pool.ts'
import { sql } from '../../db/sql.ts'
import type { BotConfig } from '../schema.ts'

export type Claimed = {
  id: string
  state: 'open' | 'answered'
  lease_id: string
  attempts: number
}

/**
 * Takes turns whose time has come. Of one bot not more than so many at once: a slow model must not hold up the others'.
 */
export function claim(
  db: Queryable,
  limit: number,
  { lease_ms, most_per_bot }: { lease_ms: number; most_per_bot: number },
): Promise<Claimed[]> {
  return db.query(sql.named('bots.claim_turns')`
    with busy as (
      select bot_id from bot_turns where state = 'open' and lease_id is not null and due_at > now()
      group by bot_id having count(*) >= ${most_per_bot}::int
    ), due as (
      select id from bot_turns
      where due_at <= now() and bot_id not in (select bot_id from busy)
      order by due_at limit ${limit}::int for no key update skip locked
    )
    update bot_turns t set lease_id = gen_random_uuid(), due_at = now() + ${lease_ms}::int * interval '1 ms',
      attempts = t.attempts + (t.state = 'open')::int
    from due where t.id = due.id
    returning t.id, t.state, t.lease_id, t.attempts`)
}

/** Whoever works on turns says so again and again; of a worker that is silent for a lease they are taken away. */
export async function keepLeases(
  db: Queryable,
  leases: { id: string; lease_id: string }[],
  lease_ms: number,
): Promise<void> {
  await db.query(sql.named('bots.keep_leases')`
    update bot_turns t set due_at = now() + ${lease_ms}::int * interval '1 ms'
    from json_to_recordset(${sql.json(leases)}::json) as i(id uuid, lease_id uuid)
    where t.id = i.id and t.lease_id = i.lease_id and t.due_at is not null`)
}

export type Facts = {
  id: string
  tenant_id: string
  bot_id: string
  conversation_id: string
  phone_number_id: string
  contact_id: string
  asked: string[]
  opened_at: Date
  /** null: the bot was deleted. */
  name: string | null
  system_prompt: string
  config: BotConfig
  api_key_sealed: string | null
  signing_secret_sealed: string
  is_active: boolean
  linked: boolean
  number_autoreply: boolean
  thread_autoreply: boolean
  status: 'active' | 'completed' | 'escalated'
  status_reason: string | null
  status_at: Date
  bot_paused_until: Date | null
  bot_resumed_at: Date | null
  person_at: Date | null
  opted_out: boolean
  window_open: boolean
  phone: string | null
  user_id: string | null
  username: string | null
  contact_name: string | null
  replies_last_hour: number
}

/** `pause_minutes` is for bots that do not say how long a person's message pauses them. */
export function factsOf(
  db: Queryable,
  ids: string[],
  { now, pause_minutes }: { now: Date; pause_minutes: number },
): Promise<Facts[]> {
  return db.query(sql.named('bots.turn_facts')`
    select t.id, t.tenant_id, t.bot_id, t.conversation_id, t.phone_number_id, v.contact_id, t.asked, t.opened_at,
      b.name, coalesce(b.system_prompt, '') as system_prompt, coalesce(b.config, '{}') as config, b.api_key_sealed,
      b.signing_secret_sealed, coalesce(b.is_active, false) as is_active,
      n.bot_id is not distinct from t.bot_id as linked, n.autoreply_enabled as number_autoreply,
      v.autoreply_enabled as thread_autoreply, v.status, v.status_reason, v.status_at, v.bot_paused_until, v.bot_resumed_at,
      person_answered_at(t.phone_number_id, v.contact_id, greatest(v.bot_resumed_at, least(t.opened_at, ${now}::timestamptz
        - coalesce((b.config ->> 'pause_minutes')::int, ${pause_minutes}::int) * interval '1 minute'))) as person_at,
      stopped_marketing(v.contact_id, t.phone_number_id) as opted_out,
      coalesce(w.last_inbound_at > ${now}::timestamptz - interval '24 hours', false) as window_open,
      c.phone, c.user_id, c.username, coalesce(c.name, c.saved_name) as contact_name,
      (select count(*) from bot_turns s where s.conversation_id = t.conversation_id and s.state = 'answered'
        and s.closed_at > ${now}::timestamptz - interval '1 hour' and s.reply <> 'handover') as replies_last_hour
    from bot_turns t
    join conversations v on v.id = t.conversation_id
    join phone_numbers n on n.id = t.phone_number_id
    join contacts c on c.id = v.contact_id
    left join bots b on b.id = t.bot_id
    left join windows w on w.phone_number_id = t.phone_number_id and w.contact_id = v.contact_id
    where t.id = any(${ids}::uuid[])`)
}

export type ThreadRow = {
  thread: string
  id: string
  direction: 'inbound' | 'outbound'
  type: string
  content: unknown
  template: unknown
  wamid: string | null
  bot_id: string | null
  sent_at: Date | null
  created_at: Date
  accepted_at: Date | null
}

/** The newest messages of threads, oldest first. What failed was never said, and what was deleted is said no more. */
export function threadsOf(
  db: Queryable,
  threads: { key: string; phone_number_id: string; contact_id: string; before: Date | null }[],
  limit: number,
): Promise<ThreadRow[]> {
  return db.query(sql.named('bots.threads')`
    select i.key as thread, m.id, m.direction, m.type, m.content, m.template, m.wamid, m.bot_id, m.sent_at, m.created_at, m.accepted_at
    from json_to_recordset(${sql.json(threads)}::json) as i(key text, phone_number_id uuid, contact_id uuid, before timestamptz)
    join lateral (
      select * from messages
      where contact_id = i.contact_id and phone_number_id = i.phone_number_id and revoked_at is null
        and status <> 'failed' and type not in ('reaction', 'system', 'call')
        and (i.before is null or created_at < i.before)
      order by created_at desc, id desc limit ${limit}::int
    ) m on true
    order by i.key, m.created_at, m.id`)
}

/** What bots have spent since a time of their own. */
export function spentOf(
  db: Queryable,
  bots: { bot_id: string; since: Date }[],
): Promise<{ bot_id: string; tokens: number; cost: string }[]> {
  return db.query(sql.named('bots.spent')`
    select i.bot_id, coalesce(sum(t.input_tokens + t.output_tokens), 0)::int8 as tokens, coalesce(sum(t.cost), 0)::text as cost
    from json_to_recordset(${sql.json(bots)}::json) as i(bot_id uuid, since timestamptz)
    left join bot_turns t on t.bot_id = i.bot_id and t.opened_at >= i.since and t.input_tokens + t.output_tokens > 0
    group by i.bot_id`)
}
