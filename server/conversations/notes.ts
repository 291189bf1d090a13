// Notes in a thread: for colleagues, never sent.

import type { Queryable } from '../db/pool.ts'
import { fail } from '../kit/errors.ts'
import { newId } from '../kit/ids.ts'
import { requireRow } from './find.ts'
import { deleteNote, insertNote, listNotes, type NoteRow } from './noteQueries.ts'
import type { Conversations } from './room.ts'
import type { Note } from './schema.ts'

export async function notesOf(
  conversations: Conversations,
  tenant_id: string,
  conversation_id: string,
  page: { after: string | undefined; rows: number },
): Promise<NoteRow[]> {
  await requireRow(conversations, conversations.db, tenant_id, conversation_id)
  return listNotes(conversations.db, tenant_id, conversation_id, page)
}

export async function addNote(
  conversations: Conversations,
  tx: Queryable,
  tenant_id: string,
  conversation_id: string,
  { text, author = null }: { text: string; author?: string | null },
): Promise<Note> {
  const created_at = conversations.clock.now()
  const note = { id: newId(created_at.getTime()), conversation_id, text, author, created_at }
  const row = await insertNote(tx, tenant_id, note)
  return row
    ? presentNote(row)
    : fail('not_found', { message: 'There is no such conversation in this account.' })
}

export async function removeNote(
  tx: Queryable,
  tenant_id: string,
  conversation_id: string,
  id: string,
): Promise<void> {
  if (await deleteNote(tx, tenant_id, conversation_id, id)) return
  fail('not_found', { message: 'There is no such note in this conversation.' })
}

export function presentNote({ created_at, ...row }: NoteRow): Note {
  return { ...row, created_at: created_at.toISOString() }
}
