// A person asks that failed recipients get another attempt. Thousands at once are put back with the answer, more of them a
// moment later.

import type { Queryable } from '../../db/pool.ts'
import type { Principal } from '../../http/route.ts'
import { requireReach } from '../check.ts'
import { showCampaign } from '../find.ts'
import type { Campaigns } from '../room.ts'
import type { Campaign } from '../schema.ts'
import { requireLocked } from './change.ts'
import { begin } from './launch.ts'
import { requireReady, requireState } from './require.ts'
import { askRetry, keepForLater, retrySome } from './retry.ts'
import { announce } from './stateQueries.ts'

export async function retryFailed(
  campaigns: Campaigns,
  tx: Queryable,
  caller: Principal,
  id: string,
  wanted: (number | string)[] | undefined,
): Promise<Campaign> {
  const row = await requireLocked(tx, caller.tenant_id, id)
  await requireReach(campaigns, caller, row)
  requireState(row, ['running', 'paused', 'completed'], 'retried')
  const codes = await askRetry(tx, row, wanted?.map(String))
  if (codes.length === 0) return showCampaign(tx, row)
  if (row.status !== 'paused') await requireReady(campaigns, tx, caller, row)
  const more = await retrySome(campaigns, tx, id, codes)
  await keepForLater(
    tx,
    id,
    more ? [...new Set([...codes, ...(row.retry?.codes ?? [])])] : (row.retry?.codes ?? null),
  )
  if (row.status === 'completed') return begin(campaigns, tx, id)
  await announce(tx, id)
  return showCampaign(tx, row)
}
