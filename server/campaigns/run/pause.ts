// A person stops a campaign for a while, or for good, or lets it go on. Nothing more is taken from the moment of the commit;
// what is on its way to Meta arrives.

import type { Queryable } from '../../db/pool.ts'
import type { Principal } from '../../http/route.ts'
import { requireReach } from '../check.ts'
import { showCampaign } from '../find.ts'
import type { Campaigns } from '../room.ts'
import type { Campaign } from '../schema.ts'
import { changeState, requireLocked } from './change.ts'
import { begin } from './launch.ts'
import { requireReady, requireState } from './require.ts'

export async function pause(
  campaigns: Campaigns,
  tx: Queryable,
  caller: Principal,
  id: string,
): Promise<Campaign> {
  const row = await requireLocked(tx, caller.tenant_id, id)
  await requireReach(campaigns, caller, row)
  if (row.status === 'paused') return showCampaign(tx, row)
  requireState(row, ['running', 'scheduled'], 'paused')
  const at = campaigns.clock.now().toISOString()
  const pause_reason = { code: 'manual', message: 'Paused through the API; resume it to go on.', at }
  return changeState(campaigns, tx, id, { status: 'paused', pause_reason })
}

/** What was so when it stopped by itself is accepted by this. One whose minute has not come waits for it again. */
export async function resume(
  campaigns: Campaigns,
  tx: Queryable,
  caller: Principal,
  id: string,
): Promise<Campaign> {
  const row = await requireLocked(tx, caller.tenant_id, id)
  await requireReach(campaigns, caller, row)
  if (row.status === 'running') return showCampaign(tx, row)
  requireState(row, ['paused'], 'resumed')
  await requireReady(campaigns, tx, caller, row)
  const { started_at, scheduled_at } = row
  if (!started_at && scheduled_at && scheduled_at > campaigns.clock.now()) {
    return changeState(campaigns, tx, id, { status: 'scheduled', pause_reason: null })
  }
  return begin(campaigns, tx, id)
}

/** Whoever has no message yet gets none: they become `skipped`, a moment later. */
export async function cancel(
  campaigns: Campaigns,
  tx: Queryable,
  caller: Principal,
  id: string,
): Promise<Campaign> {
  const row = await requireLocked(tx, caller.tenant_id, id)
  await requireReach(campaigns, caller, row)
  if (row.status === 'cancelled') return showCampaign(tx, row)
  requireState(row, ['draft', 'scheduled', 'running', 'paused'], 'cancelled')
  return changeState(campaigns, tx, id, { status: 'cancelled', completed_at: campaigns.clock.now() })
}
