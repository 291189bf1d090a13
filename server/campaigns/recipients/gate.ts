// So much of one kind of work at once, and the rest in its turn.

export type Gate = <T>(work: () => Promise<T>) => Promise<T>

export function openGate(most: number): Gate {
  const waiting: (() => void)[] = []
  let busy = 0
  return async work => {
    if (busy >= most) await new Promise<void>(enter => waiting.push(enter))
    else busy++
    try {
      return await work()
    } finally {
      // Whoever comes next takes over the place.
      const next = waiting.shift()
      if (next) next()
      else busy--
    }
  }
}
