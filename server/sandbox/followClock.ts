// In sandbox mode the gateway's clock goes with the simulator's, so that a window can be seen to close by moving time
// on the phone page. The simulator tells of every move on its event stream.

import { request } from 'undici'
import { sleep } from '../kit/backoff.ts'
import type { MovableClock } from '../kit/clock.ts'
import type { Log } from '../kit/log.ts'

export type Following = { close(): void }

/** Resolves when the clock was read once. Later a broken stream is opened again. */
export async function followClock(simulatorUrl: string, clock: MovableClock, log: Log): Promise<Following> {
  const stopped = new AbortController()
  await readClock(simulatorUrl, clock)
  void follow(simulatorUrl, clock, stopped.signal, log)
  return { close: () => stopped.abort() }
}

async function readClock(simulatorUrl: string, clock: MovableClock): Promise<void> {
  const { body } = await request(`${simulatorUrl}/_sim/clock`)
  clock.setOffset(((await body.json()) as { offset_ms: number }).offset_ms)
}

async function follow(url: string, clock: MovableClock, signal: AbortSignal, log: Log): Promise<void> {
  while (!signal.aborted) {
    try {
      const stream = await request(`${url}/_sim/stream`, { signal, bodyTimeout: 0 })
      await readClock(url, clock)
      await readEvents(stream.body, clock)
    } catch (error) {
      if (!signal.aborted) log.debug({ err: error }, "The simulator's event stream broke; opening it again")
    }
    if (!signal.aborted) await sleep(500)
  }
}

async function readEvents(stream: AsyncIterable<Buffer>, clock: MovableClock): Promise<void> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of stream) {
    const blocks = (text + decoder.decode(chunk, { stream: true })).split('\n\n')
    text = blocks.pop() ?? ''
    for (const block of blocks) {
      const data = /^data: ?(.*)$/m.exec(block)?.[1]
      if (!/^event: ?clock$/m.test(block) || !data) continue
      clock.setOffset((JSON.parse(data) as { offset_ms: number }).offset_ms)
    }
  }
}
