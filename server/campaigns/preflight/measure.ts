// Everything that is counted for a preflight, in one transaction and a few statements.

import type { Transaction } from '../../db/pool.ts'
import type { TemplateRow } from '../../templates/schema.ts'
import type { CampaignRow } from '../schema.ts'
import { skipsOptedOut } from '../skipped.ts'
import { findProblems, type Problematic } from './findProblems.ts'
import * as queries from './queries.ts'
import type { Preflight } from './schema.ts'

export type Measured = {
  recipients: Preflight['recipients']
  sendable_by_country: Map<string | null, number>
  /** Other campaigns that run on the same number. */
  beside: number
  user_ids: number
  /** Sendable recipients who use nothing up of the messaging limit. */
  free: number
}

export async function measure(
  tx: Transaction,
  campaign: CampaignRow,
  template: TemplateRow | undefined,
  now: Date,
): Promise<Measured> {
  const { id, tenant_id, phone_number_id } = campaign
  await queries.beginPreflight(tx)
  const waiting = await queries.countWaiting(tx, id)
  const skips = skipsOptedOut(campaign, template)
  const opted_out = await queries.findOptedOut(tx, campaign, skips)
  const problematic = template ? await findProblems(tx, campaign, template) : NOTHING
  const others = await queries.otherCampaigns(tx, tenant_id, id)
  const sendable = subtract(waiting, [
    ...(skips ? opted_out.map(row => [row.country, row.recipients] as const) : []),
    ...problematic.by_country,
  ])
  return {
    recipients: {
      ...{ total: sum(waiting), sendable: [...sendable.values()].reduce((all, one) => all + one, 0) },
      by_country: waiting,
      duplicates: await duplicatesOf(tx, campaign, others),
      ...{ opted_out: sum(opted_out), skipped: skips ? sum(opted_out) : 0 },
      missing_variables: [...problematic.missing].map(([variable, recipients]) => ({ variable, recipients })),
      ...{ invalid_variables: problematic.invalid, problems: problematic.listed },
    },
    sendable_by_country: sendable,
    beside: others.filter(one => one.status === 'running' && one.phone_number_id === phone_number_id).length,
    user_ids: (await queries.countUserIds(tx, id))?.recipients ?? 0,
    free: await queries.countFree(tx, campaign, now),
  }
}

const NOTHING: Problematic = {
  ...{ recipients: 0, by_country: new Map(), missing: new Map(), invalid: 0, listed: [] },
}

async function duplicatesOf(
  tx: Transaction,
  { id, tenant_id }: CampaignRow,
  others: queries.OtherCampaign[],
): Promise<Preflight['recipients']['duplicates']> {
  const before = await queries.leftOutBefore(tx, id)
  const same = await queries.countSamePerson(tx, id, tenant_id)
  const ids = others.map(one => one.id)
  const shared = ids.length === 0 ? [] : await queries.countShared(tx, id, ids)
  const counts = new Map(shared.map(row => [row.id, row.recipients]))
  return {
    left_out: before?.duplicates ?? 0,
    same_person: same?.recipients ?? 0,
    running_campaigns: counts.get(null) ?? 0,
    campaigns: others.flatMap(one => {
      const recipients = counts.get(one.id)
      return recipients === undefined ? [] : [{ id: one.id, name: one.name, status: one.status, recipients }]
    }),
  }
}

function sum(rows: queries.ByCountry[]): number {
  return rows.reduce((all, row) => all + row.recipients, 0)
}

function subtract(
  rows: queries.ByCountry[],
  less: (readonly [country: string | null, recipients: number])[],
): Map<string | null, number> {
  const left = new Map(rows.map(row => [row.country, row.recipients]))
  for (const [country, recipients] of less) left.set(country, (left.get(country) ?? 0) - recipients)
  return left
}
