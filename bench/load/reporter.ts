// Meta's reports of what became of messages: three statuses each, a webhook for each, a moment after the send was answered.

import type { Taken } from '../programs/fakeMeta.ts'
import { type Connection, openConnection } from './connection.ts'
import { statusesOf } from './webhooks.ts'

export type Reporter = {
  report(message: Taken): void
  /** Webhooks answered 200, others, and those that wait. */
  state(): { ok: number; wrong: number; waiting: number; worst_ms: number }
  close(): void
}

/** When `sent`, `delivered` and `read` come, in milliseconds after the send. */
const DELAYS_MS = [100, 400, 1_000]

export async function openReporter(to: { url: string; connections: number }): Promise<Reporter> {
  const state = { ok: 0, wrong: 0, worst_ms: 0 }
  const waiting: { body: Buffer; due_ms: number }[] = []
  const idle: Connection[] = []
  const all: Connection[] = []
  let later = 0

  function pump(): void {
    for (let next = waiting[0]; next && idle.length > 0; next = waiting[0]) {
      waiting.shift()
      idle.pop()?.send(next.body)
    }
  }

  for (let n = 0; n < to.connections; n++) {
    let sent_ms = 0
    const connection: Connection = await openConnection(to.url, {
      answered(status) {
        if (status === 200) state.ok++
        else state.wrong++
        state.worst_ms = Math.max(state.worst_ms, performance.now() - sent_ms)
        idle.push(own)
        pump()
      },
      broke: () => void state.wrong++,
    })
    const own: Connection = {
      close: connection.close,
      send(request) {
        sent_ms = performance.now()
        connection.send(request)
      },
    }
    idle.push(own)
    all.push(own)
  }

  return {
    report(message) {
      const bodies = statusesOf(message)
      later += bodies.length
      for (const [at, body] of bodies.entries()) {
        setTimeout(() => {
          later--
          waiting.push({ body, due_ms: performance.now() })
          pump()
        }, DELAYS_MS[at])
      }
    },
    state: () => ({ ...state, waiting: waiting.length + later }),
    close() {
      for (const connection of all) connection.close()
    },
  }
}
