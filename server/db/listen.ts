/**
 * One connection of its own for LISTEN, made anew whenever it breaks. Notifications sent meanwhile are lost: that is
 * what onReconnect is for (look again). Nothing may depend on a notification alone.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { Log } from '../kit/log.ts'

export type Listener = {
  /** Returns a function that ends it. */
  on(channel: string, handler: (payload: string) => void): () => void
  /** Called on every connect, the first one included. */
  onReconnect(handler: () => void): () => void
  close(): Promise<void>
}

const HEARTBEAT_MS = 30_000

export function openListener(options: { url: string; log: Log }): Listener {
  const { url, log } = options
  const channels = new Map<string, Set<(payload: string) => void>>()
  const reconnects = new Set<() => void>()
  const closing = new AbortController()
  let client: pg.Client | undefined
  let told: Promise<unknown> = Promise.resolve()

  async function run(): Promise<void> {
    for (let failures = 0; !closing.signal.aborted; ) {
      const began = Date.now()
      const error = await listenUntilBroken()
      if (closing.signal.aborted) return
      failures = Date.now() - began > 10_000 ? 1 : failures + 1
      log.warn({ err: error }, 'The connection that listens for notifications broke; connecting again')
      const backoff_ms = Math.min(5_000, 100 * 2 ** Math.min(failures - 1, 10)) * (0.75 + Math.random() / 4)
      await sleep(backoff_ms, undefined, { signal: closing.signal }).catch(() => {})
    }
  }

  async function listenUntilBroken(): Promise<unknown> {
    const fresh = connection(url)
    const stop = () => void fresh.end().catch(() => {})
    closing.signal.addEventListener('abort', stop)
    const broken = new Promise<unknown>(resolve => {
      fresh.on('error', resolve)
      fresh.on('end', () => resolve(undefined))
    })
    fresh.on('notification', ({ channel, payload }) => dispatch(channel, payload ?? ''))
    try {
      await fresh.connect()
      if (closing.signal.aborted) return undefined
      client = fresh
      for (const channel of channels.keys()) tell('listen', channel)
      await told
      for (const handler of reconnects) guarded(handler)
      return await Promise.race([broken, heartbeat(fresh)])
    } catch (error) {
      return error
    } finally {
      client = undefined
      closing.signal.removeEventListener('abort', stop)
      await fresh.end().catch(() => {})
    }
  }

  /** A peer that vanished without a word is noticed by nothing else: this connection never speaks first. */
  async function heartbeat(fresh: pg.Client): Promise<unknown> {
    for (;;) {
      await sleep(HEARTBEAT_MS, undefined, { ref: false, signal: closing.signal })
      await told
      await fresh.query({ text: 'select 1', query_timeout: 10_000 } as pg.QueryConfig)
    }
  }

  function dispatch(channel: string, payload: string): void {
    for (const handler of channels.get(channel) ?? []) guarded(() => handler(payload))
  }

  function guarded(handler: () => void): void {
    try {
      handler()
    } catch (error) {
      log.error({ err: error }, 'The handler of a notification failed')
    }
  }

  /** One command after the other. If one fails the connection is broken, and the next starts from the list of channels. */
  function tell(verb: 'listen' | 'unlisten', channel: string): void {
    const target = client
    if (!target) return
    told = told.then(() => target.query(`${verb} ${pg.escapeIdentifier(channel)}`)).catch(() => {})
  }

  const ended = run()
  return {
    on(channel, handler) {
      const own = (payload: string) => handler(payload)
      const handlers = channels.get(channel) ?? new Set()
      channels.set(channel, handlers.add(own))
      if (handlers.size === 1) tell('listen', channel)
      return () => {
        if (!handlers.delete(own) || handlers.size > 0) return
        channels.delete(channel)
        tell('unlisten', channel)
      }
    },
    onReconnect(handler) {
      const own = () => handler()
      reconnects.add(own)
      return () => reconnects.delete(own)
    },
    async close() {
      closing.abort()
      await ended
    },
  }
}

function connection(url: string): pg.Client {
  return new pg.Client({
    connectionString: url,
    application_name: 'carom listener',
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  })
}
