// A campaign begins: at once, or when its minute comes. What was scheduled while nobody was there begins as soon as somebody is.

import type { Queryable, Transaction } from '../../db/pool.ts'
import type { Principal } from '../../http/route.ts'
import { fail } from '../../kit/errors.ts'
import { requireReach } from '../check.ts'
import { requireSomebody } from '../preflight/requireSomebody.ts'
import type { Campaigns } from '../room.ts'
import type { Campaign, CampaignRow } from '../schema.ts'
import { changeState, requireLocked } from './change.ts'
import { baselineOf, requireReady, requireState } from './require.ts'
import { lockScheduled, scheduled } from './stateQueries.ts'
import { healthReason } from './watch.ts'
import { health } from './watchQueries.ts'

/** `scheduled_at` in place of the campaign's own; null: at once. What a preflight calls a blocker is refused. */
export async function launch(
  campaigns: Campaigns,
  tx: Transaction,
  caller: Principal,
  id: string,
  wish: { scheduled_at?: string | null },
): Promise<Campaign> {
  const row = await requireLocked(tx, caller.tenant_id, id)
  await requireReach(campaigns, caller, row)
  if (row.status === 'scheduled' && wish.scheduled_at === undefined) alreadyScheduled(row)
  requireState(row, ['draft', 'scheduled'], 'launched')
  const template = await requireReady(campaigns, tx, caller, row)
  await requireSomebody(campaigns, tx, row, template)
  const at = wish.scheduled_at === undefined ? row.scheduled_at : dateOf(wish.scheduled_at)
  if (at && at > campaigns.clock.now()) {
    return changeState(campaigns, tx, id, { status: 'scheduled', scheduled_at: at, pause_reason: null })
  }
  return begin(campaigns, tx, id)
}

/** From now on recipients are taken. */
export async function begin(campaigns: Campaigns, tx: Queryable, id: string): Promise<Campaign> {
  return changeState(campaigns, tx, id, {
    status: 'running',
    pause_reason: null,
    started_at: campaigns.clock.now(),
    completed_at: null,
    baseline: await baselineOf(campaigns, tx, id),
    fresh: true,
  })
}

/** Begins what is due. One that cannot begin is paused with the reason, so that it is not forgotten. */
export async function launchScheduled(campaigns: Campaigns): Promise<void> {
  for (const id of await scheduled(campaigns.db, campaigns.clock.now())) {
    await campaigns.db.transaction(async tx => {
      const row = await lockScheduled(tx, id, campaigns.clock.now())
      if (!row) return
      const found = await health(tx, id)
      const reason = found && healthReason(campaigns, { ...row, baseline: null }, found)
      if (!reason) return void (await begin(campaigns, tx, id))
      const pause_reason = { ...reason, at: campaigns.clock.now().toISOString() }
      await changeState(campaigns, tx, id, { status: 'paused', pause_reason })
    })
  }
}

function alreadyScheduled(row: CampaignRow): never {
  return fail('invalid_state', {
    message: `This campaign starts by itself at ${row.scheduled_at?.toISOString()}; give another scheduled_at to change that, or null to launch it now.`,
    details: { status: row.status },
  })
}

function dateOf(text: string | null): Date | null {
  return text === null ? null : new Date(text)
}
