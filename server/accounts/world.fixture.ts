// For tests of accounts and templates: a house over a real database and the simulator, with a gate in front of it that
// fails chosen calls. Nothing of it is used outside of tests.

import { once } from 'node:events'
import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http'
import { type Simulator, startSimulator } from '../../simulator/start.ts'
import { testDatabase } from '../../test/database.ts'
import { readConfig } from '../config.ts'
import { openListener } from '../db/listen.ts'
import { notifier } from '../db/notify.ts'
import { openDatabase } from '../db/pool.ts'
import { sql } from '../db/sql.ts'
import type { House } from '../house.ts'
import type { Principal } from '../http/route.ts'
import { systemClock } from '../kit/clock.ts'
import { newId } from '../kit/ids.ts'
import type { Log } from '../kit/log.ts'
import { newSecretKey, openSealer } from '../kit/seal.ts'
import { noTracer } from '../kit/trace.ts'
import { openMeta } from '../meta/client.ts'

export const WABA = '700100200300400'
export const NUMBER = '500100200300401'
export const SECOND = '500100200300402'
export const TOKEN = 'EAAsandbox0000000000000000000001'

/** What the gate does with a call: an answer of its own, a cut connection, or (undefined) let it through. */
export type Gate = (method: string, path: string) => { status: number; body: unknown } | 'reset' | undefined

export type TestWorld = {
  house: House
  simulator: Simulator
  /** Every call that came to the gate, as `POST /v26.0/…` without its query. */
  calls: string[]
  /** All log lines as JSON. */
  logged: string[]
  setGate(gate: Gate | undefined): void
  /** A call of the simulator's control API. */
  sim(method: string, path: string, body?: unknown): Promise<Record<string, unknown>>
  newTenant(): Promise<string>
  close(): Promise<void>
}

export async function openTestWorld(): Promise<TestWorld> {
  const simulator = await startSimulator({ port: 0 })
  const database = await testDatabase()
  const calls: string[] = []
  const logged: string[] = []
  const gate = await openGate(simulator.url, calls)
  const house = openHouse(database.url, gate.url, capture(logged))
  return {
    house,
    simulator,
    calls,
    logged,
    setGate: gate.set,
    async sim(method, path, body) {
      const response = await fetch(`${simulator.url}/_sim${path}`, {
        method,
        ...(body === undefined
          ? {}
          : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      })
      const text = await response.text()
      if (!response.ok) throw new Error(`${method} ${path}: ${text}`)
      return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>)
    },
    async newTenant() {
      const id = newId()
      await house.db.query(sql`insert into tenants (id, name, created_at) values (${id}, 'Test', now())`)
      return id
    },
    async close() {
      await house.meta.close(0)
      await house.listener.close()
      await house.db.close()
      await gate.close()
      await simulator.close()
      await database.drop()
    },
  }
}

export function caller(tenant_id: string, sandbox_only = false): Principal {
  const rights = { scopes: ['*'], sandbox_only, owner: false, first_tenant: false, rate_limit_rpm: 600 }
  return { key_id: newId(), tenant_id, ...rights }
}

function openHouse(database_url: string, graph_url: string, log: Log): House {
  const config = readConfig({ DATABASE_URL: database_url })
  const db = openDatabase({ url: database_url, max_connections: 8, application_name: 'carom test', log })
  return {
    config,
    clock: systemClock,
    log,
    db,
    batches: db,
    listener: openListener({ url: database_url, log }),
    notify: notifier(db, log),
    meta: openMeta({
      graph_url,
      version: config.META_GRAPH_VERSION,
      app_id: '600100200300400',
      app_secret: 'sandbox-app-secret',
      log,
      connections: 8,
    }),
    sealer: openSealer([newSecretKey()]),
    tracer: noTracer,
    process_id: 'test',
  }
}

function capture(lines: string[]): Log {
  const write = (fields: object, message: string) => void lines.push(JSON.stringify({ ...fields, message }))
  return { debug: write, info: write, warn: write, error: write }
}

async function openGate(target: string, calls: string[]) {
  let current: Gate | undefined
  const server = createServer((incoming, outgoing) => {
    const path = (incoming.url ?? '').split('?')[0] ?? ''
    calls.push(`${incoming.method} ${path}`)
    const decided = current?.(incoming.method ?? '', path)
    if (decided === 'reset') incoming.socket.resetAndDestroy()
    else if (decided) {
      outgoing.writeHead(decided.status, { 'content-type': 'application/json' })
      outgoing.end(typeof decided.body === 'string' ? decided.body : JSON.stringify(decided.body))
    } else passOn(target, incoming, outgoing)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as { port: number }).port}`,
    set(gate: Gate | undefined) {
      current = gate
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function passOn(target: string, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const { method, headers, url } = incoming
  const onward = forward(`${target}${url}`, { method, headers }, answer => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.pipe(outgoing)
  })
  onward.on('error', () => outgoing.destroy())
  incoming.pipe(onward)
}
