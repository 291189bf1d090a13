// SQL of the notes in a thread.

import type { Queryable } from '../db/pool.ts'
import { sql } from '../db/sql.ts'

export type NoteRow = {
  id: string
  conversation_id: string
  text: string
  author: string | null
  created_at: Date
}

export function listNotes(
  db: Queryable,
  tenant_id: string,
  conversation_id: string,
  page: { after: string | undefined; rows: number },
): Promise<NoteRow[]> {
  const after = page.after ?? null
  return db.query(sql`
    select id, conversation_id, text, author, created_at from conversation_notes
    where tenant_id = ${tenant_id}::uuid and conversation_id = ${conversation_id}::uuid
      and (${after}::uuid is null or id < ${after}::uuid)
    order by id desc limit ${page.rows}::int`)
}

/** Undefined: there is no such thread. */
export function insertNote(db: Queryable, tenant_id: string, note: NoteRow): Promise<NoteRow | undefined> {
  return db.one(sql`
    insert into conversation_notes (id, tenant_id, conversation_id, text, author, created_at)
    select ${note.id}::uuid, tenant_id, id, ${note.text}, ${note.author}, ${note.created_at}::timestamptz
    from conversations where id = ${note.conversation_id}::uuid and tenant_id = ${tenant_id}::uuid
    returning id, conversation_id, text, author, created_at`)
}

/** Whether it was there. */
export async function deleteNote(
  db: Queryable,
  tenant_id: string,
  conversation_id: string,
  id: string,
): Promise<boolean> {
  const row = await db.one(sql`
    delete from conversation_notes
    where id = ${id}::uuid and conversation_id = ${conversation_id}::uuid and tenant_id = ${tenant_id}::uuid returning id`)
  return row !== undefined
}
