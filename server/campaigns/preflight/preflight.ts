// What a launch would do, found out without doing any of it.

import { requireAccountRow, requireNumberRow } from '../../accounts/find.ts'
import { presentNumber, statusNow } from '../../accounts/schema.ts'
import type { Transaction } from '../../db/pool.ts'
import { findTemplate } from '../../templates/find.ts'
import type { TemplateRow } from '../../templates/schema.ts'
import { requireCampaign } from '../find.ts'
import type { Campaigns } from '../room.ts'
import { limitOf, usageOf } from '../run/portfolio.ts'
import type { CampaignRow } from '../schema.ts'
import { forecast } from './forecast.ts'
import { type Facts, judge } from './judge.ts'
import { type Measured, measure } from './measure.ts'
import { expectedPace, expectedSeconds, roomFor } from './plan.ts'
import type { Preflight } from './schema.ts'

export async function preflightCampaign(
  campaigns: Campaigns,
  tenant_id: string,
  id: string,
): Promise<Preflight> {
  const campaign = await requireCampaign(campaigns, tenant_id, id)
  const now = campaigns.clock.now()
  const number = await requireNumberRow(campaigns.accounts, tenant_id, campaign.phone_number_id)
  const account = await requireAccountRow(campaigns.accounts, tenant_id, number.account_id)
  const { name, language } = { name: campaign.template, language: campaign.language }
  const { template } = await findTemplate(campaigns.templates, account.id, name, language)
  const limit = limitOf(number.messaging_limit)
  const used = limit === undefined ? 0 : await usageOf(campaigns.db, campaign.portfolio, now)
  const measured = await campaigns.db.transaction((tx: Transaction) => measure(tx, campaign, template, now))
  const new_contacts = Math.max(0, measured.recipients.sendable - measured.free)
  const room = roomFor(new_contacts, limit, used)
  const account_status = statusNow(account.status, account.restricted_until, now)
  const { messages_per_second, throughput_level, quality_rating, display_phone_number, status } = number
  const facts: Facts = {
    ...{ campaign, template_row: template, number: presentNumber(number), account_status, now },
    recipients: measured.recipients,
    ...{ user_ids: measured.user_ids, us_recipients: usRecipients(template, measured) },
    template: {
      ...{ id: template?.id ?? null, name, language, category: template?.category ?? null },
      ...{ status: template?.status ?? null, quality_score: template?.quality_score ?? null },
    },
    phone_number: {
      ...{ phone_number_id: number.phone_number_id, display_phone_number, status, account_status },
      ...{ quality_rating, throughput_level, messages_per_second },
    },
    messaging_limit: {
      ...{ tier: number.messaging_limit, limit: limit ?? null, used: limit === undefined ? null : used },
      ...{ new_contacts, ...room },
    },
    duration: durationOf(campaign, measured, messages_per_second, room.days, now),
    cost: await forecast(campaigns, campaign, template, measured.sendable_by_country, now),
  }
  return show(facts)
}

function show(facts: Facts): Preflight {
  const { recipients, template, phone_number, messaging_limit, duration, cost } = facts
  const findings = judge(facts)
  return {
    ready: findings.blockers.length === 0,
    ...findings,
    ...{ recipients, template, phone_number, messaging_limit, duration, cost },
  }
}

function durationOf(
  campaign: CampaignRow,
  { recipients, beside }: Measured,
  messages_per_second: number,
  days: number,
  now: Date,
): Preflight['duration'] {
  const pace = expectedPace({ rate_per_second: campaign.rate_per_second, messages_per_second, beside })
  const seconds = expectedSeconds(recipients.sendable, pace, campaign.quiet_hours, days)
  const { scheduled_at } = campaign
  const starts_at = scheduled_at !== null && scheduled_at > now ? scheduled_at : now
  return {
    ...{ messages_per_second: pace, seconds, starts_at: starts_at.toISOString() },
    ends_at: new Date(starts_at.getTime() + seconds * 1000).toISOString(),
  }
}

function usRecipients(template: TemplateRow | undefined, { sendable_by_country }: Measured): number {
  return template?.category === 'MARKETING' ? (sendable_by_country.get('US') ?? 0) : 0
}
