// SQL that reads everything about a contact.

import type { Queryable } from '../db/pool.ts'
import { sql } from '../db/sql.ts'

/** Times as PostgreSQL's JSON has them, in UTC. */
export async function readFacts(db: Queryable, contact_id: string): Promise<object | undefined> {
  const row = await db.one<{ facts: object }>(sql`
    select json_build_object(
      'id', c.id, 'phone', '+' || c.phone, 'user_id', c.user_id, 'username', c.username, 'name', c.name,
      'saved_name', c.saved_name, 'marketing_opt_out', c.marketing_opt_out,
      'created_at', c.created_at, 'updated_at', c.updated_at,
      'addresses', (
        select coalesce(json_agg(json_build_object('kind', kind, 'value', value) order by kind, value), '[]')
        from contact_aliases where contact_id = c.id),
      'consents', (
        select coalesce(json_agg(json_build_object('phone_number_id', phone_number_id, 'category', category, 'value', value,
          'source', source, 'detail', detail, 'at', at) order by at), '[]')
        from consents where contact_id = c.id),
      'windows', (
        select coalesce(json_agg(json_build_object('phone_number_id', phone_number_id, 'last_inbound_at', last_inbound_at,
          'free_entry_point_expires_at', free_entry_point_expires_at)), '[]')
        from windows where contact_id = c.id)
    ) as facts
    from contacts c where c.id = ${contact_id}::uuid`)
  return row?.facts
}
