// The moment a text becomes a document with passages, or a changed one: both in one transaction.

import type { Queryable } from '../db/pool.ts'
import { newId } from '../kit/ids.ts'
import { fold, wordsOf } from './fold.ts'
import { chooseConfig, configOf, SAMPLE, TELLING } from './languages.ts'
import type { IndexedPassage } from './passages.ts'
import { countStopWords, type DocumentRow, insert, replacePassages, update } from './queries.ts'

export type Draft = Omit<DocumentRow, 'search_config' | 'characters' | 'passage_count'>

/** `language` is the bot's. False: it is there already, made by the same request before it was cut off. */
export async function storeDocument(
  tx: Queryable,
  draft: Draft,
  passages: IndexedPassage[],
  language: string | null,
): Promise<boolean> {
  const row = await completed(tx, draft, passages, language)
  if (!(await insert(tx, row))) return false
  await index(tx, row, passages)
  return true
}

export async function storeChange(
  tx: Queryable,
  draft: Draft,
  passages: IndexedPassage[],
  language: string | null,
): Promise<DocumentRow> {
  const row = await completed(tx, draft, passages, language)
  await update(tx, row)
  await index(tx, row, passages)
  return row
}

async function completed(
  tx: Queryable,
  draft: Draft,
  passages: IndexedPassage[],
  language: string | null,
): Promise<DocumentRow> {
  const words = wordsOf(`${draft.title} ${draft.content.slice(0, 20_000)}`)
    .slice(0, SAMPLE)
    .map(one => one.word)
  const expected = configOf(language)
  const configs = [...new Set(expected === undefined ? TELLING : [...TELLING, expected])]
  const counts = await countStopWords(tx, configs, words)
  return {
    ...draft,
    search_config: chooseConfig(expected, counts, words.length),
    characters: draft.content.length,
    passage_count: passages.length,
  }
}

function index(tx: Queryable, row: DocumentRow, passages: IndexedPassage[]): Promise<void> {
  const rows = passages.map(passage => ({ id: newId(), ...passage }))
  return replacePassages(tx, row, fold(row.title), rows)
}
