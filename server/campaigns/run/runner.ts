// The part of a worker that runs campaigns: which ones there are, when something has to be done, and how it ends. Any number
// of processes do this with the same campaigns; what each of them may send, PostgreSQL deals out.

import { sendableById } from '../../accounts/room.ts'
import { findTemplate } from '../../templates/find.ts'
import type { Campaigns } from '../room.ts'
import type { CampaignRow } from '../schema.ts'
import {
  addLane,
  type CampaignLane,
  type Lanes,
  openLanes,
  removeLane,
  updateLane,
  wakeLane,
} from './lanes.ts'
import { giveBackAll, post } from './posts.ts'
import { zoneOf } from './quiet.ts'
import { CHANNEL, running } from './stateQueries.ts'
import { topUp } from './takes.ts'

export type Runner = {
  campaigns: Campaigns
  lanes: Lanes
  /** On the way to Meta; answered but not written; transactions that take recipients. */
  in_flight: number
  unsettled: number
  takes: number
  ready(): number
  /** Something may be done now. */
  wake(): void
}

export type RunningRunner = {
  /** A campaign was changed, or may have something to do. */
  wake(campaign_id?: string): void
  busy(): number
  last_success_at(): number | undefined
  /** It looks this often. */
  longest_sleep_ms: number
  drain(timeout_ms: number): Promise<void>
}

const REFRESH_MS = 500
const STEP_MS = 10
/** So soon a slot is due, a timer would only come too late. */
const SOON_MS = 1

export function startRunner(campaigns: Campaigns): RunningRunner {
  let draining = false
  let scheduled = false
  let timer: NodeJS.Timeout | undefined
  let last_success: number | undefined
  let refreshing: Promise<void> | undefined
  const lanes = openLanes()
  const runner: Runner = {
    ...{ campaigns, lanes, in_flight: 0, unsettled: 0, takes: 0 },
    ready: () => [...lanes.campaigns.values()].reduce((sum, lane) => sum + lane.ready.length, 0),
    wake,
  }

  function wake(): void {
    if (scheduled) return
    scheduled = true
    setImmediate(step)
  }

  function step(): void {
    scheduled = false
    clearTimeout(timer)
    try {
      for (const lane of lanes.campaigns.values())
        if (lane.stopped && lane.ready.length > 0) void giveBackAll(runner, lane)
      if (draining) return
      if (post(runner)) wake()
      topUp(runner)
    } catch (error) {
      campaigns.log.error({ err: error }, 'Campaigns could not go on for a moment')
    }
    // With nothing that runs it is refresh that wakes.
    if (lanes.campaigns.size === 0) return
    timer = setTimeout(wake, Math.max(SOON_MS, Math.min(STEP_MS, nextSlotMs(lanes))))
    timer.unref()
  }

  async function refresh(): Promise<void> {
    try {
      const read_ms = performance.now()
      await follow(runner, draining ? [] : await running(campaigns.db), read_ms)
      last_success = Date.now()
    } catch (error) {
      campaigns.log.error({ err: error }, 'Running campaigns could not be read; trying again')
    }
    wake()
  }

  const look = () => {
    refreshing ??= refresh().finally(() => {
      refreshing = undefined
    })
    return refreshing
  }
  const interval = setInterval(look, REFRESH_MS)
  const changed = (id?: string) => {
    const lane = id === undefined ? undefined : lanes.campaigns.get(id)
    if (lane) wakeLane(lane)
    void look()
  }
  const stops = [campaigns.listener.on(CHANNEL, changed), campaigns.listener.onReconnect(changed)]
  void look()
  return {
    wake: changed,
    longest_sleep_ms: REFRESH_MS,
    busy: () => runner.in_flight + runner.unsettled + runner.ready(),
    last_success_at: () => last_success,
    async drain(timeout_ms) {
      draining = true
      clearInterval(interval)
      for (const stop of stops) stop()
      await refreshing
      const end = performance.now() + timeout_ms
      for (const lane of lanes.campaigns.values()) lane.stopped = true
      while (
        performance.now() < end &&
        runner.in_flight + runner.unsettled + runner.takes + runner.ready() > 0
      ) {
        wake()
        await new Promise(resolve => setTimeout(resolve, 20))
      }
      clearTimeout(timer)
    },
  }
}

function nextSlotMs(lanes: Lanes): number {
  let soonest = Number.POSITIVE_INFINITY
  for (const { campaign, number, ready, slots } of lanes.campaigns.values()) {
    if (ready.length === 0 || campaign.status !== 'running') continue
    soonest = Math.min(soonest, Math.max(number.slots.next_ms() ?? STEP_MS, slots?.next_ms() ?? 0))
  }
  return soonest
}

/** The lanes become those of the campaigns that run; what the others had ready goes back. */
async function follow(runner: Runner, rows: CampaignRow[], read_ms: number): Promise<void> {
  const { campaigns, lanes } = runner
  const ids = new Set(rows.map(row => row.id))
  for (const [id, lane] of lanes.campaigns) if (!ids.has(id)) await dismiss(runner, lane)
  for (const row of rows) {
    const lane = lanes.campaigns.get(row.id) ?? addLane(campaigns, lanes, row)
    if (read_ms > lane.stopped_ms) lane.stopped = false
    updateLane(campaigns, lane, row)
    const number = await sendableById(campaigns.accounts, row.phone_number_id)
    lane.number.number = number
    if (!number) continue
    const { account_id, display_phone_number } = number
    const { template } = await findTemplate(campaigns.templates, account_id, row.template, row.language)
    lane.template = template?.status === 'APPROVED' ? template : undefined
    lane.home_zone =
      zoneOf({ alias_kind: 'phone', alias: display_phone_number.replace(/\D/g, ''), country: null }) ?? 'UTC'
  }
}

/** Kept until nothing of it is underway, so that what a late transaction took is given back too. */
async function dismiss(runner: Runner, lane: CampaignLane): Promise<void> {
  lane.stopped = true
  lane.stopped_ms = performance.now()
  await giveBackAll(runner, lane)
  if (lane.takes === 0 && lane.ready.length === 0) removeLane(runner.campaigns, runner.lanes, lane)
}
