// Tells streams that their tenant has news: one look for all of this process, instead of one for each.

import type { House } from '../../house.ts'
import type { Bell } from '../bell.ts'
import type { Horizon } from '../horizon.ts'
import { tenantsWithNews } from './feedQueries.ts'

export type Tail = {
  /** Calls back when the tenant may have new events. Answers how to stop. */
  on(tenant_id: string, wake: () => void): () => void
  close(): void
}

const GATHER_MS = 30
const POLL_MS = 500

export function openTail(parts: Pick<House, 'db' | 'log'> & { bell: Bell; horizon: Horizon }): Tail {
  const { db, log, bell, horizon } = parts
  const readers = new Map<string, Set<() => void>>()
  let seen = 0
  let soon: NodeJS.Timeout | undefined
  let looking = false
  let again = false
  let rest: (() => void) | undefined

  /** What rings within a moment is one look. */
  function ring(): void {
    soon ??= setTimeout(() => {
      soon = undefined
      void look()
    }, GATHER_MS)
  }

  async function look(): Promise<void> {
    if (looking) {
      again = true
      return
    }
    looking = true
    try {
      await wakeThoseWithNews()
    } catch (error) {
      log.warn({ err: error }, 'Streams of events could not be told of news; looking again')
    }
    looking = false
    if (again) ring()
    again = false
  }

  async function wakeThoseWithNews(): Promise<void> {
    const after = seen
    seen = await horizon.read()
    if (seen === after) return
    for (const tenant_id of await tenantsWithNews(db, [...readers.keys()], after, seen)) {
      for (const wake of readers.get(tenant_id) ?? []) wake()
    }
  }

  /** The first look tells everybody once more what was there: nobody falls between two looks. */
  function begin(): () => void {
    seen = 0
    const stop = bell.on(ring)
    const polling = setInterval(() => void look(), POLL_MS)
    return () => {
      stop()
      clearInterval(polling)
      clearTimeout(soon)
      soon = undefined
      rest = undefined
    }
  }

  return {
    on(tenant_id, wake) {
      const own = () => wake()
      readers.set(tenant_id, (readers.get(tenant_id) ?? new Set()).add(own))
      rest ??= begin()
      return () => {
        const left = readers.get(tenant_id)
        left?.delete(own)
        if (left?.size === 0) readers.delete(tenant_id)
        if (readers.size === 0) rest?.()
      }
    },
    close: () => rest?.(),
  }
}
