// Makes a campaign, as a draft, with up to 10,000 recipients at once.

import type { Transaction } from '../db/pool.ts'
import type { Principal } from '../http/route.ts'
import { newId } from '../kit/ids.ts'
import type { CreatedCampaign, NewCampaign } from './bodies.ts'
import { checkFields, requireLanguage, requireNumber } from './check.ts'
import { campaignById, insertCampaign } from './queries.ts'
import type { Given } from './recipients/given.ts'
import { storeRecipients } from './recipients/store.ts'
import type { Campaigns } from './room.ts'
import type { CampaignRow } from './schema.ts'
import { tellUpdated } from './tell.ts'

/** Campaign and recipients commit with the caller's transaction, or not at all. */
export async function createCampaign(
  campaigns: Campaigns,
  tx: Transaction,
  caller: Principal,
  body: NewCampaign,
): Promise<CreatedCampaign> {
  const now = campaigns.clock.now()
  checkFields(body, now)
  const number = await requireNumber(campaigns, caller, body.phone_number_id)
  const language = await requireLanguage(campaigns, number, body.template, body.language)
  const id = newId(now.getTime())
  const { tenant_id } = caller
  await insertCampaign(tx, {
    ...{ id, tenant_id, phone_number_id: number.id, language, created_at: now },
    ...{ name: body.name, template: body.template, components: body.components ?? null },
    ...{ rate_per_second: body.rate_per_second ?? null, quiet_hours: body.quiet_hours ?? null },
    ...{ skip_opted_out: body.skip_opted_out ?? true, budgets: body.budgets ?? {} },
    scheduled_at: body.scheduled_at ? new Date(body.scheduled_at) : null,
  })
  const target = { id, tenant_id, phone_number_id: number.id }
  const imported =
    body.recipients && (await storeRecipients(campaigns, tx, target, sourceOf(body.recipients), undefined))
  const row = (await campaignById(tx, tenant_id, id)) as CampaignRow
  const campaign = await tellUpdated(tx, row, now)
  return imported ? { ...campaign, recipients: imported } : campaign
}

function sourceOf(recipients: NonNullable<NewCampaign['recipients']>) {
  const columns = new Set(recipients.flatMap(({ variables }) => Object.keys(variables ?? {})))
  return { columns: [...columns].slice(0, 200), rows: rowsOf(recipients) }
}

async function* rowsOf(recipients: NonNullable<NewCampaign['recipients']>): AsyncGenerator<Given> {
  for (const [at, { to, variables, components }] of recipients.entries()) {
    yield {
      ...{ line: at + 1, to },
      variables: variables === undefined ? null : JSON.stringify(variables),
      components: components === undefined ? null : JSON.stringify(components),
    }
  }
}
