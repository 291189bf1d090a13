// Words of a text that carry its meaning, in any language, and whether two of them are the same word in another form.
// Rough on purpose: the search has found the passage already, this only finds the sentences in it that speak of what was asked.

import { distance } from 'fastest-levenshtein'

const segmenter = new Intl.Segmenter(undefined, { granularity: 'word' })

/** Lower case, without accents, each once, without the shortest ones, which stand everywhere. */
export function meaningfulWords(text: string): string[] {
  const words = [...segmenter.segment(text.normalize('NFKC').toLowerCase())]
    .filter(segment => segment.isWordLike)
    .map(segment => withoutAccents(segment.segment))
  return [...new Set(words)].filter(word => word.length > 3 || !/^[a-z]+$/.test(word))
}

/** `open` and `opening`, `return` and `returns`, and one slip of the finger in a longer word. */
export function sameWord(a: string, b: string): boolean {
  if (a === b) return true
  const [short, long] = a.length <= b.length ? [a, b] : [b, a]
  if (short.length < 4) return false
  if (long.startsWith(short)) return true
  const common = commonStart(short, long)
  if (common >= 5 && common >= long.length * 0.6) return true
  return short.length >= 5 && long.length - short.length <= 1 && distance(short, long) <= 1
}

function commonStart(a: string, b: string): number {
  let length = 0
  while (length < a.length && a[length] === b[length]) length++
  return length
}

function withoutAccents(word: string): string {
  return word.normalize('NFD').replace(/\p{M}+/gu, '')
}
