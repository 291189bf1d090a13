// The webhooks on their way: who gets them, in what order, in which batches, and when a failed one is tried again.
// Posting itself is in post.ts.

import type { World } from '../world.ts'
import { combineUpdates, type Update } from './combine.ts'
import { encodeBody, signBody } from './encode.ts'
import { createLanes } from './lanes.ts'
import { createPoster } from './post.ts'

export type Delivery = {
  id: string
  created_at: number
  began: number
  attempts: number
  last_status: number | null
  body: string
  /** Undefined: signed as Meta signs. Null: no signature at all. Such deliveries are tried only once. */
  signature?: string | null
  /** The number or account whose override callback gets it, if one has any. */
  override_of: string | null
  lane: string
}

export type Outbox = ReturnType<typeof createOutbox>

const GIVE_UP_AFTER_MS = 7 * 24 * 3_600_000
const MOST_PENDING = 200_000
const KEPT = 1000
const REORDER_WITHIN_MS = 400
/** Only these fields honour an override callback. */
const OVERRIDABLE = new Set([
  'messages',
  'message_echoes',
  'calls',
  'smb_message_echoes',
  'smb_app_state_sync',
  'history',
])

export function createOutbox(world: Omit<World, 'outbox'>) {
  const poster = createPoster()
  const pending = new Map<string, Delivery>()
  const batches = new Map<string, { updates: Update[]; override_of: string | null }>()
  let history: Delivery[] = []
  let sequence = 0
  let delivered = 0
  let failedAttempts = 0
  const lanes = createLanes<Delivery>(attempt, () => world.settings.webhooks.paused)

  const overrideOf = (id: string) =>
    world.numbers.get(id)?.override_callback_uri ?? world.wabas.get(id)?.subscription?.override_callback_uri

  const urlOf = (override_of: string | null) =>
    (override_of && overrideOf(override_of)) || world.app.callback_url

  function post(body: string, override_of: string | null, lane: string, signature?: string | null) {
    if (pending.size >= MOST_PENDING) return
    const delivery: Delivery = {
      id: `wh_${++sequence}`,
      created_at: world.clock.now(),
      began: world.clock.elapsed(),
      attempts: 0,
      last_status: null,
      body,
      override_of,
      lane,
      ...(signature !== undefined && { signature }),
    }
    pending.set(delivery.id, delivery)
    lanes.put(lane, delivery)
  }

  async function attempt(delivery: Delivery) {
    const url = urlOf(delivery.override_of)
    if (!url || !pending.has(delivery.id)) return void pending.delete(delivery.id)
    const { body, signature } = delivery
    const status = await poster.post(
      url,
      body,
      signature === undefined ? signBody(body, world.app.secret) : signature,
    )
    delivery.attempts += 1
    delivery.last_status = status
    if (status === 200) {
      delivered += 1
      settle(delivery)
    } else {
      failedAttempts += 1
      retry(delivery)
    }
  }

  function retry(delivery: Delivery) {
    const delay_ms = world.settings.webhooks.retry_first_ms * 2 ** (delivery.attempts - 1)
    const age_ms = world.clock.elapsed() - delivery.began
    if (delivery.signature !== undefined || age_ms + delay_ms > GIVE_UP_AFTER_MS) return settle(delivery)
    world.clock.after(delay_ms, () => pending.has(delivery.id) && lanes.put(delivery.lane, delivery))
  }

  function settle(delivery: Delivery) {
    if (!pending.delete(delivery.id)) return
    world.emit('webhook', () => null)
    history.push(delivery)
    if (history.length > KEPT * 2) history = history.slice(-KEPT)
  }

  function send(updates: Update[], override_of: string | null, lane: string) {
    const body = encodeBody(combineUpdates(updates))
    post(body, override_of, lane)
    if (Math.random() < world.settings.webhooks.duplicate_rate) post(body, override_of, lane)
  }

  function collect(update: Update, override_of: string | null) {
    const { batch_size, batch_wait_ms } = world.settings.webhooks
    const key = urlOf(override_of) ?? ''
    const batch = batches.get(key) ?? { updates: [], override_of }
    if (!batches.has(key)) {
      batches.set(key, batch)
      world.clock.after(batch_wait_ms, () => flush(key, batch))
    }
    batch.updates.push(update)
    if (batch.updates.length >= batch_size) flush(key, batch)
  }

  function flush(key: string, batch: { updates: Update[]; override_of: string | null }) {
    if (batches.get(key) !== batch) return
    batches.delete(key)
    send(batch.updates, batch.override_of, `batch ${key}`)
  }

  function route(update: Update) {
    const { batch_size, batch_wait_ms, reorder } = world.settings.webhooks
    const { metadata } = update.value as { metadata?: { phone_number_id?: string } }
    const places = OVERRIDABLE.has(update.field) ? [metadata?.phone_number_id ?? '', update.entry_id] : []
    const override_of = places.find(overrideOf) ?? null
    if (batch_size > 1 || batch_wait_ms > 0) collect(update, override_of)
    else send([update], override_of, reorder ? `alone ${sequence}` : update.lane)
  }

  return {
    /** Tells the apps that listen; nobody hears of it when none does. */
    put(update: Update) {
      const waba = world.wabas.get(update.entry_id)
      if (waba && !waba.subscription) return
      if (!world.app.fields.includes(update.field) || !world.app.callback_url) return
      if (!world.settings.webhooks.reorder) return route(update)
      world.clock.after(Math.random() * REORDER_WITHIN_MS, () => route(update))
    },
    /** Sends a body as it is; with a signature of one's own it is tried only once. */
    putBody: (body: string, signature?: string | null) => post(body, null, `own ${sequence}`, signature),
    resume: () => lanes.pump(),
    list: (limit: number) => ({
      pending: pending.size,
      delivered,
      failed_attempts: failedAttempts,
      data: [...history, ...pending.values()].slice(-limit),
    }),
    unfinished: (most: number) => [...pending.values()].slice(0, most),
    restore(deliveries: Delivery[]) {
      for (const { body, override_of, lane, signature } of deliveries)
        post(body, override_of, lane, signature)
    },
    clear() {
      pending.clear()
      batches.clear()
      lanes.clear()
      history = []
      delivered = 0
      failedAttempts = 0
    },
    stop() {
      lanes.stop()
      return poster.close()
    },
  }
}
