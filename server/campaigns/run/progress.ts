// Progress as server-sent events: the campaign as it is now, and again whenever it has changed. However many watch, this
// process asks the database once for all of them.

import { Readable } from 'node:stream'
import { showCampaigns } from '../find.ts'
import type { Campaigns } from '../room.ts'
import type { Campaign } from '../schema.ts'
import { shownRows } from './stateQueries.ts'

export type Progress = {
  /** A stream that never ends by itself. It begins with the campaign as it is. */
  watch(campaign: Campaign): Readable
}

const LOOK_MS = 500
const HEARTBEAT_MS = 15_000

type Watcher = { stream: Readable; last: string; told_ms: number }

export function openProgress(campaigns: Campaigns): Progress {
  const watchers = new Map<string, Set<Watcher>>()
  let looking = false

  async function look(): Promise<void> {
    try {
      const rows = await shownRows(campaigns.db, [...watchers.keys()])
      for (const campaign of await showCampaigns(campaigns.db, rows)) {
        for (const watcher of watchers.get(campaign.id) ?? []) tell(watcher, campaign)
      }
    } catch (error) {
      campaigns.log.warn({ err: error }, 'Progress could not be read; trying again')
    }
    looking = watchers.size > 0
    if (looking) setTimeout(look, LOOK_MS)
  }

  return {
    watch(campaign) {
      const stream = new Readable({ read() {} })
      const watcher = { stream, last: '', told_ms: 0 }
      const others = watchers.get(campaign.id) ?? new Set()
      watchers.set(campaign.id, others.add(watcher))
      stream.once('close', () => {
        others.delete(watcher)
        if (others.size === 0) watchers.delete(campaign.id)
      })
      stream.push('retry: 2000\n\n')
      tell(watcher, campaign)
      if (!looking) setTimeout(look, LOOK_MS)
      looking = true
      return stream
    },
  }
}

/** Each change is told whole, so that whoever comes back after a break has missed nothing. */
function tell(watcher: Watcher, campaign: Campaign): void {
  const { stream } = watcher
  const now_ms = performance.now()
  const data = JSON.stringify(campaign)
  if (stream.destroyed || stream.readableLength > MOST_WAITING) return
  if (data !== watcher.last) stream.push(`event: campaign.updated\ndata: ${data}\n\n`)
  else if (now_ms - watcher.told_ms >= HEARTBEAT_MS) stream.push(': still here\n\n')
  else return
  watcher.last = data
  watcher.told_ms = now_ms
}

/** Who does not read gets nothing more until it does. */
const MOST_WAITING = 65_536
