// Progress as server-sent events: the campaign as it is now, and again whenever it has changed. However many watch, this
// process asks the database once for all of them.

import { type EventStream, eventStream } from '../../http/eventStream.ts'
import type { Reply } from '../../http/route.ts'
import { showCampaigns } from '../find.ts'
import type { Campaigns } from '../room.ts'
import type { Campaign } from '../schema.ts'
import { shownRows } from './stateQueries.ts'

export type Progress = {
  /** A stream that never ends by itself. It begins with the campaign as it is. */
  watch(campaign: Campaign): Reply
}

const LOOK_MS = 500

type Watcher = { stream: EventStream; last: string; telling: boolean }

export function openProgress(campaigns: Campaigns): Progress {
  const watchers = new Map<string, Set<Watcher>>()
  let looking = false

  async function look(): Promise<void> {
    try {
      const rows = await shownRows(campaigns.db, [...watchers.keys()])
      for (const campaign of await showCampaigns(campaigns.db, rows)) {
        for (const watcher of watchers.get(campaign.id) ?? []) void tell(watcher, campaign)
      }
    } catch (error) {
      campaigns.log.warn({ err: error }, 'Progress could not be read; trying again')
    }
    looking = watchers.size > 0
    if (looking) setTimeout(look, LOOK_MS)
  }

  return {
    watch(campaign) {
      const stream = eventStream()
      const watcher = { stream, last: '', telling: false }
      const others = watchers.get(campaign.id) ?? new Set()
      watchers.set(campaign.id, others.add(watcher))
      stream.closed.addEventListener('abort', () => {
        others.delete(watcher)
        if (others.size === 0 && watchers.get(campaign.id) === others) watchers.delete(campaign.id)
      })
      void tell(watcher, campaign)
      if (!looking) setTimeout(look, LOOK_MS)
      looking = true
      return stream.reply
    },
  }
}

/** Each change is told whole, so whoever comes back after a break, or was slow, has missed nothing. */
async function tell(watcher: Watcher, campaign: Campaign): Promise<void> {
  const data = JSON.stringify(campaign)
  if (watcher.telling || data === watcher.last) return
  watcher.last = data
  watcher.telling = true
  await watcher.stream.send({ event: 'campaign.updated', data: campaign })
  watcher.telling = false
}
