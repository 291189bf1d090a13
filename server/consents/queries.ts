// Every SQL statement of consent settings. What people said is kept by the room of contacts.

import type { Queryable } from '../db/pool.ts'
import { sql } from '../db/sql.ts'
import type { SettingsBody } from './schema.ts'

/** On which processes tell each other that a tenant listens to other words. */
export const CHANNEL = 'carom_consent_settings'

export type SettingsRow = {
  stop_words: Record<string, string[]> | null
  start_words: Record<string, string[]> | null
  stop_answers: Record<string, string> | null
  start_answers: Record<string, string> | null
  scope: string | null
  updated_at: Date
}

export function findSettings(db: Queryable, tenant_id: string): Promise<SettingsRow | undefined> {
  return db.one(sql.named('consents.settings')`
    select stop_words, start_words, stop_answers, start_answers, scope, updated_at
    from consent_settings where tenant_id = ${tenant_id}::uuid`)
}

/** What the change does not name stays; null makes it the default again. */
export async function changeSettings(
  tx: Queryable,
  tenant_id: string,
  change: SettingsBody,
  now: Date,
): Promise<void> {
  await tx.query(sql`
    with change as (select ${sql.json(change)}::jsonb as p)
    insert into consent_settings as s (tenant_id, stop_words, start_words, stop_answers, start_answers, scope, updated_at)
    select ${tenant_id}::uuid, nullif(p -> 'stop_words', 'null'), nullif(p -> 'start_words', 'null'),
      nullif(p -> 'stop_answers', 'null'), nullif(p -> 'start_answers', 'null'), p ->> 'scope', ${now}::timestamptz
    from change
    on conflict (tenant_id) do update set
      stop_words = case when (select p ? 'stop_words' from change) then excluded.stop_words else s.stop_words end,
      start_words = case when (select p ? 'start_words' from change) then excluded.start_words else s.start_words end,
      stop_answers = case when (select p ? 'stop_answers' from change) then excluded.stop_answers else s.stop_answers end,
      start_answers = case when (select p ? 'start_answers' from change) then excluded.start_answers else s.start_answers end,
      scope = case when (select p ? 'scope' from change) then excluded.scope else s.scope end,
      updated_at = excluded.updated_at`)
  await tx.query(sql`select pg_notify(${CHANNEL}, ${tenant_id}::text)`)
}
