// The process that reads one file and ends. A thread in it does the work (worker.ts); this one watches how much memory that
// takes, because what libraries unpack lies outside of every limit that a thread can have. It dies with its parent.

import { Worker } from 'node:worker_threads'
import type { Outcome, Task } from './worker.ts'

const MAX_RSS_BYTES = 1_000_000_000
const LOOK_MS = 50
const LIMITS = { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 }

process.once('disconnect', () => process.exit())

process.once('message', task => {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    workerData: task as Task,
    resourceLimits: LIMITS,
    // What libraries have to say about a file is nobody's concern.
    stdout: true,
    stderr: true,
  })
  worker.once('message', tell)
  worker.once('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') tell(TOO_LARGE)
    else throw error
  })
  setInterval(() => {
    if (process.memoryUsage.rss() > MAX_RSS_BYTES) tell(TOO_LARGE)
  }, LOOK_MS)
})

const TOO_LARGE: Outcome = {
  ok: false,
  reason: 'too_hard',
  message: 'Reading the file takes more memory than there is for it; split it, or send its text.',
}

/** The parent ends this process once it has heard. */
function tell(outcome: Outcome): void {
  process.send?.(outcome, () => process.disconnect())
}
