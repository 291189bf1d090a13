// What the first bytes of a file tell: whether a sticker moves, and how many channels a sound has.

/** So many bytes are looked at. */
export const HEAD_BYTES = 64

export function factsOf(head: Buffer): { animated: boolean; channels: number | null } {
  const name = (from: number, to: number) => head.toString('latin1', from, to)
  const isWebp = name(0, 4) === 'RIFF' && name(8, 16) === 'WEBPVP8X'
  const opusAt = name(0, 4) === 'OggS' ? head.indexOf('OpusHead') : -1
  return {
    animated: isWebp && ((head[20] ?? 0) & 0x02) !== 0,
    channels: opusAt >= 0 ? (head[opusAt + 9] ?? null) : null,
  }
}
