// Adds recipients to a campaign: a body of any length, all of it or nothing.

import type { Principal, Recovered } from '../../http/route.ts'
import { readOver } from '../../media/readOver.ts'
import { requireReach } from '../check.ts'
import { requireCampaign } from '../find.ts'
import type { Campaigns } from '../room.ts'
import { MOST_READ_OVER, type Received, receive, type Upload } from './receive.ts'
import type { Imported } from './schema.ts'
import { requireOpen, storeRecipients, type Target } from './store.ts'
import { uploadByIdempotency } from './storeQueries.ts'

export type Adding = Upload & { caller: Principal; id: string; idempotency_id: string | undefined }

export async function addRecipients(campaigns: Campaigns, call: Adding): Promise<Imported> {
  const target = await requireTarget(campaigns, call)
  const received = await receive(campaigns, call)
  try {
    return await campaigns.imports(() => store(campaigns, target, received, call.idempotency_id))
  } finally {
    await received.discard()
  }
}

/** An upload that was cut off after it had committed answers what it would have answered. */
export async function recoverUpload(
  campaigns: Campaigns,
  tenant_id: string,
  idempotency_id: string,
): Promise<Recovered> {
  const upload = await uploadByIdempotency(campaigns.db, tenant_id, idempotency_id)
  return upload ? { state: 'done', reply: { status: 200, body: upload.result } } : { state: 'absent' }
}

async function requireTarget(campaigns: Campaigns, { caller, id, stream }: Adding): Promise<Target> {
  try {
    const campaign = await requireCampaign(campaigns, caller.tenant_id, id)
    await requireReach(campaigns, caller, campaign)
    requireOpen(campaign.status)
    return campaign
  } catch (error) {
    await readOver(stream, MOST_READ_OVER)
    throw error
  }
}

async function store(
  campaigns: Campaigns,
  target: Target,
  received: Received,
  idempotency_id: string | undefined,
): Promise<Imported> {
  const source = await received.source()
  return campaigns.db.transaction(tx => storeRecipients(campaigns, tx, target, source, idempotency_id))
}
