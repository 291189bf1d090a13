// The movable clock and everything that waits for it. `now` may be set anywhere; `elapsed` only goes forward
// (real time plus every jump ahead), so what waits comes due when the clock jumps, and never twice.

export type Clock = {
  now(): number
  offset(): number
  elapsed(): number
  move(offset_ms: number): void
  after(delay_ms: number, run: () => void): void
  forgetTasks(): void
  stop(): void
  onMove(listener: () => void): void
}

type Task = { due: number; order: number; run: () => void }

const LONGEST_TIMER_MS = 2_000_000_000

export function createClock(): Clock {
  let offset_ms = 0
  let jumped_ms = 0
  let order = 0
  let stopped = false
  let timer: NodeJS.Timeout | undefined
  let timerDue = Number.POSITIVE_INFINITY
  const heap: Task[] = []
  const listeners: (() => void)[] = []
  const elapsed = () => performance.now() + jumped_ms

  function arm() {
    const next = heap[0]
    if (!next || stopped || next.due >= timerDue) return
    clearTimeout(timer)
    timerDue = next.due
    timer = setTimeout(runDue, Math.min(Math.max(0, Math.ceil(next.due - elapsed())), LONGEST_TIMER_MS))
  }

  function runDue() {
    clearTimeout(timer)
    timerDue = Number.POSITIVE_INFINITY
    const limit = elapsed()
    for (let next = heap[0]; next && next.due <= limit && !stopped; next = heap[0]) {
      pop(heap)
      next.run()
    }
    arm()
  }

  return {
    now: () => Date.now() + offset_ms,
    offset: () => offset_ms,
    elapsed,
    move(next_ms) {
      jumped_ms += Math.max(0, next_ms - offset_ms)
      offset_ms = next_ms
      for (const listener of listeners) listener()
      runDue()
    },
    after(delay_ms, run) {
      push(heap, { due: elapsed() + delay_ms, order: order++, run })
      arm()
    },
    forgetTasks() {
      heap.length = 0
    },
    stop() {
      stopped = true
      clearTimeout(timer)
    },
    onMove: listener => void listeners.push(listener),
  }
}

const isBefore = (a: Task, b: Task) => a.due < b.due || (a.due === b.due && a.order < b.order)

function push(heap: Task[], task: Task) {
  let at = heap.length
  heap.push(task)
  while (at > 0) {
    const parent = (at - 1) >> 1
    const above = heap[parent] as Task
    if (!isBefore(task, above)) break
    heap[at] = above
    at = parent
  }
  heap[at] = task
}

function pop(heap: Task[]) {
  const last = heap.pop() as Task
  if (heap.length === 0) return
  let at = 0
  for (;;) {
    let child = at * 2 + 1
    const right = child + 1
    if (right < heap.length && isBefore(heap[right] as Task, heap[child] as Task)) child = right
    const below = heap[child]
    if (!below || !isBefore(below, last)) break
    heap[at] = below
    at = child
  }
  heap[at] = last
}
