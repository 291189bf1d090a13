// Works through things in parallel, but one after another within a lane. Up to 16 at a time.

const MOST_AT_ONCE = 16
const TIDY_AT = 1000

type Lane<T> = { waiting: Queue<T>; isBusy: boolean; isReady: boolean }

export function createLanes<T>(work: (item: T) => Promise<void>, isPaused: () => boolean) {
  const lanes = new Map<string, Lane<T>>()
  let ready = createQueue<string>()
  let running = 0
  let stopped = false

  function pump() {
    while (running < MOST_AT_ONCE && !stopped && !isPaused()) {
      const name = ready.take()
      if (name === undefined) return
      const lane = lanes.get(name)
      if (lane) void run(name, lane)
    }
  }

  async function run(name: string, lane: Lane<T>) {
    lane.isReady = false
    const item = lane.waiting.take()
    if (item === undefined) return
    lane.isBusy = true
    running += 1
    await work(item)
    running -= 1
    lane.isBusy = false
    if (lanes.get(name) === lane) {
      if (lane.waiting.size() > 0) makeReady(name, lane)
      else lanes.delete(name)
    }
    pump()
  }

  function makeReady(name: string, lane: Lane<T>) {
    if (lane.isReady || lane.isBusy) return
    lane.isReady = true
    ready.put(name)
  }

  return {
    put(name: string, item: T) {
      const lane = lanes.get(name) ?? { waiting: createQueue<T>(), isBusy: false, isReady: false }
      lanes.set(name, lane)
      lane.waiting.put(item)
      makeReady(name, lane)
      pump()
    },
    pump,
    clear() {
      lanes.clear()
      ready = createQueue()
    },
    stop() {
      stopped = true
    },
  }
}

type Queue<T> = ReturnType<typeof createQueue<T>>

/** An array that is taken from at the front without moving everything each time. */
function createQueue<T>() {
  let items: T[] = []
  let first = 0
  return {
    put: (item: T) => void items.push(item),
    take(): T | undefined {
      if (first >= items.length) return undefined
      const item = items[first++] as T
      if (first > TIDY_AT && first * 2 > items.length) {
        items = items.slice(first)
        first = 0
      }
      return item
    },
    size: () => items.length - first,
  }
}
