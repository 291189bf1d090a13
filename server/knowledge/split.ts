// Cuts a text into passages of a few sentences: at headings first, then between paragraphs, then between sentences. Each
// begins with the end of the one before, so that what is said across a cut is found as well.

export type Passage = {
  /** The headings above it, from the outermost. */
  heading: string | null
  content: string
}

/** A passage is closed when it has so many characters, and never has more than MOST plus what it repeats. */
const ENOUGH = 500
const MOST = 800
const OVERLAP = 120

export function split(text: string): Passage[] {
  return sectionsOf(text).flatMap(({ heading, blocks }) =>
    packed(blocks.flatMap(pieces)).map(content => ({ heading, content })),
  )
}

type Section = { level: number; heading: string | null; blocks: string[] }

/** Headings are written as in Markdown; those that stand above a section are shown with it. */
function sectionsOf(text: string): Section[] {
  const sections: Section[] = [{ level: 0, heading: null, blocks: [] }]
  const above: { level: number; title: string }[] = []
  for (const block of blocksOf(text)) {
    const [, marks, title] = HEADING.exec(block) ?? []
    if (marks === undefined || title === undefined) {
      sections.at(-1)?.blocks.push(block)
      continue
    }
    const level = marks.length
    while ((above.at(-1)?.level ?? 0) >= level) above.pop()
    above.push({ level, title })
    sections.push({ level, heading: above.map(one => one.title).join(' › '), blocks: [] })
  }
  return withoutEmpty(sections)
}

/**
 * A heading with nothing under it belongs to the one that follows, unless that stands higher: then, and at the end, it is
 * itself what there is to find.
 */
function withoutEmpty(sections: Section[]): Section[] {
  const kept: Section[] = []
  let carried: Section | undefined
  for (const section of sections) {
    if (carried?.heading && section.level < carried.level) kept.push(alone(carried.heading))
    else if (carried?.heading) section.heading = under(carried.heading, section.heading)
    carried = section.blocks.length > 0 ? undefined : section
    if (!carried) kept.push(section)
  }
  if (carried?.heading) kept.push(alone(carried.heading))
  return kept.map(section => ({ ...section, heading: section.heading?.slice(0, LONGEST_HEADING) ?? null }))
}

const LONGEST_HEADING = 500

function alone(heading: string): Section {
  return { level: 0, heading, blocks: [heading] }
}

function under(above: string, heading: string | null): string {
  if (heading === null) return above
  return heading.startsWith(above) ? heading : `${above} › ${heading}`
}

const HEADING = /^(#{1,6})\s+(.+?)\s*#*$/

/** Paragraphs; a line that is a heading is a block of its own, wherever it stands. */
function blocksOf(text: string): string[] {
  return text
    .split(/\n{2,}|\n(?=#{1,6}\s)|(?<=^#{1,6}\s[^\n]*)\n/m)
    .map(block => block.trim())
    .filter(block => block !== '')
}

/** A block that is too long, cut between sentences; a sentence that is, between words. */
function pieces(block: string): string[] {
  if (block.length <= MOST) return [block]
  const parts = sentencesOf(block).flatMap(sentence =>
    sentence.length <= MOST ? [sentence] : (sentence.match(WORDS) ?? []),
  )
  return parts.map(part => part.trimEnd()).filter(part => part !== '')
}

/** As many whole words as fit; without a space in sight, so many characters. */
const WORDS = new RegExp(`[\\s\\S]{1,${ENOUGH}}(?=\\s|$)|[\\s\\S]{1,${ENOUGH}}`, 'gu')

const segmenter = new Intl.Segmenter('und', { granularity: 'sentence' })

function sentencesOf(text: string): string[] {
  return Array.from(segmenter.segment(text), ({ segment }) => segment)
}

function packed(parts: string[]): string[] {
  const passages: string[] = []
  let current = ''
  const close = () => {
    if (current !== '') passages.push(current)
  }
  for (const part of parts) {
    if (current !== '' && (current.length >= ENOUGH || current.length + part.length > MOST)) {
      close()
      const repeated = lastSentence(current)
      current = repeated === '' ? part : `${repeated}\n${part}`
    } else current = current === '' ? part : `${current}\n${part}`
  }
  close()
  return passages
}

function lastSentence(text: string): string {
  const last =
    sentencesOf(text.slice(-2 * OVERLAP))
      .at(-1)
      ?.trim() ?? ''
  return last.length <= OVERLAP && last.length < text.length ? last : ''
}
