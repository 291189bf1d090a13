// Prometheus metrics of this process. Names and labels are few and bounded: no tenant, number or recipient in them.

import cluster from 'node:cluster'
import { AggregatorRegistry, Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { countFindings } from '../doctor/count.ts'
import type { Doctor } from '../doctor/room.ts'
import type { House } from '../house.ts'
import type { Answered } from '../http/door.ts'
import { type Inbox, inboxBacklog } from '../inbox/room.ts'
import { messageBacklog } from './queries.ts'

export type Metrics = {
  answered(told: Answered): void
  print(): Promise<{ text: string; content_type: string }>
}

/** `all`: the metrics of every process of this machine, where there are several. */
export function openMetrics(house: House, inbox: Inbox, doctor: Doctor, all: () => Promise<string>): Metrics {
  const registry = new Registry()
  if (cluster.isWorker) answerForAll(registry)
  collectDefaultMetrics({ register: registry })
  const registers = [registry]
  const labelNames = ['method', 'route', 'status'] as const
  const requests = new Counter({
    name: 'carom_http_requests_total',
    help: 'Requests answered.',
    labelNames,
    registers,
  })
  const seconds = new Histogram({
    name: 'carom_http_request_seconds',
    help: 'How long requests took.',
    labelNames: ['route'] as const,
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15],
    registers,
  })
  watchMeta(house, registers)
  watchPools(house, registers)
  watchBacklogs(house, inbox, registers)
  watchFindings(doctor, registers)
  return {
    answered({ method, route, status, ms }) {
      requests.inc({ method, route, status })
      seconds.observe({ route }, ms / 1000)
    },
    print: async () => ({
      text: await (cluster.isWorker ? all() : registry.metrics()),
      content_type: registry.contentType,
    }),
  }
}

/** One try each; `outcome` of a send is its verdict: accepted, rejected, throttled, transient, unreachable, unknown. */
function watchMeta({ meta }: House, registers: Registry[]): void {
  const labelNames = ['call', 'outcome'] as const
  const calls = new Counter({ name: 'carom_meta_calls_total', help: 'Calls to Meta.', labelNames, registers })
  const seconds = new Histogram({
    name: 'carom_meta_call_seconds',
    help: 'How long Meta took to answer.',
    labelNames: ['call'] as const,
    buckets: [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15],
    registers,
  })
  meta.observe.call = (call, outcome, ms) => {
    calls.inc({ call, outcome })
    seconds.observe({ call }, ms / 1000)
  }
}

function watchPools({ db, batches }: House, registers: Registry[]): void {
  new Gauge({
    name: 'carom_database_connections',
    help: 'Connections to PostgreSQL, and calls that wait for one.',
    labelNames: ['pool', 'state'] as const,
    registers,
    collect() {
      for (const [pool, { pool: counted }] of Object.entries({ rooms: db, batches })) {
        this.set({ pool, state: 'busy' }, counted.totalCount - counted.idleCount)
        this.set({ pool, state: 'idle' }, counted.idleCount)
        this.set({ pool, state: 'waiting' }, counted.waitingCount)
      }
    },
  })
}

function watchFindings(doctor: Doctor, registers: Registry[]): void {
  new Gauge({
    name: 'carom_doctor_findings',
    help: 'What the hourly look of the doctor found.',
    labelNames: ['code', 'severity'] as const,
    registers,
    // The same number, whichever process reads it.
    aggregator: 'first',
    async collect() {
      this.reset()
      for (const { code, severity, count } of await countFindings(doctor)) this.set({ code, severity }, count)
    },
  })
}

/** Making one is what lets this process answer the first one, which adds the numbers up. */
function answerForAll(registry: Registry): void {
  void new AggregatorRegistry()
  AggregatorRegistry.setRegistries(registry)
}

/** Asked of the database when the metrics are read, not before. */
function watchBacklogs(house: House, inbox: Inbox, registers: Registry[]): void {
  const webhooks = shared(() => inboxBacklog(inbox))
  const messages = shared(() => messageBacklog(house.db))
  new Gauge({
    name: 'carom_inbox_waiting',
    help: 'Webhooks from Meta that are stored and not applied yet (10,000 at most).',
    registers,
    // The same number, whichever process reads it.
    aggregator: 'first',
    async collect() {
      this.set((await webhooks()).waiting)
    },
  })
  new Gauge({
    name: 'carom_inbox_oldest_seconds',
    help: 'Age of the oldest webhook that is not applied yet.',
    registers,
    // The same number, whichever process reads it.
    aggregator: 'first',
    async collect() {
      this.set((await webhooks()).oldest_s ?? 0)
    },
  })
  new Gauge({
    name: 'carom_messages_oldest_seconds',
    help: 'How late the latest message is that waits for a worker.',
    registers,
    aggregator: 'first',
    async collect() {
      this.set(Math.max(0, ...(await messages()).map(one => one.oldest_s)))
    },
  })
  new Gauge({
    name: 'carom_messages_due',
    help: 'Messages that wait for a worker now, by status (10,000 at most).',
    labelNames: ['status'] as const,
    registers,
    // The same number, whichever process reads it.
    aggregator: 'first',
    async collect() {
      this.reset()
      for (const { status, count } of await messages()) this.set({ status }, count)
    },
  })
}

/** Several gauges that are read at once ask once. */
function shared<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | undefined
  return () => {
    asked ??= ask().finally(() => {
      asked = undefined
    })
    return asked
  }
}
