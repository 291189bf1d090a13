// Keeps memory flat while large bodies stream through. Every chunk is a buffer outside of V8's heap, and V8 begins to
// collect those only when 64 MB of them have piled up: eight uploads at once grew the process by 75 to 90 MB. Asking
// for a collection of young objects every 2 MB instead, they grow it by 10 to 20 MB (every 8 MB: 20 to 40), and it costs less
// than the full collections that V8 would run.

import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

type Collect = (options: { type: 'minor' | 'major'; flavor?: 'last-resort' }) => void

const EVERY_BYTES = 2 * 1_048_576

// The HTTP parser of undici is WebAssembly. Once it is hot, V8 compiles it again, with 22 MB of working memory that stay with
// the process; a request costs the same CPU without that (measured over 60,000: 23.6 µs against 22.9).
setFlagsFromString('--no-wasm-dynamic-tiering')

/** What survives two of those waits for a full one, which V8 by itself runs only after another 70 MB. It takes some 20 ms. */
const FULL_AFTER_BYTES = 1_024 * 1_048_576

let collect: Collect | undefined
let streamed = 0
let since_full = 0

/** Call it with the length of each chunk, when the chunk is done with. */
export function streamedBytes(bytes: number): void {
  streamed += bytes
  if (streamed < EVERY_BYTES) return
  since_full += streamed
  streamed = 0
  collect ??= exposed()
  const isFull = since_full >= FULL_AFTER_BYTES
  if (isFull) since_full = 0
  collect({ type: isFull ? 'major' : 'minor' })
}

/**
 * For the end of a start: gives back what loading the program took, 35 to 45 MB. V8 lets the young generation grow to 64 MB
 * meanwhile and shrinks it in a full collection alone, which a process at rest does not come to; and only the thorough kind
 * gives the pages back at once (100 ms of CPU, once).
 */
export function collectAll(): void {
  collect ??= exposed()
  collect({ type: 'major', flavor: 'last-resort' })
}

/** What `--expose-gc` gives, without making it a global of the whole program. */
function exposed(): Collect {
  setFlagsFromString('--expose-gc')
  const found = runInNewContext('gc') as Collect
  setFlagsFromString('--no-expose-gc')
  return found
}
