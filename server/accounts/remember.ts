// A bounded memory of rows on the hot path, with explicit forgetting. A load that began before something was
// forgotten is answered but not kept: it may have read the old row.

export type Memory<V> = {
  /** The remembered value, else what `load` finds; concurrent calls share one load. Absence is not remembered. */
  get(key: string, load: () => Promise<V | undefined>): Promise<V | undefined>
  forget(matches: (value: V) => boolean): void
  clear(): void
}

/** Keeps the `max` values that were used last. */
export function memory<V>(max: number): Memory<V> {
  const kept = new Map<string, V>()
  let loading = new Map<string, Promise<V | undefined>>()

  function keep(key: string, value: V): void {
    kept.delete(key)
    kept.set(key, value)
    if (kept.size <= max) return
    const oldest = kept.keys().next()
    if (!oldest.done) kept.delete(oldest.value)
  }

  async function fetch(key: string, load: () => Promise<V | undefined>): Promise<V | undefined> {
    const current = loading
    try {
      const value = await load()
      if (value !== undefined && current === loading) keep(key, value)
      return value
    } finally {
      current.delete(key)
    }
  }

  return {
    get(key, load) {
      const value = kept.get(key)
      if (value !== undefined) {
        keep(key, value)
        return Promise.resolve(value)
      }
      const running = loading.get(key)
      if (running) return running
      const fresh = fetch(key, load)
      loading.set(key, fresh)
      return fresh
    },
    forget(matches) {
      loading = new Map()
      for (const [key, value] of kept) if (matches(value)) kept.delete(key)
    },
    clear() {
      loading = new Map()
      kept.clear()
    },
  }
}
