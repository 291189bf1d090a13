// Asks for a person to be forgotten, and does it: in the background, step by step, in any process. A process that dies
// leaves it to another, which goes on where that one was.

import { findContact } from '../contacts/resolve.ts'
import { type Loop, startLoop } from '../db/lease.ts'
import type { Queryable } from '../db/pool.ts'
import { fail } from '../kit/errors.ts'
import { isUuid, newId } from '../kit/ids.ts'
import { parseAddress } from '../kit/phone.ts'
import { claim, type ErasureRow, findErasure, findRunning, finish, insertErasure, save } from './queries.ts'
import { ERASURES_CHANNEL, type People } from './room.ts'
import { FIRST_STEP, type Job, runStep, stepAfter } from './steps.ts'

const LEASE_MS = 5 * 60_000
/** A process that is asked to stop waits for the turn. */
const TURN_MS = 10_000
const POLL_MS = 5_000

/** Of an address that no contact has, what lists and stored webhooks know goes. One that is under way already is answered. */
export async function askErasure(
  people: People,
  tx: Queryable & { afterCommit(work: () => void): void },
  tenant_id: string,
  contact: string,
): Promise<ErasureRow> {
  const address = isUuid(contact) ? undefined : parseAddress(contact, 'contact')
  const found = await findContact(
    people.messages.contacts,
    tenant_id,
    address ?? { kind: 'id', value: contact },
  )
  if (!found && !address) fail('not_found', { message: 'There is no such contact in this account.' })
  const contact_id = found?.id ?? null
  const running = await findRunning(tx, tenant_id, contact_id, address)
  if (running) return running
  tx.afterCommit(() => wake(people))
  return insertErasure(tx, {
    ...{ id: newId(), tenant_id, contact_id, step: FIRST_STEP, requested_at: people.clock.now() },
    wanted: { aliases: address ? [address] : [], thread_ids: [] },
  })
}

export async function requireErasure(people: People, tenant_id: string, id: string): Promise<ErasureRow> {
  const row = await findErasure(people.db, tenant_id, id)
  return row ?? fail('not_found', { message: 'There is no such erasure in this account.' })
}

function wake(people: People): void {
  for (const one of people.wakers) one()
  if (people.wakers.size === 0) void people.notify.notify(ERASURES_CHANNEL)
}

export function startErasures(people: People): Loop {
  const loop = startLoop<ErasureRow>({
    name: 'erasures',
    claim: limit => claim(people.db, limit, LEASE_MS),
    work: async rows => {
      for (const row of rows) await workOn(people, row)
    },
    limit: 1,
    concurrency: 1,
    poll_ms: POLL_MS,
    listen: { listener: people.listener, channel: ERASURES_CHANNEL },
    log: people.log,
  })
  people.wakers.add(loop.wake)
  return {
    ...loop,
    drain(timeout_ms) {
      people.wakers.delete(loop.wake)
      return loop.drain(timeout_ms)
    },
  }
}

async function workOn(people: People, row: ErasureRow): Promise<void> {
  const end_ms = performance.now() + TURN_MS
  const job = row as Job
  while (performance.now() < end_ms) {
    const { cursor, counts = {}, wait_ms = 0, back } = await runStep(people, job)
    for (const [name, count] of Object.entries(counts)) job.counts[name] = (job.counts[name] ?? 0) + count
    const next = back ?? (cursor === null ? stepAfter(job.step) : job.step)
    if (next === undefined) {
      await finish(people.db, job, people.clock.now())
      people.log.info(
        { erasure_id: job.id, tenant_id: job.tenant_id, ...job.counts },
        'A person was forgotten',
      )
      return
    }
    job.step = next
    job.cursor = back ? null : cursor
    if (wait_ms > 0) {
      await save(people.db, job, wait_ms)
      setTimeout(() => wake(people), wait_ms + 5).unref()
      return
    }
    await save(people.db, job, LEASE_MS)
  }
  await save(people.db, job, 0)
}
