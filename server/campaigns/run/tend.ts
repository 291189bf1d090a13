// Looks after campaigns: begins those that are due, pauses those in trouble, gives another attempt to whom it can help, ends
// those that are done, and clears up after those that were cancelled. One worker at a time does a campaign, under a lease.

import { type Loop, startLoop } from '../../db/lease.ts'
import { giveUpWaiting } from '../../messages/bulk/newAttempt.ts'
import type { Campaigns } from '../room.ts'
import type { CampaignRow } from '../schema.ts'
import { CANCELLED } from '../skipped.ts'
import { changeState, stop } from './change.ts'
import { type Sums, sums } from './countQueries.ts'
import { begin, launchScheduled } from './launch.ts'
import { raiseMark, skipGivenUp, skipWaiting } from './recipientQueries.ts'
import { keepForLater, retryCapped, retrySome } from './retry.ts'
import { CHANNEL, claimDue, find, lock, setDue } from './stateQueries.ts'
import { watch } from './watch.ts'

const LEASE_MS = 15_000
const LOOK_MS = 500
/** Nothing has happened since the last look. */
const QUIET_MS = 1_500
/** Meta's cap on marketing is told by webhook, also after the last message went out. */
const COMPLETED_MS = 30_000
const COMPLETED_FOR_MS = 7 * 24 * 3_600_000
const SWEEP = 5_000

export function startTending(campaigns: Campaigns): Loop {
  return startLoop<{ id: string }>({
    name: 'campaigns',
    claim: async limit => {
      await launchScheduled(campaigns)
      return claimDue(campaigns.db, limit, campaigns.process_id, LEASE_MS)
    },
    work: async due => {
      await Promise.all(due.map(({ id }) => tendOne(campaigns, id)))
    },
    limit: 20,
    concurrency: 2,
    poll_ms: LOOK_MS,
    listen: { listener: campaigns.listener, channel: CHANNEL },
    log: campaigns.log,
  })
}

/** One campaign that cannot be looked after does not hold up the others; its lease brings it back. */
async function tendOne(campaigns: Campaigns, id: string): Promise<void> {
  try {
    const row = await find(campaigns.db, id)
    if (row) await tend(campaigns, row)
  } catch (error) {
    campaigns.log.error({ err: error, campaign_id: id }, 'A campaign could not be looked after; trying again')
  }
}

async function tend(campaigns: Campaigns, row: CampaignRow): Promise<void> {
  switch (row.status) {
    case 'running':
      return tendRunning(campaigns, row)
    case 'completed':
      return tendCompleted(campaigns, row)
    case 'cancelled':
      return tendCancelled(campaigns, row)
    default:
      return setDue(campaigns.db, row.id, null)
  }
}

async function tendRunning(campaigns: Campaigns, row: CampaignRow): Promise<void> {
  await retryDue(campaigns, row)
  await raiseMark(campaigns.batches, row.id)
  const { reason, memory, sums: now } = await watch(campaigns, row)
  if (reason && (await stop(campaigns, row.id, reason))) return
  if (now && isDone(now) && (await complete(campaigns, row.id))) return
  const same = JSON.stringify(memory) === JSON.stringify(row.watch)
  await setDue(campaigns.db, row.id, same ? QUIET_MS : LOOK_MS, same ? undefined : memory)
}

async function retryDue(campaigns: Campaigns, row: CampaignRow): Promise<void> {
  await campaigns.db.transaction(async tx => {
    await retryCapped(tx, row.id)
    if (!row.retry) return
    const more = await retrySome(campaigns, tx, row.id, row.retry.codes)
    if (!more) await keepForLater(tx, row.id, null)
  })
}

function isDone({ waiting, pending, unknown }: Sums): boolean {
  return waiting + pending + unknown === 0
}

/** Counted again under the lock: whoever adds recipients or puts some back holds it too. */
async function complete(campaigns: Campaigns, id: string): Promise<boolean> {
  return campaigns.db.transaction(async tx => {
    const row = await lock(tx, id)
    if (row?.status !== 'running' || row.retry) return false
    const [now] = await sums(tx, [id])
    if (now && !isDone(now)) return false
    if ((await retryCapped(tx, id)) > 0) return false
    await changeState(campaigns, tx, id, { status: 'completed', completed_at: campaigns.clock.now() })
    return true
  })
}

/** Begins anew when somebody whom Meta's cap held back may get it after all. */
async function tendCompleted(campaigns: Campaigns, row: CampaignRow): Promise<void> {
  const began = await campaigns.db.transaction(async tx => {
    const locked = await lock(tx, row.id)
    if (locked?.status !== 'completed' || (await retryCapped(tx, row.id)) === 0) return false
    await begin(campaigns, tx, row.id)
    return true
  })
  if (began) return
  const age_ms = campaigns.clock.nowMs() - (row.completed_at?.getTime() ?? 0)
  await setDue(campaigns.db, row.id, age_ms < COMPLETED_FOR_MS ? COMPLETED_MS : null)
}

/** Whoever waits is skipped. What was on its way when it was cancelled is waited for. */
async function tendCancelled(campaigns: Campaigns, { id }: CampaignRow): Promise<void> {
  for (let last: number | undefined = 0; last !== undefined; ) {
    last = await skipWaiting(campaigns.db, id, last, CANCELLED, SWEEP)
  }
  for (let given_up = SWEEP; given_up === SWEEP; ) {
    given_up = await campaigns.db.transaction(async tx => {
      const ords = await giveUpWaiting(campaigns.messages, tx, id, SWEEP)
      if (ords.length > 0) await skipGivenUp(tx, id, ords, CANCELLED)
      return ords.length
    })
  }
  const [now] = await sums(campaigns.db, [id])
  await setDue(campaigns.db, id, now && !isDone(now) ? LOOK_MS : null)
}
