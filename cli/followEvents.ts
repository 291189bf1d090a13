// Follows the stream of events of a running Carom, over broken connections: each event once, with its place.

import { setTimeout as sleep } from 'node:timers/promises'
import type { Client, Json } from './client.ts'
import { CommandError } from './command.ts'

export type Followed = { place: string; event: Json }

const FIRST_WAIT_MS = 500
const LAST_WAIT_MS = 10_000
/** Carom lets no line rest for longer than a quarter of a minute. */
const SILENCE_MS = 45_000

/** `changed` hears when the line broke and when it is there again. Ends when the signal says so. */
export async function* followEvents(
  client: Client,
  query: string,
  options: { signal: AbortSignal; changed(how: 'lost' | 'back'): void },
): AsyncGenerator<Followed> {
  let place: string | undefined
  let lost = false
  for (let wait_ms = FIRST_WAIT_MS; !options.signal.aborted; ) {
    try {
      for await (const followed of readStream(client, query, place, options.signal)) {
        if (lost) options.changed('back')
        lost = false
        wait_ms = FIRST_WAIT_MS
        if (!('place' in followed)) continue
        place = followed.place
        yield followed
      }
    } catch (error) {
      if (error instanceof CommandError || options.signal.aborted) throw error
      if (!lost) options.changed('lost')
      lost = true
      await sleep(wait_ms, undefined, { signal: options.signal }).catch(() => {})
      wait_ms = Math.min(LAST_WAIT_MS, wait_ms * 2)
    }
  }
}

/** The first thing it yields is that the line is there. */
async function* readStream(
  { url, key }: Client,
  query: string,
  place: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<Followed | { connected: true }> {
  const watch = watchdog(signal)
  const headers = {
    authorization: `Bearer ${key}`,
    ...(place === undefined ? {} : { 'last-event-id': place }),
  }
  const decoder = new TextDecoder()
  let text = ''
  try {
    const answer = await fetch(`${url}/api/v1/events/stream${query}`, { headers, signal: watch.signal })
    if (!answer.ok || !answer.body) return await refuse(answer)
    yield { connected: true }
    for await (const chunk of answer.body as AsyncIterable<Uint8Array>) {
      watch.alive()
      const frames = (text + decoder.decode(chunk, { stream: true })).split('\n\n')
      text = frames.pop() ?? ''
      for (const frame of frames) {
        const followed = readFrame(frame)
        if (followed) yield followed
      }
    }
  } finally {
    watch.stop()
  }
}

function readFrame(frame: string): Followed | undefined {
  const lines = new Map(
    frame.split('\n').map(line => /^(\w*): ?(.*)$/.exec(line)?.slice(1, 3) as [string, string]),
  )
  const data = lines.get('data')
  return data === undefined ? undefined : { place: lines.get('id') ?? '', event: JSON.parse(data) }
}

/** What will not pass by itself is said; the rest is tried again. */
async function refuse(answer: Response): Promise<never> {
  const text = await answer.text()
  if (answer.status >= 500 || answer.status === 429) throw new Error(`HTTP ${answer.status}`)
  let message = `The answer was HTTP ${answer.status}, and is none of Carom's. Is --url right?`
  try {
    message = JSON.parse(text).error.message
  } catch {
    // Somebody else answered.
  }
  throw new CommandError(message)
}

function watchdog(outer: AbortSignal) {
  const silence = new AbortController()
  let timer: NodeJS.Timeout
  const alive = () => {
    clearTimeout(timer)
    timer = setTimeout(() => silence.abort(new Error('The line is silent.')), SILENCE_MS)
  }
  alive()
  return { signal: AbortSignal.any([outer, silence.signal]), alive, stop: () => clearTimeout(timer) }
}
