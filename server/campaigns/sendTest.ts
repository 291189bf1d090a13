// Sends what one recipient would get to a number of one's own, as a message like any other: it counts for no campaign.

import { requireSendable } from '../accounts/room.ts'
import { fail } from '../kit/errors.ts'
import { parseAddress } from '../kit/phone.ts'
import type { Message } from '../messages/schema.ts'
import { type SendOptions, send } from '../messages/send.ts'
import { requireTemplate } from '../templates/find.ts'
import { requireCampaign } from './find.ts'
import { listRecipients } from './recipients/listQueries.ts'
import { type RenderRecipient, renderRecipient } from './render.ts'
import type { Campaigns } from './room.ts'

export type TestWish = { to: string; recipient?: string; variables?: Record<string, unknown> }

/** Whose version: the recipient that is named, else the first one; with variables of the call's own, nobody's. */
export async function sendTest(
  campaigns: Campaigns,
  id: string,
  wish: TestWish,
  options: Omit<SendOptions, 'later'>,
): Promise<Message> {
  const { caller } = options
  const campaign = await requireCampaign(campaigns, caller.tenant_id, id)
  const { phone_number_id, template: name, language } = campaign
  const number = await requireSendable(campaigns.accounts, caller, phone_number_id)
  const template = await requireTemplate(campaigns.templates, number, { template: name, language })
  const recipient = await versionOf(campaigns, id, wish)
  const rendered = renderRecipient(template, campaign, recipient)
  if (!rendered.ok) {
    const issues = rendered.issues.map(({ param, message }) => ({ param, message }))
    const param = issues[0]?.param
    fail('template_parameters_mismatch', { ...(param === undefined ? {} : { param }), details: { issues } })
  }
  const { components = [] } = rendered.content as { components?: object[] }
  const draft = {
    phone_number_id,
    to: wish.to,
    type: 'template',
    template: { template: name, language, components },
  }
  return send(campaigns.messages, draft, { ...options, later: false })
}

async function versionOf(campaigns: Campaigns, id: string, wish: TestWish): Promise<RenderRecipient> {
  if (wish.variables !== undefined) return { variables: wish.variables, components: null }
  const to = wish.recipient === undefined ? undefined : parseAddress(wish.recipient, 'recipient')
  const [row] = await listRecipients(campaigns.db, id, to ? { to } : {}, { after: 0, rows: 1 })
  if (row || to === undefined) return row ?? { variables: null, components: null }
  return fail('not_found', {
    param: 'recipient',
    message: 'The campaign has no such recipient; leave `recipient` out to take the first one.',
  })
}
