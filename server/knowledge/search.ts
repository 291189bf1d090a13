// Finds what a bot knows about a question: PostgreSQL's full-text search, tolerant of small words, endings, accents and
// slips of the pen. No model and no extension is asked.

import { distance } from 'fastest-levenshtein'
import { wordsOf } from './fold.ts'
import type { Knowledge } from './room.ts'
import type { FoundPassage } from './schema.ts'
import { type Stemmed, searchPassages, stemWords, type Term, vocabulary } from './searchQueries.ts'

/** Beyond so many words a question is a story; its beginning is searched for. */
const MOST_WORDS = 40
/** With more passages than this, words that nobody wrote are not compared with all that there are. */
const MOST_COMPARED = 5_000
/** A question of small words alone ("who are you?") may find something, but hardly what was meant. */
const SMALL_WORDS = 0.3

/** Greetings and thanks are not asked about. */
const POLITE = new Set(
  'hi hello hey please thanks thank hallo bitte danke hola gracias bonjour salut merci ciao grazie ola obrigado obrigada oi'.split(
    ' ',
  ),
)

/**
 * The passages of a bot that fit best, the best first. `confidence` says how much of what is asked stands in a passage,
 * from 0 to 1; `rank` orders them.
 */
export async function searchKnowledge(
  knowledge: Pick<Knowledge, 'db'>,
  tenant_id: string,
  bot_id: string,
  query: string,
  limit: number,
): Promise<FoundPassage[]> {
  const { db } = knowledge
  const all = wordsOf(query).slice(0, MOST_WORDS)
  const asked = all.filter(one => !POLITE.has(one.folded))
  const words = (asked.length > 0 ? asked : all).map((one, ord) => ({ ord, ...one }))
  if (words.length === 0) return []
  const stemmed = await stemWords(db, tenant_id, bot_id, words)
  const telling = stemmed.filter(one => !one.stop)
  const small = telling.length === 0
  const terms = (small ? stemmed : telling).map(one => termOf(one, words[one.ord]?.folded ?? ''))
  if (terms.length === 0) return []
  const first = await searchPassages(db, tenant_id, bot_id, terms, limit)
  const mended =
    first.unknown.length > 0 && first.passages <= MOST_COMPARED
      ? await mend(knowledge, tenant_id, bot_id, terms, first.unknown, words)
      : undefined
  const { found } = mended ? await searchPassages(db, tenant_id, bot_id, mended, limit) : first
  return found.map(({ coverage, nearness, ...passage }) => ({
    ...passage,
    rank: rounded(coverage + 0.3 * nearness),
    confidence: rounded(Math.min(1, coverage) * (small ? SMALL_WORDS : 1)),
  }))
}

/** A word as its languages stem it, or folded; and near it what begins like it. */
function termOf({ ord, stems }: Stemmed, folded: string): Term {
  const exact = [...new Set([...stems, ...folded.split(' ')])].map(quoted)
  const near = folded.length >= 4 ? [...exact, `${quoted(folded)}:*`] : exact
  return { ord, exact: exact.join(' | '), near: near.join(' | '), length: [...folded].length }
}

/** Words that stand nowhere, and are spelled nearly like one that does, also mean that one. Undefined: there is none. */
async function mend(
  { db }: Pick<Knowledge, 'db'>,
  tenant_id: string,
  bot_id: string,
  terms: Term[],
  unknown: number[],
  words: { ord: number; folded: string }[],
): Promise<Term[] | undefined> {
  const wanted = words.filter(one => unknown.includes(one.ord) && one.folded.length >= 4)
  if (wanted.length === 0) return undefined
  const lengths = wanted.map(one => one.folded.length)
  const known = await vocabulary(db, tenant_id, bot_id, Math.min(...lengths) - 2, Math.max(...lengths) + 2)
  const near = new Map(wanted.map(one => [one.ord, nearest(one.folded, known)]))
  if ([...near.values()].every(found => found.length === 0)) return undefined
  return terms.map(term => {
    const found = near.get(term.ord) ?? []
    return found.length === 0 ? term : { ...term, near: [term.near, ...found.map(quoted)].join(' | ') }
  })
}

/** One slip in a short word, two in a long one. */
function nearest(word: string, known: string[]): string[] {
  const most = word.length >= 8 ? 2 : 1
  const close = known
    .filter(one => Math.abs(one.length - word.length) <= most)
    .map(one => ({ one, slips: distance(one, word) }))
    .filter(({ slips }) => slips <= most)
  const least = Math.min(...close.map(({ slips }) => slips))
  return close.filter(({ slips }) => slips === least).map(({ one }) => one)
}

function quoted(lexeme: string): string {
  return `'${lexeme.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000
}
