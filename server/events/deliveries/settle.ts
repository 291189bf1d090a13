// What became of attempts is written in batches: deliveries, their lines, and how each endpoint is doing. An endpoint that
// takes nothing for days is switched off.

import { type Batch, batch } from '../../db/batch.ts'
import { findForEvent } from '../endpoints/find.ts'
import { recordEvents } from '../record.ts'
import type { Events } from '../room.ts'
import { wakeDelivery } from '../wake.ts'
import { GIVE_UP_MS, PROBE_S, SUSPECT_FAILURES } from './schedule.ts'
import {
  type Changed,
  disable,
  type Health,
  hurry,
  noteHealth,
  type Settlement,
  settleDeliveries,
} from './settleQueries.ts'

export type Outcome = Settlement & {
  ok: boolean
  /** It answered 410: it wants no more. */
  gone: boolean
}

/** One at a time: what a line is given back with must not be written before what was sent in it earlier. */
export function openSettling(events: () => Events): Batch<Outcome, void> {
  return batch({
    name: 'events.settle',
    max_in_flight: 1,
    max_rows: 200,
    run: async outcomes => {
      await settleAll(events(), outcomes)
      return outcomes.map(() => undefined)
    },
  })
}

async function settleAll(events: Events, outcomes: Outcome[]): Promise<void> {
  const rows = outcomes.map(({ ok: _, gone: __, ...row }) => row)
  await settleDeliveries(events.batches, rows, events.process_id)
  try {
    await followHealth(events, outcomes)
  } catch (error) {
    // The deliveries are settled; how the endpoint fares is noted with the next ones.
    events.log.warn({ err: error }, 'How endpoints of tenants are doing could not be noted')
  }
}

const CARE = { suspect_failures: SUSPECT_FAILURES, probe_s: PROBE_S }

async function followHealth(events: Events, outcomes: Outcome[]): Promise<void> {
  const now = events.clock.now()
  const gone = new Set(outcomes.filter(one => one.gone).map(one => one.webhook_id))
  const changed = await noteHealth(events.db, healthOf(outcomes, now), CARE)
  for (const one of changed) {
    if (gone.has(one.webhook_id)) await switchOff(events, one.webhook_id, 'gone')
    else if (isHopeless(one, now)) await switchOff(events, one.webhook_id, 'failing')
    else if (isBack(one)) void hurryAll(events, one.webhook_id)
  }
}

/** One line for each endpoint of the batch, its outcomes folded in the order in which they came. */
function healthOf(outcomes: Outcome[], now: Date): Health[] {
  const folded = new Map<string, Health>()
  for (const { webhook_id, ok } of outcomes) {
    const before = folded.get(webhook_id) ?? { webhook_id, ok: false, failures: 0, now }
    const failures = ok ? 0 : before.failures + 1
    folded.set(webhook_id, { ...before, ok: before.ok || ok, failures })
  }
  return [...folded.values()]
}

function isHopeless({ failures, failing_since }: Changed, now: Date): boolean {
  return failures > 0 && failing_since !== null && now.getTime() - failing_since.getTime() >= GIVE_UP_MS
}

function isBack({ failures, failures_before }: Changed): boolean {
  return failures < SUSPECT_FAILURES && failures_before >= SUSPECT_FAILURES
}

const LINES = 2_000

async function hurryAll(events: Events, webhook_id: string): Promise<void> {
  try {
    while ((await hurry(events.db, webhook_id, LINES)) === LINES) wakeDelivery(events)
    wakeDelivery(events)
  } catch (error) {
    events.log.warn({ err: error, webhook_id }, 'Deliveries wait on, though their endpoint is up again')
  }
}

async function switchOff(events: Events, webhook_id: string, reason: 'failing' | 'gone'): Promise<void> {
  const now = events.clock.now()
  const off = await events.db.transaction(async tx => {
    const row = await disable(tx, webhook_id, reason, now)
    if (!row) return false
    const data = await findForEvent(tx, row.tenant_id, webhook_id)
    const event = { tenant_id: row.tenant_id, type: 'webhook.disabled', at: now, subject_id: webhook_id }
    await recordEvents(tx, [{ ...event, data }])
    return true
  })
  if (!off) return
  events.bell.ring()
  const why = reason === 'gone' ? 'it answered 410' : 'nothing but failures for five days'
  events.log.warn({ webhook_id, why }, "A tenant's endpoint was switched off")
}
