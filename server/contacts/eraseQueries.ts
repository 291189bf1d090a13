// SQL that forgets a contact.

import type { Queryable } from '../db/pool.ts'
import { sql } from '../db/sql.ts'
import type { Address } from '../kit/phone.ts'

export function aliasesOf(db: Queryable, contact_id: string): Promise<Address[]> {
  return db.query<Address>(sql`
    select kind, value from contact_aliases where contact_id = ${contact_id}::uuid
    union select 'phone', phone from contacts where id = ${contact_id}::uuid and phone is not null
    union select 'user_id', user_id from contacts where id = ${contact_id}::uuid and user_id is not null
    order by 1, 2`)
}

export async function lockContact(tx: Queryable, contact_id: string): Promise<void> {
  await tx.query(sql`select from contacts where id = ${contact_id}::uuid for update`)
}

/** Only of those who stopped something: all that they said, for a later word may have lifted an earlier one. */
export async function keepSuppressions(db: Queryable, contact_id: string): Promise<void> {
  const said = sql`
    select c.*, a.kind, a.value as alias from consents c join contact_aliases a using (contact_id)
    where c.contact_id = ${contact_id}::uuid
      and exists (select from consents s where s.contact_id = c.contact_id and s.value = 'stop')`
  await db.query(sql`
    insert into suppression_salts (tenant_id, salt)
    select distinct tenant_id, uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) from (${said}) s
    on conflict do nothing`)
  await db.query(sql`
    insert into suppressions as k (tenant_id, alias_hash, phone_number_id, category, value, source, at)
    select s.tenant_id, suppression_hash(t.salt, s.kind, s.alias), s.phone_number_id, s.category, s.value, s.source, s.at
    from (${said}) s join suppression_salts t using (tenant_id)
    order by 2, 3, 4
    on conflict (tenant_id, alias_hash, phone_number_id, category) do update set
      value = excluded.value, source = excluded.source, at = excluded.at
    where (excluded.at, excluded.value) > (k.at, k.value)`)
}

export async function deleteContact(tx: Queryable, contact_id: string): Promise<void> {
  await tx.query(sql`select forget_consent_entries(${contact_id}::uuid)`)
  await tx.query(sql`delete from consents where contact_id = ${contact_id}::uuid`)
  await tx.query(sql`delete from windows where contact_id = ${contact_id}::uuid`)
  await tx.query(sql`delete from contact_aliases where contact_id = ${contact_id}::uuid`)
  await tx.query(sql`delete from contacts where id = ${contact_id}::uuid`)
}
