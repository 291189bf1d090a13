// A long text becomes several messages: at most 4,096 characters each, parted where a reader would draw breath.

/** Meta's limit, in code points. */
const MOST = 4_096
/** A part that would be shorter than this is cut at a less good place instead. */
const LEAST = 1_024

/** From the best place to the least good one. */
const BREAKS = [/\n\s*\n/g, /\n/g, /[.!?…。！？](?=["'”»)\]]*\s)["'”»)\]]*|[。！？]/g, /\s/g]

export function splitText(text: string, most: number = MOST): string[] {
  const parts: string[] = []
  let rest = text.trim()
  while (isLonger(rest, most)) {
    const at = placeToCut(rest, most)
    parts.push(rest.slice(0, at).trim())
    rest = rest.slice(at).trim()
  }
  if (rest !== '') parts.push(rest)
  return parts.filter(part => part !== '')
}

function placeToCut(text: string, most: number): number {
  const room = Array.from(text).slice(0, most).join('')
  const least = Math.min(LEAST, most / 4)
  for (const pattern of BREAKS) {
    let last = 0
    // One character more is looked at, so that a break right at the end is seen.
    for (const found of text.slice(0, room.length + 1).matchAll(pattern)) {
      const end = found.index + found[0].length
      if (end <= room.length) last = end
    }
    if (last >= least) return last
  }
  return room.length
}

function isLonger(text: string, most: number): boolean {
  return text.length > most && Array.from(text).length > most
}
