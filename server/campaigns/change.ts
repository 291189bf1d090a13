// Changes a campaign before it runs, and deletes a draft.

import type { Transaction } from '../db/pool.ts'
import type { Principal } from '../http/route.ts'
import { fail } from '../kit/errors.ts'
import type { CampaignPatch } from './bodies.ts'
import { checkFields, requireLanguage, requireNumber, requireReach } from './check.ts'
import * as queries from './queries.ts'
import { invalid } from './refuse.ts'
import type { Campaigns } from './room.ts'
import { requireLocked } from './run/change.ts'
import type { Campaign, CampaignRow } from './schema.ts'
import { tellUpdated } from './tell.ts'

/** What may still change while a campaign pauses: how it goes on, not what is said, to whom, or from where. */
const WHILE_PAUSED = ['name', 'rate_per_second', 'quiet_hours', 'skip_opted_out', 'budgets']

export async function patchCampaign(
  campaigns: Campaigns,
  tx: Transaction,
  caller: Principal,
  id: string,
  body: CampaignPatch,
): Promise<Campaign> {
  const row = await requireLocked(tx, caller.tenant_id, id)
  await requireReach(campaigns, caller, row)
  requireChangeable(row, Object.keys(body))
  const now = campaigns.clock.now()
  checkFields(body, now)
  if (row.status === 'scheduled' && body.scheduled_at === null) throw invalid([KEEPS_ITS_TIME])
  const { scheduled_at, phone_number_id: _, ...rest } = body
  await queries.updateCampaign(
    tx,
    id,
    {
      ...rest,
      ...(await placeOf(campaigns, caller, row, body)),
      ...(scheduled_at === undefined
        ? {}
        : { scheduled_at: scheduled_at === null ? null : new Date(scheduled_at) }),
    },
    now,
  )
  const changed = (await queries.campaignById(tx, caller.tenant_id, id)) as CampaignRow
  return tellUpdated(tx, changed, now)
}

const KEEPS_ITS_TIME = {
  param: 'scheduled_at',
  message:
    'A campaign that is scheduled needs its time; POST …/launch with `{"scheduled_at": null}` starts it now, POST …/pause keeps it from starting.',
}

/** A draft was never anything to anybody; what was launched stays as a record. */
export async function deleteCampaign(
  campaigns: Campaigns,
  tx: Transaction,
  caller: Principal,
  id: string,
): Promise<void> {
  const row = await requireLocked(tx, caller.tenant_id, id)
  await requireReach(campaigns, caller, row)
  const { status } = row
  if (status !== 'draft') {
    fail('invalid_state', {
      message: `Only a draft can be deleted, and this campaign is ${status}; it stays as a record.`,
      details: { status },
    })
  }
  await queries.deleteCampaign(tx, id)
}

function requireChangeable({ status }: CampaignRow, fields: string[]): void {
  if (status === 'draft' || status === 'scheduled') return
  const fixed = fields.filter(field => status !== 'paused' || !WHILE_PAUSED.includes(field))
  if (fixed.length === 0) return
  const names = fixed.map(field => `\`${field}\``).join(', ')
  fail('invalid_state', {
    message:
      status === 'paused'
        ? `While a campaign is paused, ${names} cannot change; cancel it, and make a new one.`
        : `A campaign that is ${status} cannot change${status === 'running' ? '; pause it first' : ''}.`,
    details: { status },
  })
}

/** Number, template and language belong together: one that changes is checked against the others. */
async function placeOf(
  campaigns: Campaigns,
  caller: Principal,
  row: CampaignRow,
  body: CampaignPatch,
): Promise<{ phone_number_id?: string; language?: string }> {
  const { template = row.template, phone_number_id = row.phone_number_id } = body
  if (body.template === undefined && body.language === undefined && body.phone_number_id === undefined)
    return {}
  const number = await requireNumber(campaigns, caller, phone_number_id)
  const wanted = body.language ?? (body.template === undefined ? row.language : undefined)
  const language = await requireLanguage(campaigns, number, template, wanted)
  return { phone_number_id: number.id, language }
}
