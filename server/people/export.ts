// Everything that is known of one person, as one JSON document that is written while it is read: however much it is, it
// takes no memory.

import { Readable } from 'node:stream'
import { turnsOfThreads } from '../bots/turn/ofThreads.ts'
import { listsWith } from '../campaigns/erase.ts'
import { addressesOf } from '../contacts/erase.ts'
import { readContact } from '../contacts/read.ts'
import { listConversations } from '../conversations/find.ts'
import { notesOf, presentNote } from '../conversations/notes.ts'
import type { Conversations } from '../conversations/room.ts'
import { fail } from '../kit/errors.ts'
import { contactNamed, listMessages } from '../messages/list/find.ts'
import { present } from '../messages/present.ts'
import type { People } from './room.ts'

const PAGE = 500

/** Fails before the first byte where there is no such contact. */
export async function exportContact(people: People, tenant_id: string, contact: string): Promise<Readable> {
  const found = await contactNamed(people.messages, tenant_id, contact)
  if (!found) fail('not_found', { message: 'There is no such contact in this account.' })
  return Readable.from(documentOf(people, tenant_id, found.id))
}

async function* documentOf(people: People, tenant_id: string, contact_id: string): AsyncGenerator<string> {
  const { db, conversations, clock } = people
  const aliases = await addressesOf(db, contact_id)
  yield `{"exported_at":${JSON.stringify(clock.now())},"contact":${JSON.stringify(await readContact(db, contact_id))}`
  yield `,"campaigns":${JSON.stringify(await listsWith(db, tenant_id, aliases))}`
  const threads = await listConversations(conversations, tenant_id, { contact: contact_id }, { rows: PAGE })
  yield ',"conversations":['
  for (const [ord, { shown }] of threads.entries()) {
    const { last_message: _, ...thread } = shown
    const notes = await allNotes(conversations, tenant_id, thread.id)
    yield `${ord === 0 ? '' : ','}${JSON.stringify({ ...thread, notes })}`
  }
  const ids = threads.map(thread => thread.row.id)
  yield `],"bot_turns":${JSON.stringify(await turnsOfThreads(db, ids))},"messages":[`
  yield* messagesOf(people, tenant_id, contact_id)
  yield ']}\n'
}

async function allNotes(conversations: Conversations, tenant_id: string, id: string): Promise<object[]> {
  const found: object[] = []
  for (let after: string | undefined; ; ) {
    const page = await notesOf(conversations, tenant_id, id, { after, rows: PAGE })
    found.push(...page.map(presentNote))
    after = page.at(-1)?.id
    if (page.length < PAGE) return found
  }
}

/** Newest first. */
async function* messagesOf(
  { messages }: People,
  tenant_id: string,
  contact_id: string,
): AsyncGenerator<string> {
  let after: { at: string; id: string } | undefined
  for (let first = true; ; first = false) {
    const page = { limit: PAGE, ...(after === undefined ? {} : { after }) }
    const rows = await listMessages(messages, tenant_id, { contact: contact_id }, page)
    if (rows.length > 0) yield (first ? '' : ',') + rows.map(row => JSON.stringify(present(row))).join(',\n')
    const last = rows.at(-1)
    if (!last || rows.length < PAGE) return
    after = { at: last.cursor_at, id: last.id }
  }
}
