// Bytes become text: as their mark says, as they were declared, as UTF-8, and where they are not that, as Windows writes
// western languages.

export function decode(bytes: Buffer, declared?: string): string {
  const marked = markOf(bytes)
  if (marked) return new TextDecoder(marked).decode(bytes)
  const known = declared === undefined ? undefined : decoder(declared)
  if (known) return known.decode(bytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('windows-1252').decode(bytes)
  }
}

function markOf([first, second]: Buffer): string | undefined {
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  if (first === 0xfe && second === 0xff) return 'utf-16be'
  return undefined
}

function decoder(name: string) {
  try {
    return new TextDecoder(name)
  } catch {
    return undefined
  }
}
