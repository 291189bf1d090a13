// SQL that searches a bot's passages.

import type { Queryable } from '../db/pool.ts'
import { sql } from '../db/sql.ts'

export type Stemmed = { ord: number; stems: string[]; stop: boolean }

/** The words of a question as each language of the bot's documents stems them; no rows where it has no documents. */
export function stemWords(
  db: Queryable,
  tenant_id: string,
  bot_id: string,
  words: { ord: number; word: string }[],
): Promise<Stemmed[]> {
  return db.query(sql.named('knowledge.stem_words')`
    select w.ord, array_remove(array_agg(distinct l.lexeme), null) as stems,
      bool_or(c.config <> 'simple'::regconfig and l.lexeme is null) as stop
    from json_to_recordset(${sql.json(words)}::json) as w(ord int, word text)
    cross join (
      select distinct search_config as config from knowledge_documents
      where bot_id = ${bot_id}::uuid and tenant_id = ${tenant_id}::uuid
    ) c
    left join lateral unnest(tsvector_to_array(to_tsvector(c.config, w.word))) as l(lexeme) on true
    group by w.ord order by w.ord`)
}

/** A word of a question as a tsquery: what is meant by it, and what comes near. */
export type Term = { ord: number; exact: string; near: string; length: number }

export type FoundRow = {
  passage_id: string
  document_id: string
  title: string
  heading: string | null
  content: string
  coverage: number
  nearness: number
}

export type Search = { passages: number; unknown: number[]; found: FoundRow[] }

/**
 * The passages that hold any of the terms. `coverage` is the share of the terms that a passage holds, each weighed by how
 * rare it is among all passages of the bot (as BM25 weighs it; what comes near counts 0.7). A term that none of them holds
 * weighs half as much as a rare one, and less the shorter it is: names and things are long, fillers are short. `nearness`
 * is PostgreSQL's own rank, by which words that stand together, in headings and in titles count more.
 */
export async function searchPassages(
  db: Queryable,
  tenant_id: string,
  bot_id: string,
  terms: Term[],
  limit: number,
): Promise<Search> {
  const any = terms.map(term => `(${term.near})`).join(' | ')
  const row = await db.one<Search>(sql.named('knowledge.search_passages')`
    with terms as (
      select ord, exact::tsquery as exact, near::tsquery as near, length
      from json_to_recordset(${sql.json(terms)}::json) as t(ord int, exact text, near text, length int)
    ), total as (
      select count(*)::float8 as n from knowledge_passages where bot_id = ${bot_id}::uuid and tenant_id = ${tenant_id}::uuid
    ), candidates as materialized (
      select id, search from knowledge_passages
      where bot_id = ${bot_id}::uuid and tenant_id = ${tenant_id}::uuid and search @@ ${any}::tsquery
    ), hits as materialized (
      select c.id, t.ord, case when c.search @@ t.exact then 1.0 else 0.7 end as fit
      from candidates c join terms t on c.search @@ t.near
    ), weights as materialized (
      select t.ord, count(h.id) as df, case when count(h.id) > 0
        then ln(1 + (n - count(h.id) + 0.5) / (count(h.id) + 0.5))
        else 0.5 * least(1, t.length / 8.0) * ln(1 + greatest(n - 0.5, 0.5) / 1.5) end as weight
      from terms t cross join total left join hits h using (ord) group by t.ord, t.length, n
    ), scored as (
      select h.id, sum(h.fit * w.weight) / (select sum(weight) from weights) as coverage
      from hits h join weights w using (ord) group by h.id
    ), best as (
      select s.id, s.coverage, ts_rank_cd('{0.1, 0.2, 0.6, 1}', c.search, ${any}::tsquery, 32) as nearness
      from scored s join candidates c using (id)
      order by s.coverage + 0.3 * ts_rank_cd('{0.1, 0.2, 0.6, 1}', c.search, ${any}::tsquery, 32) desc, s.id
      limit ${limit}::int
    )
    select (select n from total) as passages,
      (select coalesce(array_agg(ord order by ord), '{}') from weights where df = 0) as unknown,
      (select coalesce(json_agg(json_build_object('passage_id', p.id, 'document_id', d.id, 'title', d.title, 'heading', p.heading,
        'content', p.content, 'coverage', b.coverage, 'nearness', b.nearness)
        order by b.coverage + 0.3 * b.nearness desc, p.id), '[]')
      from best b join knowledge_passages p using (id) join knowledge_documents d on d.id = p.document_id) as found`)
  return row ?? { passages: 0, unknown: [], found: [] }
}

/** Every word that a bot's passages hold, of lengths that a slip of the pen may have. */
export async function vocabulary(
  db: Queryable,
  tenant_id: string,
  bot_id: string,
  shortest: number,
  longest: number,
): Promise<string[]> {
  const rows = await db.query<{ lexeme: string }>(sql`
    select distinct l.lexeme
    from knowledge_passages p, unnest(tsvector_to_array(p.search)) as l(lexeme)
    where p.bot_id = ${bot_id}::uuid and p.tenant_id = ${tenant_id}::uuid
      and length(l.lexeme) between ${shortest}::int and ${longest}::int`)
  return rows.map(row => row.lexeme)
}
