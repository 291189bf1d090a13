// The events of a tenant as they happen, as server-sent events: first what came since the place where the reader was, then
// each as it comes, at the reader's pace.

import { type EventStream, eventStream } from '../../http/eventStream.ts'
import { encodeCursor } from '../../http/paging.ts'
import type { Reply } from '../../http/route.ts'
import type { Events } from '../room.ts'
import type { Filters } from './feedQueries.ts'
import { readOn } from './read.ts'

const PAGE = 100
/** A reader that watches for long is asked to come again, with its key: one that was revoked gets no further. */
const MOST_MS = 30 * 60_000

/** `after`: the number of the last event that the reader has; undefined: from now on. */
export async function openStream(
  events: Events,
  tenant_id: string,
  after: number | undefined,
  filters: Filters,
): Promise<Reply> {
  const start = after ?? (await events.horizon.readAll(100))
  const stream = eventStream()
  const bell = sleeper(stream.closed)
  const unlisten = events.tail.on(tenant_id, bell.ring)
  const ending = setTimeout(() => stream.end(), MOST_MS)
  ending.unref()
  follow(events, stream, bell, { tenant_id, start, filters })
    .catch(error =>
      events.log.warn({ err: error }, 'A stream of events broke off; its reader will come again'),
    )
    .finally(() => {
      clearTimeout(ending)
      unlisten()
      stream.end()
    })
  return stream.reply
}

async function follow(
  events: Events,
  stream: EventStream,
  bell: Sleeper,
  from: { tenant_id: string; start: number; filters: Filters },
): Promise<void> {
  let after = from.start
  while (!stream.closed.aborted) {
    bell.reset()
    const safe = await events.horizon.read()
    const part = await readOn(events, from.tenant_id, { after, safe }, from.filters, PAGE)
    for (const [place, event] of part.events.entries()) {
      if (!(await stream.send({ id: encodeCursor(part.seqs[place]), data: event }))) return
    }
    after = part.next
    if (!part.more) await bell.sleep()
  }
}

type Sleeper = { ring(): void; reset(): void; sleep(): Promise<void> }

/** A ring before the sleep is not missed. */
function sleeper(closed: AbortSignal): Sleeper {
  let rung = false
  let wake: (() => void) | undefined
  const ring = () => {
    rung = true
    wake?.()
  }
  closed.addEventListener('abort', ring)
  return {
    ring,
    reset() {
      rung = false
    },
    sleep: () =>
      new Promise(resolve => {
        if (rung) return resolve()
        wake = resolve
      }),
  }
}
