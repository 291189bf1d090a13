// The event stream of the phone page: messages, people, clock, settings, typing, as server-sent events.

import type { ServerResponse } from 'node:http'

const EVENTS = new Set(['message', 'user', 'clock', 'settings', 'typing', 'template', 'reset'])
const HEARTBEAT_MS = 15_000
/** A reader that falls this far behind is cut off; it connects again and reads everything anew. */
const MOST_WAITING_BYTES = 8_000_000

export function createStream() {
  const readers = new Set<ServerResponse>()
  const heartbeat = setInterval(() => send(': still here\n\n'), HEARTBEAT_MS)
  heartbeat.unref()

  function send(text: string) {
    for (const reader of readers) {
      if (reader.writableLength > MOST_WAITING_BYTES) reader.destroy()
      else reader.write(text)
    }
  }

  return {
    open(response: ServerResponse) {
      response.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      })
      response.write(': hello\n\n')
      readers.add(response)
      response.on('close', () => readers.delete(response))
    },
    emit(event: string, make: () => unknown) {
      if (readers.size === 0 || !EVENTS.has(event)) return
      send(`event: ${event}\ndata: ${JSON.stringify(make())}\n\n`)
    },
    close() {
      clearInterval(heartbeat)
      for (const reader of readers) reader.destroy()
    },
  }
}
