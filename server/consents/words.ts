// Whether a message is a word like STOP or START, and nothing else. Pure.

import { SPOKEN } from './defaults.ts'

export type WordSettings = {
  stop_words: Record<string, string[]>
  start_words: Record<string, string[]>
}

export type Meaning = {
  value: 'stop' | 'resume'
  /** As it was written. */
  word: string
  /** In which languages it means that. */
  languages: string[]
}

type Known = Map<string, { value: Meaning['value']; languages: string[] }>

const known = new WeakMap<WordSettings, Known>()

/** `texts` are what the message says: a text, the label of a button, its payload. */
export function meaningOf(texts: string[], settings: WordSettings): Meaning | undefined {
  const words = known.get(settings) ?? learn(settings)
  for (const text of texts) {
    if (text.length > MAX_LENGTH) continue
    const found = words.get(foldWord(text))
    if (found) return { ...found, word: text.trim() }
  }
  return undefined
}

/** Longer than any word that can be set, with what may stand around it. */
const MAX_LENGTH = 120

/** Case, accents, punctuation, emoji and space do not count. */
export function foldWord(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}

/** Which of the languages is answered in: the one that is spoken where the number is from, else the first. */
export function answerFor(
  languages: string[],
  answers: Record<string, string>,
  country: string | undefined,
): string | undefined {
  const spoken = country === undefined ? undefined : SPOKEN[country]
  const preferred = languages.find(language => language === spoken) ?? languages[0] ?? 'en'
  return answers[preferred] ?? answers.en ?? Object.values(answers)[0]
}

/** A word that is in both lists stops. */
function learn(settings: WordSettings): Known {
  const words: Known = new Map()
  const add = (value: Meaning['value'], lists: Record<string, string[]>) => {
    for (const [language, list] of Object.entries(lists)) {
      for (const word of list.map(foldWord)) {
        const before = words.get(word)
        if (before === undefined) words.set(word, { value, languages: [language] })
        else if (before.value === value) before.languages.push(language)
      }
    }
  }
  add('stop', settings.stop_words)
  add('resume', settings.start_words)
  words.delete('')
  known.set(settings, words)
  return words
}
