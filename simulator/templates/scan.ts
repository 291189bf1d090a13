// Reads a text of a template to be reviewed: its variables, and what stands around them.

export type Scanned = {
  /** Every variable as often as it stands there. */
  names: string[]
  /** The texts before, between and after them: always one more than names. */
  around: string[]
}

/** Undefined where the braces do not pair up. */
export function scan(text: string): Scanned | undefined {
  const scanned: Scanned = { names: [], around: [] }
  let at = 0
  for (;;) {
    const open = text.indexOf('{{', at)
    if (open < 0) break
    const close = text.indexOf('}}', open + 2)
    const name = close < 0 ? '{' : text.slice(open + 2, close)
    if (!/^\w+$/.test(name) || text[close + 2] === '}' || text.slice(at, open).includes('}}'))
      return undefined
    scanned.names.push(name)
    scanned.around.push(text.slice(at, open))
    at = close + 2
  }
  const rest = text.slice(at)
  if (rest.includes('}}')) return undefined
  scanned.around.push(rest)
  return scanned
}

/** Each name once, in the order in which they first stand there. */
export const distinct = (names: string[]) => [...new Set(names)]

export const touchesAnEnd = ({ names, around }: Scanned) =>
  names.length > 0 && (around[0]?.trim() === '' || around.at(-1)?.trim() === '')

export const standSideBySide = ({ around }: Scanned) => around.slice(1, -1).some(one => one.trim() === '')

const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/gu

/** Meta gives no formula; what is known of it is that x variables want 2x + 1 words of text. */
export function isTooDense({ names, around }: Scanned): boolean {
  const count = distinct(names).length
  if (count === 0) return false
  let words = 0
  for (const text of around) {
    words += text.match(UNSPACED)?.length ?? 0
    const spaced = text.replace(UNSPACED, ' ').split(/\s+/)
    words += spaced.filter(one => /[\p{L}\p{N}]/u.test(one)).length
  }
  return words < 2 * count + 1
}
