// A campaign goes from one state to the next: row, event and announcement in one transaction.

import type { Transaction } from '../../db/pool.ts'
import { fail } from '../../kit/errors.ts'
import type { Campaigns } from '../room.ts'
import type { Campaign, CampaignRow } from '../schema.ts'
import { tellUpdated } from '../tell.ts'
import { announce, lock, move, type Patch } from './stateQueries.ts'

type Tx = Pick<Transaction, 'query' | 'one'>

/** The campaign, locked. Another tenant's is not there. */
export async function requireLocked(tx: Tx, tenant_id: string, id: string): Promise<CampaignRow> {
  return (
    (await lock(tx, id, tenant_id)) ??
    fail('not_found', { message: 'There is no such campaign; GET /api/v1/whatsapp/campaigns lists yours.' })
  )
}

export async function changeState(campaigns: Campaigns, tx: Tx, id: string, patch: Patch): Promise<Campaign> {
  const now = campaigns.clock.now()
  await move(tx, id, patch, now)
  await announce(tx, id)
  const row = await lock(tx, id)
  if (!row) throw new Error('A campaign that is locked is gone.')
  return tellUpdated(tx, row, now)
}

/** Pauses by itself, with a reason that a person understands. One that does not run any more is left alone. */
export async function stop(
  campaigns: Campaigns,
  id: string,
  reason: { code: string; message: string },
): Promise<boolean> {
  const stopped = await campaigns.db.transaction(async tx => {
    const row = await lock(tx, id)
    if (row?.status !== 'running') return false
    const at = campaigns.clock.now().toISOString()
    await changeState(campaigns, tx, id, { status: 'paused', pause_reason: { ...reason, at } })
    return true
  })
  if (stopped) campaigns.log.warn({ campaign_id: id, ...reason }, 'A campaign paused by itself')
  return stopped
}
