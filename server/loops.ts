// What this process does besides answering requests, by its role.

import { startFolding } from './analytics/fold.ts'
import { startTurns } from './bots/turn/work.ts'
import { startCampaigns } from './campaigns/run/start.ts'
import type { Loop } from './db/lease.ts'
import { startRounds } from './doctor/round.ts'
import { startDelivery } from './events/deliveries/deliver.ts'
import { startFanOut } from './events/deliveries/fanOut.ts'
import { keepEvents } from './events/keep.ts'
import type { House } from './house.ts'
import { startProjection } from './inbox/project.ts'
import { heardFromMeta } from './inbox/room.ts'
import { startMirror } from './media/mirror/run.ts'
import { startDispatch } from './messages/dispatch.ts'
import { startErasures } from './people/erase.ts'
import { startRetention } from './retention/run.ts'
import type { Rooms } from './rooms.ts'
import { startKeepingTrue } from './templates/keepTrue.ts'

export type Loops = { running: Record<string, Loop>; close(): Promise<void> }

const SWEEP_MS = 10 * 60_000
const DRAIN_MS = 20_000

export async function startLoops(house: House, rooms: Rooms): Promise<Loops> {
  if (house.config.CAROM_ROLE === 'api') return { running: {}, close: async () => {} }
  const running = {
    inbox: startProjection(rooms.inbox),
    doctor: startRounds(rooms.doctor),
    fan_out: startFanOut(rooms.events),
    deliveries: startDelivery(rooms.events),
    rollups: startFolding(rooms.analytics),
    mirror: startMirror(rooms.media),
    templates: startKeepingTrue(rooms.templates),
    bots: startTurns(rooms.bots),
    retention: startRetention(rooms.retention),
    erasures: startErasures(rooms.people),
    messages: await startDispatch(rooms.messages, () => heardFromMeta(rooms.inbox)),
    ...startCampaigns(rooms.campaigns),
  }
  const sweeping = setInterval(() => {
    rooms.idempotency
      .sweep()
      .catch(error => house.log.warn({ err: error }, 'Old Idempotency-Keys were not removed'))
    keepEvents(rooms.events).catch(error =>
      house.log.warn({ err: error }, 'Old events and deliveries were not removed'),
    )
  }, SWEEP_MS)
  sweeping.unref()
  return {
    running,
    async close() {
      clearInterval(sweeping)
      await Promise.all(Object.values(running).map(loop => loop.drain(DRAIN_MS)))
    },
  }
}
