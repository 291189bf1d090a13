// Recipients, a page at a time, and what went wrong with some of them.

import { Type } from 'typebox'
import { DEFAULT_PAGE, decodeCursor, page } from '../../http/paging.ts'
import { parseAddress } from '../../kit/phone.ts'
import { requireCampaign } from '../find.ts'
import type { Campaigns } from '../room.ts'
import { type FailureRow, groupFailures, listRecipients as queryList } from './listQueries.ts'
import { presentRecipient } from './present.ts'
import type { CampaignRecipient, FailureGroup, RecipientStatus } from './schema.ts'

const Cursor = Type.Integer({ minimum: 0 })

export type RecipientWish = {
  status?: RecipientStatus
  replied?: boolean
  to?: string
  limit?: number
  cursor?: string
}

export async function listRecipients(
  campaigns: Campaigns,
  tenant_id: string,
  id: string,
  { limit = DEFAULT_PAGE, cursor, to, ...filters }: RecipientWish,
): Promise<{ data: CampaignRecipient[]; next_cursor: string | null }> {
  await requireCampaign(campaigns, tenant_id, id)
  const after = decodeCursor(Cursor, cursor) ?? 0
  const wanted = { ...filters, ...(to === undefined ? {} : { to: parseAddress(to) }) }
  const rows = await queryList(campaigns.db, id, wanted, { after, rows: limit + 1 })
  return page(rows, limit, row => row.ord, presentRecipient)
}

const EXAMPLES = 5

export async function listFailures(
  campaigns: Campaigns,
  tenant_id: string,
  id: string,
): Promise<{ data: FailureGroup[]; next_cursor: null }> {
  await requireCampaign(campaigns, tenant_id, id)
  const rows = await groupFailures(campaigns.db, id, EXAMPLES)
  return { data: rows.map(presentFailure), next_cursor: null }
}

/** What failed before Meta was asked has a sentence of Carom's own. */
function presentFailure({ code, error, reason, recipients, examples }: FailureRow): FailureGroup {
  const said = reason?.message ?? 'It failed.'
  return {
    code,
    title: error?.title ?? said,
    cause: error?.cause ?? said,
    next_step: error?.next_step ?? 'Correct the recipients, and send to them with a new campaign.',
    fix_by: error?.fix_by ?? 'sender',
    retry: error?.retry ?? 'never',
    ...{ recipients, examples },
  }
}
