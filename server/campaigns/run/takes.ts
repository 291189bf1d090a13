// Keeps a moment's worth of messages ready to be sent: slots are reserved first, then as many recipients are taken as there
// are slots for, so that neither memory nor what is underway when a campaign stops ever grows with the campaign.

import { isLostRace } from '../../db/failures.ts'
import { bulkAgainInMs, leaseOf } from '../../messages/bulk/store.ts'
import type { Hold } from '../schema.ts'
import { takeAgain } from './again.ts'
import { expand } from './expand.ts'
import type { CampaignLane, NumberLane, Ready } from './lanes.ts'
import { nextDue } from './recipientQueries.ts'
import type { Runner } from './runner.ts'
import { setHold } from './stateQueries.ts'

/** Slots are reserved so far ahead. */
const AHEAD_MS = 200
/** Recipients a transaction, transactions at once of a campaign and of the process. */
const MOST_A_TAKE = 250
const TAKES_OF_A_LANE = 2
const MOST_TAKES = 2
/** Messages ready in this process, over all campaigns. */
const MOST_READY = 600
/** A campaign that had nobody to send to begins with so few slots. */
const PROBE = 16
const AGAIN_EVERY_MS = 250
const IDLE_MS = 500
const LONGEST_IDLE_MS = 2_000
const WORTH_TELLING_MS = 10_000

export function topUp(runner: Runner): void {
  for (const numbers of runner.lanes.tenants.values()) {
    for (const number of numbers) topUpNumber(runner, number)
  }
}

function topUpNumber(runner: Runner, number: NumberLane): void {
  const now = performance.now()
  if (now < number.flow.not_before_ms() || !number.number) return
  const hungry = number.lanes.filter(lane => isHungry(lane, now))
  const paced = number.lanes.filter(lane => hungry.includes(lane) || (lane.ready.length > 0 && !lane.stopped))
  if (paced.length === 0) return
  reserve(runner, number, paced)
  if (hungry.length === 0) return
  const ready = number.lanes.reduce((sum, lane) => sum + lane.ready.length, 0)
  const open = Math.min(number.slots.held() - ready, MOST_READY - runner.ready())
  const share = Math.ceil(open / hungry.length)
  for (const lane of hungry) {
    const limit = Math.min(share, MOST_A_TAKE, lane.slots ? lane.slots.held() - lane.ready.length : share)
    const worthwhile = lane.idle ? 1 : Math.min(MOST_A_TAKE, aheadOf(lane)) / 2 / hungry.length
    if (limit >= worthwhile && limit > 0) start(runner, lane, limit)
  }
}

function isHungry(lane: CampaignLane, now: number): boolean {
  const { stopped, takes, template, campaign } = lane
  if (stopped || !template || takes >= TAKES_OF_A_LANE || (lane.idle && takes > 0)) return false
  return now >= lane.idle_until_ms && campaign.status === 'running'
}

/**
 * Slots for as long ahead as they are held: fewer where nobody waited the last time, and of the number's none for a campaign
 * whose own next slot is not due yet, since they would be lost for everybody.
 */
function reserve({ campaigns }: Runner, number: NumberLane, lanes: CampaignLane[]): void {
  const paced = number.number
  if (!paced) return
  const usable = lanes.reduce((sum, lane) => sum + (isDue(lane) ? aheadOf(lane) : 0), 0)
  const ahead = Math.min(usable, Math.ceil((paced.messages_per_second * AHEAD_MS) / 1000))
  const wanted = lanes.every(lane => lane.idle) ? Math.min(PROBE, ahead) : ahead
  if (wanted > 0 && number.slots.held() <= wanted / 2) refill(campaigns.log, number.slots.fill(paced, wanted))
  for (const { slots, campaign, idle } of lanes) {
    const rate = campaign.rate_per_second
    if (!slots || rate === null) continue
    const own = Math.ceil((rate * AHEAD_MS) / 1000)
    const some = idle ? Math.min(PROBE, own) : own
    const one = { id: campaign.id, messages_per_second: rate }
    if (slots.held() <= some / 2) refill(campaigns.log, slots.fill(one, some))
  }
}

function refill(log: Runner['campaigns']['log'], filling: Promise<void>): void {
  filling.catch(error => log.error({ err: error }, 'Slots of the pace could not be reserved; trying again'))
}

/** With a rate of its own: a slot of it can be used now, or in a moment. */
function isDue({ slots }: CampaignLane): boolean {
  return slots === undefined || (slots.next_ms() ?? Number.POSITIVE_INFINITY) <= AHEAD_MS / 2
}

function aheadOf({ campaign, number }: CampaignLane): number {
  const most = number.number?.messages_per_second ?? 1
  const rate = Math.min(most, campaign.rate_per_second ?? most)
  return Math.ceil((rate * AHEAD_MS) / 1000)
}

function start(runner: Runner, lane: CampaignLane, limit: number): void {
  if (runner.takes >= MOST_TAKES) return
  runner.takes++
  lane.takes++
  takeSome(runner, lane, limit)
    .catch(error => {
      lane.idle_until_ms = performance.now() + IDLE_MS
      if (isLostRace(error)) return
      const told = { err: error, campaign_id: lane.campaign.id }
      runner.campaigns.log.error(told, 'Recipients of a campaign could not be taken; trying again')
    })
    .finally(() => {
      runner.takes--
      lane.takes--
      runner.wake()
    })
}

/** First what is due for its next try, then recipients who had to wait, then those who never had a message. */
async function takeSome(runner: Runner, lane: CampaignLane, limit: number): Promise<void> {
  let free = limit
  const now_ms = performance.now()
  if (now_ms - lane.again_ms >= AGAIN_EVERY_MS) {
    lane.again_ms = now_ms
    free -= await takeDueAgain(runner, lane, free)
    if (free > 0) free -= await takeRecipients(runner, lane, 'deferred', free)
    // There may be more of them.
    if (free <= 0) lane.again_ms = 0
  }
  if (free > 0) await takeFresh(runner, lane, free)
}

async function takeDueAgain(runner: Runner, lane: CampaignLane, limit: number): Promise<number> {
  const { campaign, template, home_zone } = lane
  if (!template) return 0
  const deadline_ms = performance.now() + leaseOf(runner.campaigns.messages).deadline_ms
  const again = await takeAgain(runner.campaigns, { campaign, template, home_zone }, limit)
  add(
    runner,
    lane,
    again.map(bulk => ({ bulk, deadline_ms })),
  )
  return again.length
}

/** Goes on after the last one that was taken; at the end it looks once more from the mark, for whom others let go. */
async function takeFresh(runner: Runner, lane: CampaignLane, limit: number): Promise<void> {
  const from = lane.cursor
  const seen = await takeRecipients(runner, lane, from ?? lane.campaign.low_ord, limit)
  if (seen > 0) return
  if (from === undefined) return rest(runner, lane)
  lane.cursor = undefined
}

/** Answers how many were looked at. */
async function takeRecipients(
  runner: Runner,
  lane: CampaignLane,
  from: number | 'deferred',
  limit: number,
): Promise<number> {
  const { campaigns } = runner
  const { campaign, template, home_zone } = lane
  if (!template || isHeld(runner, lane)) return 0
  const deadline_ms = performance.now() + leaseOf(campaigns.messages).deadline_ms
  const { bulks, seen, last, hold } = await expand(campaigns, { campaign, template, home_zone, from, limit })
  add(
    runner,
    lane,
    bulks.map(bulk => ({ bulk, deadline_ms })),
  )
  if (seen > 0 && from !== 'deferred') lane.cursor = Math.max(lane.cursor ?? 0, last)
  if (hold || (seen > 0 && campaign.hold)) await keepHold(runner, lane, hold ?? null)
  if (hold) lane.cursor = undefined
  return seen
}

/** Why nothing is sent although it runs, for people to see. */
async function keepHold({ campaigns }: Runner, lane: CampaignLane, hold: Hold | null): Promise<void> {
  lane.campaign.hold = hold
  await setHold(campaigns.db, lane.campaign.id, hold)
}

/** Only the messaging limit holds a campaign as a whole; other waits are of recipients, and there may be new ones. */
function isHeld({ campaigns }: Runner, { campaign }: CampaignLane): boolean {
  const { hold } = campaign
  return hold?.code === 'messaging_limit' && new Date(hold.until) > campaigns.clock.now()
}

/** Nobody can be sent to now: look again when the next one is due, or soon, should that be unknown. */
async function rest(runner: Runner, lane: CampaignLane): Promise<void> {
  const { campaigns } = runner
  lane.idle = true
  const [due, again_ms] = await Promise.all([
    nextDue(campaigns.db, lane.campaign.id),
    bulkAgainInMs(campaigns.messages, lane.campaign.id),
  ])
  const due_in_ms = due ? due.getTime() - campaigns.clock.nowMs() : 0
  const isLong = due !== undefined && due_in_ms > WORTH_TELLING_MS
  if (isLong && !isHeld(runner, lane)) await keepHold(runner, lane, notBefore(due))
  const waits_ms = isHeld(runner, lane) ? LONGEST_IDLE_MS : due_in_ms
  const soonest_ms = Math.min(
    Math.max(waits_ms, IDLE_MS),
    Math.max(again_ms ?? LONGEST_IDLE_MS, AGAIN_EVERY_MS),
  )
  lane.idle_until_ms = performance.now() + Math.min(LONGEST_IDLE_MS, soonest_ms)
}

function notBefore(due: Date): Hold {
  return {
    code: 'waiting',
    message:
      'Nobody can be written to before then: it is quiet hours where they are, or their next attempt must wait.',
    until: due.toISOString(),
  }
}

/** What comes for a campaign that was stopped meanwhile goes back; see runner.ts. */
function add(runner: Runner, lane: CampaignLane, rows: Ready[]): void {
  lane.ready.push(...rows)
  if (rows.length > 0) lane.idle = false
  runner.wake()
}
