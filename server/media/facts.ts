// Small facts that are read straight from a file's leading bytes: whether it is text, whether a WebP moves, how many
// channels a sound has.

/** How much of a file's beginning is kept for looking at. */
export const HEAD_BYTES = 8_192

/** `channels` of Ogg with Opus; null where the bytes do not tell. */
export function readFacts(type: string, head: Buffer): { animated: boolean; channels: number | null } {
  return {
    animated: type === 'image/webp' && isAnimatedWebp(head),
    channels: type === 'audio/ogg' ? channelsOfOpus(head) : null,
  }
}

/** The first packet of an Ogg stream with Opus: its name, a version, the number of channels. */
function channelsOfOpus(head: Buffer): number | null {
  const at = head.subarray(0, 512).indexOf('OpusHead', 0, 'latin1')
  return at < 0 ? null : (head.at(at + 9) ?? null)
}

/** The extended header's flag; the simple formats cannot move. */
function isAnimatedWebp(head: Buffer): boolean {
  return (
    head.length > 20 && head.toString('latin1', 12, 16) === 'VP8X' && ((head.at(20) as number) & 0x02) !== 0
  )
}

/** No control characters but those of a text, and valid UTF-8 or an old 8-bit encoding. UTF-16 with its mark counts. */
export function looksLikeText(head: Buffer): boolean {
  if (head.length >= 2 && (head.readUInt16BE(0) === 0xfffe || head.readUInt16BE(0) === 0xfeff)) return true
  for (const byte of head) {
    if (byte < 0x20 && !TEXT_CONTROLS.has(byte)) return false
  }
  return true
}

/** Tab, line feed, vertical tab, form feed, carriage return, escape. */
const TEXT_CONTROLS = new Set([0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x1b])
