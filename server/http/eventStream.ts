// Server-sent events: a stream that a handler answers with and then feeds. A reader that does not keep up is waited for
// a while and then cut off; it connects again with Last-Event-ID. Nothing is kept for it without bound.

import { Readable } from 'node:stream'
import type { Reply } from './route.ts'

export type SentEvent = {
  /** What the reader sends as Last-Event-ID when it connects again. One line. */
  id?: string
  /** The name that `addEventListener` hears; without one it is `message`. One line. */
  event?: string
  /** Sent as JSON. */
  data: unknown
}

export type EventStream = {
  /** For the handler to return. */
  reply: Reply
  /** Resolves when there is room for more; `false`: the reader is gone, or was cut off. To be awaited. */
  send(event: SentEvent): Promise<boolean>
  /** Ends it in good order; the reader will connect again. */
  end(): void
  /** Aborted when the reader is gone, the server closes, or it was ended. */
  closed: AbortSignal
}

export type EventStreamOptions = { keep_alive_ms?: number; patience_ms?: number; retry_ms?: number }

const ROOM_BYTES = 64 * 1024
/** Only who does not await `send` comes to this. */
const MOST_BYTES = 4 * 1024 * 1024

/** Comments are sent every `keep_alive_ms` of silence, a reader has `patience_ms` to catch up, and reconnects after `retry_ms`. */
export function eventStream(options: EventStreamOptions = {}): EventStream {
  const { keep_alive_ms = 15_000, patience_ms = 30_000, retry_ms = 2_000 } = options
  const closing = new AbortController()
  const waiting: (() => void)[] = []
  const body = new Readable({ highWaterMark: ROOM_BYTES, read: release })
  body.on('error', () => {})
  body.on('close', () => {
    clearInterval(keeping)
    closing.abort()
    release()
  })
  const keeping = setInterval(() => body.readableLength === 0 && body.push(': still here\n\n'), keep_alive_ms)
  keeping.unref()
  body.push(`retry: ${retry_ms}\n\n`)

  function release(): void {
    for (const wake of waiting.splice(0)) wake()
  }

  async function send(event: SentEvent): Promise<boolean> {
    if (closing.signal.aborted) return false
    if (body.readableLength > MOST_BYTES) return cut()
    if (body.push(frame(event))) return true
    return (await roomWithin(patience_ms)) || cut()
  }

  function roomWithin(ms: number): Promise<boolean> {
    return new Promise(resolve => {
      const late = setTimeout(() => resolve(false), ms)
      waiting.push(() => {
        clearTimeout(late)
        resolve(!closing.signal.aborted)
      })
    })
  }

  function cut(): false {
    closing.abort()
    body.destroy()
    return false
  }

  return {
    reply: {
      status: 200,
      content_type: 'text/event-stream; charset=utf-8',
      // Proxies of the nginx kind would hold it back otherwise.
      headers: { 'x-accel-buffering': 'no' },
      body,
    },
    send,
    end() {
      if (closing.signal.aborted) return
      clearInterval(keeping)
      closing.abort()
      body.push(null)
    },
    closed: closing.signal,
  }
}

function frame({ id, event, data }: SentEvent): string {
  const head = `${id === undefined ? '' : `id: ${id}\n`}${event === undefined ? '' : `event: ${event}\n`}`
  return `${head}data: ${JSON.stringify(data)}\n\n`
}
