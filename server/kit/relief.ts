// Keeps memory flat while large bodies stream through. Every chunk is a buffer outside of V8's heap, and V8 begins to
// collect those only when 64 MB of them have piled up: eight uploads at once grew the process by 75 to 90 MB. Asking
// for a collection of young objects each few megabytes instead costs less than the full ones that V8 would run.

import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

type Collect = (options: { type: 'minor' }) => void

const EVERY_BYTES = 8 * 1_048_576

let collect: Collect | undefined
let streamed = 0

/** Call it with the length of each chunk, when the chunk is done with. */
export function streamedBytes(bytes: number): void {
  streamed += bytes
  if (streamed < EVERY_BYTES) return
  streamed = 0
  collect ??= exposed()
  collect({ type: 'minor' })
}

/** What `--expose-gc` gives, without making it a global of the whole program. */
function exposed(): Collect {
  setFlagsFromString('--expose-gc')
  const found = runInNewContext('gc') as Collect
  setFlagsFromString('--no-expose-gc')
  return found
}
