/**
 * Natural batching: while one multi-row statement is in flight, calls queue up, and the next statement takes them all.
 * No timer: a lone call leaves at the end of the event loop's turn. It promises nothing about the order between batches.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { isLostRace, mayBeOneRowsFault } from './failures.ts'

export type Batch<In, Out> = ((item: In) => Promise<Out>) & {
  /** Resolves when nothing is queued or in flight. */
  drain(): Promise<void>
  /** Items queued and in flight. */
  size(): number
}
export type BatchOptions<In, Out> = {
  name: string
  max_rows?: number
  max_in_flight?: number
  /** Same length and order as the items; an Error in a place rejects that call alone. Must fail whole or not at all. */
  run: (items: In[]) => Promise<(Out | Error)[]>
}

type Call<In, Out> = { item: In; resolve(value: Out): void; reject(error: unknown): void }

export function batch<In, Out>(options: BatchOptions<In, Out>): Batch<In, Out> {
  const { max_rows = 500, max_in_flight = 2 } = options
  let queue: Call<In, Out>[] = []
  let scheduled = false
  let flights = 0
  let flying = 0
  let idle: (() => void)[] = []

  const call = (item: In) =>
    new Promise<Out>((resolve, reject) => {
      queue.push({ item, resolve, reject })
      schedule()
    })

  // Not at once: the calls of one turn of the event loop (all requests one poll brought) shall share a statement.
  function schedule(): void {
    if (scheduled || flights >= max_in_flight || queue.length === 0) return
    scheduled = true
    setImmediate(launch)
  }

  function launch(): void {
    scheduled = false
    const calls = queue.slice(0, max_rows)
    queue = queue.slice(max_rows)
    flights++
    flying += calls.length
    settle(options, calls).finally(() => {
      flights--
      flying -= calls.length
      schedule()
      if (flights === 0 && queue.length === 0) {
        for (const wake of idle) wake()
        idle = []
      }
    })
    schedule()
  }

  const size = () => queue.length + flying
  const drain = () => (size() === 0 ? Promise.resolve() : new Promise<void>(resolve => idle.push(resolve)))
  return Object.assign(call, { drain, size })
}

/** Answers every call, never rejects. A batch that fails is halved until the bad row stands alone and fails alone. */
async function settle<In, Out>(options: BatchOptions<In, Out>, calls: Call<In, Out>[]): Promise<void> {
  let results: (Out | Error)[]
  try {
    results = await runAgainIfRaceLost(options, calls)
  } catch (error) {
    if (calls.length === 1 || error instanceof WrongLength || !mayBeOneRowsFault(error)) {
      for (const call of calls) call.reject(error)
      return
    }
    const middle = Math.ceil(calls.length / 2)
    await settle(options, calls.slice(0, middle))
    await settle(options, calls.slice(middle))
    return
  }
  for (const [place, call] of calls.entries()) {
    const result = results[place] as Out | Error
    if (result instanceof Error) call.reject(result)
    else call.resolve(result)
  }
}

const MAX_RETRIES = 3

async function runAgainIfRaceLost<In, Out>(
  options: BatchOptions<In, Out>,
  calls: Call<In, Out>[],
): Promise<(Out | Error)[]> {
  for (let attempt = 0; ; attempt++) {
    try {
      const results = await options.run(calls.map(call => call.item))
      if (results.length === calls.length) return results
      throw new WrongLength(
        `The batch ${options.name} answered ${results.length} results for ${calls.length} items.`,
      )
    } catch (error) {
      if (!isLostRace(error) || attempt >= MAX_RETRIES) throw error
      await sleep(5 * 2 ** attempt * (0.5 + Math.random()))
    }
  }
}

/** A bug of run, not of a row: the rows are done, doing them again in halves would double them. */
class WrongLength extends Error {}
