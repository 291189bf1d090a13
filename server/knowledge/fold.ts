// Words as they are compared: without case, accents and ligatures, and apart from each other also in languages that write
// no spaces. Passages and questions are folded alike.

const LETTERS: Record<string, string> = {
  ...{ ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', đ: 'd', ð: 'd', þ: 'th', ł: 'l', ħ: 'h', ı: 'i', ŋ: 'n' },
}

export function fold(text: string): string {
  const plain = text
    .normalize('NFKD')
    .replace(ACCENTS, '$1')
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[ßæœøđðþłħıŋ]/g, letter => LETTERS[letter] ?? letter)
  return UNSPACED.test(plain) ? spaced(plain) : plain
}

/** The words of a question, in order, each once. */
export function wordsOf(text: string): { word: string; folded: string }[] {
  const apart = UNSPACED.test(text) ? spaced(text.normalize('NFC')) : text.normalize('NFC')
  const found = new Map<string, string>()
  for (const [word] of apart.toLowerCase().matchAll(/[\p{L}\p{N}][\p{L}\p{N}\p{M}]*/gu)) {
    const folded = fold(word).trim()
    if (folded !== '' && !found.has(folded)) found.set(folded, word)
  }
  return Array.from(found, ([folded, word]) => ({ word, folded }))
}

/** Marks on letters of Europe, and the vowels of Arabic; elsewhere a mark makes another letter. */
const ACCENTS = /([\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Arabic}])\p{M}+/gu

const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u

const segmenter = new Intl.Segmenter('und', { granularity: 'word' })

function spaced(text: string): string {
  return Array.from(segmenter.segment(text), ({ segment }) => segment).join(' ')
}
