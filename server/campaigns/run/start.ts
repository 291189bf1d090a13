// What a worker does for campaigns: looks after their states, runs them, and folds their counts.

import { type Loop, startLoop } from '../../db/lease.ts'
import type { Campaigns } from '../room.ts'
import { fold } from './countQueries.ts'
import { startRunner } from './runner.ts'
import { startTending } from './tend.ts'

const FOLD = 5_000

/** By the names under which they are seen to be alive. */
export function startCampaigns(
  campaigns: Campaigns,
): Record<'campaigns' | 'campaign_runs' | 'campaign_counts', Loop> {
  const runner = startRunner(campaigns)
  return {
    campaigns: startTending(campaigns),
    campaign_runs: {
      ...runner,
      wake: () => runner.wake(),
      drain: (timeout_ms = 30_000) => runner.drain(timeout_ms),
    },
    campaign_counts: startLoop<null>({
      name: 'campaign_counts',
      // A claim that folded as many as it could is followed by another at once.
      claim: async () => ((await fold(campaigns.batches, FOLD)) === FOLD ? [null] : []),
      work: async () => {},
      limit: 1,
      concurrency: 1,
      poll_ms: 1_000,
      log: campaigns.log,
    }),
  }
}
