// What a process knows of the campaigns that run: one lane each, under their numbers, under their tenants. Nothing in it is
// needed to go on after a crash.

import { randomInt } from 'node:crypto'
import type { SendableNumber } from '../../accounts/room.ts'
import type { Bulk } from '../../messages/bulk/store.ts'
import type { Slots } from '../../messages/pace/behind.ts'
import type { TemplateRow } from '../../templates/schema.ts'
import type { Campaigns } from '../room.ts'
import type { CampaignRow } from '../schema.ts'
import { openWindow, type Window } from './budget.ts'
import { type Flow, openFlow } from './flow.ts'

/** `deadline_ms`: after it nothing is posted any more, since the lease would not outlast the answer. */
export type Ready = { bulk: Bulk; deadline_ms: number }

export type NumberLane = {
  id: string
  tenant_id: string
  /** As it was when last looked up; a number that cannot send has none. */
  number: SendableNumber | undefined
  slots: Slots
  flow: Flow
  in_flight: number
  lanes: CampaignLane[]
}

export type CampaignLane = {
  campaign: CampaignRow
  template: TemplateRow | undefined
  home_zone: string
  number: NumberLane
  /** Of its own rate, where it has one. */
  slots: Slots | undefined
  /** Taken, and waiting for their slot. */
  ready: Ready[]
  in_flight: number
  takes: number
  /** The last place that was taken; undefined: begin at the campaign's mark. */
  cursor: number | undefined
  /** Nobody waits before this time. */
  idle_until_ms: number
  /** The last look found nobody. */
  idle: boolean
  /** When messages for their next try were last asked for. */
  again_ms: number
  sync: Window
  /** It does not run any more: what is taken goes back. */
  stopped: boolean
  /** When that was known for certain; what was read of it before is old. */
  stopped_ms: number
}

export type Lanes = {
  campaigns: Map<string, CampaignLane>
  numbers: Map<string, NumberLane>
  /** In the order in which they are served next. */
  tenants: Map<string, NumberLane[]>
}

export function openLanes(): Lanes {
  return { campaigns: new Map(), numbers: new Map(), tenants: new Map() }
}

export function addLane(campaigns: Campaigns, lanes: Lanes, campaign: CampaignRow): CampaignLane {
  const number = numberLaneOf(campaigns, lanes, campaign)
  const lane: CampaignLane = {
    ...{ campaign, template: undefined, home_zone: 'UTC', number, slots: undefined, ready: [] },
    ...{ in_flight: 0, takes: 0, cursor: undefined },
    ...{ idle_until_ms: 0, idle: true, again_ms: 0, sync: openWindow(), stopped: false, stopped_ms: 0 },
  }
  // Among several campaigns of a number the turn begins anywhere: processes that start together do not march in step.
  number.lanes.splice(randomInt(number.lanes.length + 1), 0, lane)
  lanes.campaigns.set(campaign.id, lane)
  return lane
}

export function removeLane(campaigns: Campaigns, lanes: Lanes, lane: CampaignLane): void {
  const { campaign, number } = lane
  lanes.campaigns.delete(campaign.id)
  number.lanes = number.lanes.filter(one => one !== lane)
  if (lane.slots) campaigns.messages.pace.forget(campaign.id)
  if (number.lanes.length > 0) return
  lanes.numbers.delete(number.id)
  const others = (lanes.tenants.get(number.tenant_id) ?? []).filter(one => one !== number)
  if (others.length > 0) lanes.tenants.set(number.tenant_id, others)
  else lanes.tenants.delete(number.tenant_id)
}

/** The campaign as it is now. Components that did not change stay the same object: what was made of them is kept by it. */
export function updateLane(campaigns: Campaigns, lane: CampaignLane, campaign: CampaignRow): void {
  const before = lane.campaign
  const same = before.updated_at.getTime() === campaign.updated_at.getTime()
  lane.campaign = same ? { ...campaign, components: before.components } : campaign
  const wants = campaign.rate_per_second !== null
  if (wants && !lane.slots) lane.slots = campaigns.messages.pace.behind(campaign.id)
  if (!wants && lane.slots) {
    campaigns.messages.pace.forget(campaign.id)
    lane.slots = undefined
  }
}

/** Look at the queue again from its beginning: recipients were added, put back, or their time has come. */
export function wakeLane(lane: CampaignLane): void {
  lane.idle_until_ms = 0
  lane.cursor = undefined
  lane.again_ms = 0
}

function numberLaneOf(campaigns: Campaigns, lanes: Lanes, campaign: CampaignRow): NumberLane {
  const { phone_number_id: id, tenant_id } = campaign
  const known = lanes.numbers.get(id)
  if (known) return known
  const slots = campaigns.messages.pace.behind(id)
  const flow = openFlow(() => performance.now())
  const made: NumberLane = { id, tenant_id, number: undefined, slots, flow, in_flight: 0, lanes: [] }
  lanes.numbers.set(id, made)
  lanes.tenants.set(tenant_id, [...(lanes.tenants.get(tenant_id) ?? []), made])
  return made
}
