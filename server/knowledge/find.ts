// Documents of a bot, to be shown.

import type { Queryable } from '../db/pool.ts'
import { fail } from '../kit/errors.ts'
import { type DocumentRow, find, type ListedRow, list } from './queries.ts'
import type { Knowledge } from './room.ts'
import type { Document } from './schema.ts'

/** Answers the language of its config. */
export async function requireBot(
  knowledge: Knowledge,
  db: Queryable,
  tenant_id: string,
  bot_id: string,
): Promise<{ language: string | null }> {
  const bot = await knowledge.hooks.findBot(db, tenant_id, bot_id)
  return (
    bot ??
    fail('not_found', { message: 'There is no such bot in this account; GET /api/v1/bots lists yours.' })
  )
}

export async function listDocuments(
  knowledge: Knowledge,
  tenant_id: string,
  bot_id: string,
  page: { after: string | undefined; rows: number },
): Promise<ListedRow[]> {
  await requireBot(knowledge, knowledge.db, tenant_id, bot_id)
  return list(knowledge.db, tenant_id, bot_id, page)
}

export async function requireDocument(
  db: Queryable,
  tenant_id: string,
  bot_id: string,
  id: string,
): Promise<DocumentRow> {
  return (await find(db, { tenant_id, bot_id, id })) ?? noSuchDocument()
}

export function noSuchDocument(): never {
  return fail('not_found', { message: 'There is no such document in the knowledge of this bot.' })
}

export function presentDocument(row: ListedRow): Document {
  const { id, bot_id, kind, title, filename, mime_type, size, sha256, characters, passage_count } = row
  return {
    ...{ id, bot_id, kind, title, filename, mime_type, size, sha256 },
    language: row.search_config === 'simple' ? null : row.search_config,
    ...{ characters, passage_count },
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  }
}
