// Lines of pages become paragraphs and headings. What is written larger than the most is a heading; a wider gap than
// between lines ends a paragraph; what stands on most pages in the same place belongs to none.

export type Line = {
  text: string
  /** From the bottom of the page, in points, as `size`. */
  y: number
  size: number
}

const HEADING = 1.15
const GAP = 1.7
const LONGEST_HEADING = 150
const NEW_ITEM = /^([•◦▪‣·*–-]|\(?\d{1,3}[.)])\s/

export function layOut(pages: Line[][]): string {
  const usual = usualSize(pages)
  const repeated = repeatedLines(pages)
  const blocks: string[] = []
  for (const page of pages) {
    const lines = page.filter((line, at) => !isFurniture(line, at, page.length, repeated))
    for (const block of blocksOf(lines, usual)) blocks.push(block)
  }
  return blocks.join('\n\n')
}

function blocksOf(lines: Line[], usual: number): string[] {
  const blocks: string[] = []
  let before: Line | undefined
  for (const line of lines) {
    const heading = isHeading(line, usual)
    const goes_on =
      before !== undefined &&
      heading === isHeading(before, usual) &&
      Math.abs(before.y - line.y) <= GAP * Math.max(before.size, line.size)
    const last = blocks.at(-1)
    if (goes_on && last !== undefined) blocks[blocks.length - 1] = joined(last, line.text)
    else blocks.push(heading ? `## ${line.text}` : line.text)
    before = line
  }
  return blocks
}

/** A word that was divided at the end of a line becomes one again. */
function joined(text: string, next: string): string {
  if (NEW_ITEM.test(next)) return `${text}\n${next}`
  if (/\p{L}[-\u00ad\u2010]$/u.test(text) && /^\p{Ll}/u.test(next)) return text.slice(0, -1) + next
  return `${text} ${next}`
}

function isHeading({ text, size }: Line, usual: number): boolean {
  return size > usual * HEADING && text.length <= LONGEST_HEADING && /\p{L}/u.test(text)
}

/** The size in which most characters are written. */
function usualSize(pages: Line[][]): number {
  const characters = new Map<number, number>()
  for (const { size, text } of pages.flat()) {
    const rounded = Math.round(size * 2) / 2
    characters.set(rounded, (characters.get(rounded) ?? 0) + text.length)
  }
  const [most] = [...characters].sort((a, b) => b[1] - a[1])
  return most?.[0] ?? 10
}

/** First and last lines that stand on more than half of the pages. Numbers in them may differ. */
function repeatedLines(pages: Line[][]): Set<string> {
  if (pages.length < 4) return new Set()
  const count = new Map<string, number>()
  for (const page of pages) {
    for (const line of new Set([page.at(0), page.at(-1)])) {
      if (line) count.set(plain(line), (count.get(plain(line)) ?? 0) + 1)
    }
  }
  return new Set([...count].filter(([, times]) => times > pages.length / 2).map(([text]) => text))
}

function isFurniture(line: Line, at: number, lines: number, repeated: Set<string>): boolean {
  if (at !== 0 && at !== lines - 1) return false
  return repeated.has(plain(line)) || (lines > 1 && /^[–-]?\s*\d{1,4}\s*[–-]?$/.test(line.text))
}

function plain({ text }: Line): string {
  return text.replace(/\d+/g, '#')
}
