// Who is left out of a campaign on purpose.

import type { CampaignRow } from './schema.ts'

/** Whether people who opted out are left out: of marketing, unless the campaign says otherwise. */
export function skipsOptedOut(
  campaign: Pick<CampaignRow, 'skip_opted_out'>,
  template: { category: string } | undefined,
): boolean {
  return campaign.skip_opted_out && template?.category === 'MARKETING'
}

export const OPTED_OUT = {
  code: 'opted_out',
  message: 'This person does not want marketing messages of this number.',
}

export const CANCELLED = {
  code: 'campaign_cancelled',
  message: 'The campaign was cancelled before it came to this recipient.',
}
