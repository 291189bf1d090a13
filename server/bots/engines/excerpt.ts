// The part of a passage that is said as an answer: short enough to read on a phone, whole sentences, without the heading.

import type { Passage } from './engine.ts'
import { meaningfulWords, sameWord } from './words.ts'

/** A passage up to this length is said as it is. */
const WHOLE_CHARACTERS = 700
const EXCERPT_CHARACTERS = 500

const segmenter = new Intl.Segmenter(undefined, { granularity: 'sentence' })

export function excerptOf(passage: Passage, words: string[]): string {
  const text = withoutHeading(passage)
  if (text.length <= WHOLE_CHARACTERS) return text
  const sentences = [...segmenter.segment(text)].map(segment => segment.segment)
  const scores = sentences.map(sentence => scoreOf(sentence, words))
  let first = scores.indexOf(Math.max(...scores))
  let length = sentences[first]?.length ?? 0
  let last = first
  const fits = (sentence: string | undefined) =>
    sentence !== undefined && length + sentence.length <= EXCERPT_CHARACTERS
  // What follows explains; where nothing follows, what came before does.
  while (fits(sentences[last + 1])) length += sentences[++last]?.length ?? 0
  while (last === sentences.length - 1 && fits(sentences[first - 1]))
    length += sentences[--first]?.length ?? 0
  return shorten(
    sentences
      .slice(first, last + 1)
      .join('')
      .trim(),
  )
}

function scoreOf(sentence: string, words: string[]): number {
  const own = meaningfulWords(sentence)
  return words.filter(word => own.some(other => sameWord(word, other))).length
}

/** Written as question and answer, only the answer is said; a first line that repeats the title, or asks, is left out. */
function withoutHeading({ title, content }: Passage): string {
  const whole = content.trim()
  const answer =
    /^(?:q|f|p|question|frage|pregunta)\s*[:.)][^\n]*\n+\s*(?:a|r|answer|antwort|respuesta)\s*[:.)]\s*([\s\S]+)$/i
  const answered = answer.exec(whole)?.[1]?.trim()
  if (answered) return answered
  const [, heading = '', rest = ''] = /^([^\n]*)\n+([\s\S]+)$/.exec(whole) ?? []
  const bare = (line: string) => line.replace(/^[#\s*]+|[\s:*]+$/g, '').toLowerCase()
  const isHeading = rest.trim() !== '' && (bare(heading) === bare(title) || /[?？]\s*$/.test(heading))
  return isHeading ? rest.trim() : whole
}

function shorten(text: string): string {
  if (text.length <= WHOLE_CHARACTERS) return text
  return `${text
    .slice(0, EXCERPT_CHARACTERS)
    .replace(/\s+\S*$/, '')
    .toWellFormed()}…`
}
