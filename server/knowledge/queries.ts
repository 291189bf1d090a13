// SQL of documents and their passages. What searches them is in searchQueries.ts.

import type { Queryable } from '../db/pool.ts'
import { sql } from '../db/sql.ts'
import type { IndexedPassage } from './passages.ts'

export type DocumentRow = {
  id: string
  tenant_id: string
  bot_id: string
  kind: 'text' | 'file'
  title: string
  content: string
  filename: string | null
  mime_type: string | null
  size: number | null
  sha256: string | null
  /** The name of a text search configuration. */
  search_config: string
  characters: number
  passage_count: number
  created_at: Date
  updated_at: Date
}

export type ListedRow = Omit<DocumentRow, 'content'>

const listed = sql`d.id, d.tenant_id, d.bot_id, d.kind, d.title, d.filename, d.mime_type, d.size, d.sha256,
  d.search_config::text as search_config, d.characters, d.passage_count, d.created_at, d.updated_at`

export function list(
  db: Queryable,
  tenant_id: string,
  bot_id: string,
  page: { after: string | undefined; rows: number },
): Promise<ListedRow[]> {
  const after = page.after ?? null
  return db.query(sql`
    select ${listed} from knowledge_documents d
    where d.bot_id = ${bot_id}::uuid and d.tenant_id = ${tenant_id}::uuid and (${after}::uuid is null or d.id < ${after}::uuid)
    order by d.id desc limit ${page.rows}::int`)
}

type Key = { tenant_id: string; bot_id: string; id: string }

export function find(db: Queryable, { tenant_id, bot_id, id }: Key): Promise<DocumentRow | undefined> {
  return db.one(sql`
    select ${listed}, d.content from knowledge_documents d
    where d.id = ${id}::uuid and d.bot_id = ${bot_id}::uuid and d.tenant_id = ${tenant_id}::uuid`)
}

export function lock(tx: Queryable, { tenant_id, bot_id, id }: Key): Promise<DocumentRow | undefined> {
  return tx.one(sql`
    select ${listed}, d.content from knowledge_documents d
    where d.id = ${id}::uuid and d.bot_id = ${bot_id}::uuid and d.tenant_id = ${tenant_id}::uuid for update`)
}

/** False: a document of this id is there already, made by the same request before it was cut off. */
export async function insert(tx: Queryable, row: DocumentRow): Promise<boolean> {
  const made = await tx.one(sql`
    insert into knowledge_documents (id, tenant_id, bot_id, kind, title, content, filename, mime_type, size, sha256, search_config,
      characters, passage_count, created_at, updated_at)
    values (${row.id}::uuid, ${row.tenant_id}::uuid, ${row.bot_id}::uuid, ${row.kind}, ${row.title}, ${row.content}, ${row.filename},
      ${row.mime_type}, ${row.size}::bigint, ${row.sha256}, ${row.search_config}::regconfig, ${row.characters}::int,
      ${row.passage_count}::int, ${row.created_at}::timestamptz, ${row.updated_at}::timestamptz)
    on conflict (id) do nothing returning id`)
  return made !== undefined
}

export async function update(tx: Queryable, row: DocumentRow): Promise<void> {
  await tx.query(sql`
    update knowledge_documents set title = ${row.title}, content = ${row.content}, search_config = ${row.search_config}::regconfig,
      characters = ${row.characters}::int, passage_count = ${row.passage_count}::int, updated_at = ${row.updated_at}::timestamptz
    where id = ${row.id}::uuid and tenant_id = ${row.tenant_id}::uuid`)
}

/**
 * In place of those that were. Every word is indexed twice: as its language stems it, and folded, so that a word is found
 * with and without its accents, in its parts and in any language.
 */
export async function replacePassages(
  tx: Queryable,
  document: Pick<DocumentRow, 'id' | 'tenant_id' | 'bot_id' | 'title' | 'search_config'>,
  title_folded: string,
  passages: (IndexedPassage & { id: string })[],
): Promise<void> {
  const { id, tenant_id, bot_id, title, search_config } = document
  await tx.query(
    sql`delete from knowledge_passages where document_id = ${id}::uuid and tenant_id = ${tenant_id}::uuid`,
  )
  await tx.query(sql`
    insert into knowledge_passages (id, document_id, bot_id, tenant_id, ord, heading, content, search)
    select p.id, ${id}::uuid, ${bot_id}::uuid, ${tenant_id}::uuid, p.ord, p.heading, p.content,
      setweight(to_tsvector(${search_config}::regconfig, ${title}), 'A')
        || setweight(to_tsvector('simple', ${title_folded}), 'A')
        || setweight(to_tsvector(${search_config}::regconfig, coalesce(p.heading, '')), 'B')
        || setweight(to_tsvector('simple', p.heading_folded), 'B')
        || to_tsvector(${search_config}::regconfig, p.content) || to_tsvector('simple', p.content_folded)
    from json_to_recordset(${sql.json(passages)}::json) as p(id uuid, ord int, heading text, content text, heading_folded text,
      content_folded text)
    order by p.ord`)
}

/** Whether it was there. */
export async function remove(tx: Queryable, { tenant_id, bot_id, id }: Key): Promise<boolean> {
  const row = await tx.one(sql`
    delete from knowledge_documents
    where id = ${id}::uuid and bot_id = ${bot_id}::uuid and tenant_id = ${tenant_id}::uuid returning id`)
  return row !== undefined
}

/** How many of the words are stop words of each configuration. */
export function countStopWords(
  db: Queryable,
  configs: string[],
  words: string[],
): Promise<{ config: string; count: number }[]> {
  return db.query(sql`
    select c.config, count(*)::int as count
    from unnest(${configs}::text[]) as c(config), unnest(${words}::text[]) as w(word)
    where to_tsvector(c.config::regconfig, w.word) = ''::tsvector group by 1`)
}
