// Sends what was taken, as slots come due: tenants by turns, the numbers of a tenant by turns, the campaigns of a number by
// turns, one message each, as long as there is room on the way to Meta.

import { putBack, sendBulk, settleBulk } from '../../messages/bulk/send.ts'
import { BULK_CONNECTIONS } from '../../meta/client.ts'
import { stop } from './change.ts'
import type { CampaignLane, NumberLane, Ready } from './lanes.ts'
import type { Runner } from './runner.ts'
import { stopReason } from './stoppers.ts'

/** Answered by Meta, and not written yet: more than this and the database is what is slow. */
const MOST_UNSETTLED = 1_024
/** Messages that are posted in one turn of the event loop. */
const MOST_AT_ONCE = 48

/** An answer is slow that took this part of the time that there is for it. */
const SLOW_PART = 4
/** Of Meta or on the way there, and not of this message. */
const TROUBLE = ['transient', 'throttled', 'unreachable', 'unknown']

/** Sends what may go now, so much that nobody else in this process waits for long. Answers whether there is more. */
export function post(runner: Runner): boolean {
  let posts = 0
  for (let sent = true; sent; ) {
    sent = false
    for (const numbers of [...runner.lanes.tenants.values()]) {
      if (isFull(runner)) return false
      if (!postOne(runner, numbers)) continue
      sent = true
      if (++posts >= MOST_AT_ONCE) return true
    }
    const [first] = runner.lanes.tenants
    if (!first) return false
    // Whoever was first is last the next time.
    runner.lanes.tenants.delete(first[0])
    runner.lanes.tenants.set(...first)
  }
  return false
}

function isFull(runner: Runner): boolean {
  return runner.in_flight >= BULK_CONNECTIONS || runner.unsettled >= MOST_UNSETTLED
}

function postOne(runner: Runner, numbers: NumberLane[]): boolean {
  for (let turns = numbers.length; turns > 0; turns--) {
    const number = numbers.shift() as NumberLane
    numbers.push(number)
    if (number.in_flight >= number.flow.window() || performance.now() < number.flow.not_before_ms()) continue
    if (postOf(runner, number)) return true
  }
  return false
}

function postOf(runner: Runner, number: NumberLane): boolean {
  if (number.slots.next_ms() !== 0) return false
  for (let turns = number.lanes.length; turns > 0; turns--) {
    const lane = number.lanes.shift() as CampaignLane
    number.lanes.push(lane)
    if (lane.stopped || lane.ready.length === 0) continue
    if (lane.slots && lane.slots.take(1) === 0) continue
    if (number.slots.take(1) === 0) return false
    void postRow(runner, lane, lane.ready.shift() as Ready)
    return true
  }
  return false
}

async function postRow(runner: Runner, lane: CampaignLane, { bulk, deadline_ms }: Ready): Promise<void> {
  const { messages } = runner.campaigns
  const { number } = lane.number
  if (!number) return giveBack(runner, { bulk, deadline_ms })
  runner.in_flight++
  lane.in_flight++
  lane.number.in_flight++
  const began_ms = performance.now()
  const outcome = await sendBulk(messages, number, bulk, deadline_ms)
  const slow = (performance.now() - began_ms) * SLOW_PART > messages.config.CAROM_SEND_TIMEOUT_MS
  runner.in_flight--
  lane.number.in_flight--
  runner.unsettled++
  runner.wake()
  if (outcome.kind === 'accepted') lane.number.flow.took(slow)
  else if (TROUBLE.includes(outcome.kind)) lane.number.flow.failed(bulk.id)
  const problem = 'problem' in outcome ? outcome.problem : undefined
  const reason = problem && stopReason(problem)
  if (reason) void pause(runner, lane, reason)
  try {
    const patient = reason !== undefined || lane.number.flow.isOutage()
    const status = await settleBulk(messages, number, bulk, outcome, patient)
    judge(runner, lane, status)
  } catch (error) {
    // The row keeps its lease; when that runs out, Meta's webhooks tell what became of it.
    messages.log.error({ err: error, message_id: bulk.id }, 'The outcome of a send could not be written')
  } finally {
    runner.unsettled--
    lane.in_flight--
    runner.wake()
  }
}

/** The budget for failures, as this process sees them come; what webhooks tell is looked at by watch.ts. */
function judge(runner: Runner, lane: CampaignLane, status: string): void {
  if (status === 'accepted') lane.sync.note(1, 0)
  if (status !== 'failed') return
  lane.sync.note(0, 1)
  const over = lane.sync.over(lane.campaign.budgets)
  if (over) void pause(runner, lane, tooManyFailures(over))
}

export function tooManyFailures(over: string): { code: string; message: string } {
  return {
    code: 'failures',
    message: `${over}. Look at the causes (GET …/recipients?status=failed), then resume the campaign or cancel it.`,
  }
}

/** At once in this process; the others hear of it when it is written. */
export async function pause(
  runner: Runner,
  lane: CampaignLane,
  reason: { code: string; message: string },
): Promise<void> {
  if (lane.stopped) return
  lane.stopped = true
  lane.stopped_ms = Number.POSITIVE_INFINITY
  try {
    await stop(runner.campaigns, lane.campaign.id, reason)
    lane.stopped_ms = performance.now()
  } catch (error) {
    runner.campaigns.log.error(
      { err: error, campaign_id: lane.campaign.id },
      'A campaign could not be paused',
    )
    lane.stopped_ms = 0
  }
}

/** What was taken and not sent waits in its row for the campaign to go on. */
export async function giveBackAll(runner: Runner, lane: CampaignLane): Promise<void> {
  await Promise.all(lane.ready.splice(0).map(ready => giveBack(runner, ready)))
}

async function giveBack(runner: Runner, { bulk }: Ready): Promise<void> {
  try {
    await putBack(runner.campaigns.messages, bulk)
  } catch (error) {
    runner.campaigns.log.error({ err: error, message_id: bulk.id }, 'A message could not be given back')
  }
}
