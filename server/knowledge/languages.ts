// In which language a text is, as far as search is concerned: PostgreSQL's own configurations, with their stems and stop words.

/** By the first part of a language tag. All are in PostgreSQL 15. */
const CONFIGS: Record<string, string> = {
  ...{ ar: 'arabic', hy: 'armenian', eu: 'basque', ca: 'catalan', da: 'danish', nl: 'dutch', en: 'english' },
  ...{ fi: 'finnish', fr: 'french', de: 'german', el: 'greek', hi: 'hindi', hu: 'hungarian' },
  ...{ id: 'indonesian', ga: 'irish', it: 'italian', lt: 'lithuanian', ne: 'nepali', no: 'norwegian' },
  ...{ nb: 'norwegian', nn: 'norwegian', pt: 'portuguese', ro: 'romanian', ru: 'russian', sr: 'serbian' },
  ...{ es: 'spanish', sv: 'swedish', ta: 'tamil', tr: 'turkish', yi: 'yiddish' },
}

/** Those whose stop words tell a language from others. */
export const TELLING = [
  ...['danish', 'dutch', 'english', 'finnish', 'french', 'german', 'hungarian', 'italian', 'norwegian'],
  ...['portuguese', 'russian', 'spanish', 'swedish', 'turkish'],
]

export function configOf(language: string | null): string | undefined {
  return CONFIGS[language?.split(/[-_]/)[0]?.toLowerCase() ?? '']
}

/** Of so many different words the stop words are counted. */
export const SAMPLE = 200

/**
 * `counts`: how many of the words are stop words, by configuration. What the bot's language may well be counts as that;
 * where nothing tells, words are taken as they are.
 */
export function chooseConfig(
  expected: string | undefined,
  counts: { config: string; count: number }[],
  words: number,
): string {
  const best = counts.reduce((a, b) => (b.count > a.count ? b : a), { config: 'simple', count: 0 })
  const own = counts.find(one => one.config === expected)?.count ?? 0
  const tells = best.count >= 2 && best.count >= words * 0.08
  if (!tells || own >= best.count * 0.6) return expected ?? 'simple'
  return expected !== undefined && !TELLING.includes(expected) ? expected : best.config
}
