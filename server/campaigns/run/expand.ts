// The next slice of waiting recipients becomes messages, in one transaction: nothing is lost and nothing doubled, whenever
// the process dies. A message is made only when there is room to send it, so a campaign that is paused or cancelled has
// nothing in the queue.

import { optedOutOf } from '../../contacts/consent.ts'
import { meetAll } from '../../contacts/meetAll.ts'
import type { Transaction } from '../../db/pool.ts'
import { newId } from '../../kit/ids.ts'
import { reviveBulk } from '../../messages/bulk/newAttempt.ts'
import { type Bulk, type NewBulk, storeBulk, withOpenWindow } from '../../messages/bulk/store.ts'
import type { TemplateRow } from '../../templates/schema.ts'
import { addressOf } from '../recipients/present.ts'
import { renderRecipient } from '../render.ts'
import type { Campaigns } from '../room.ts'
import type { CampaignRow, Hold } from '../schema.ts'
import { OPTED_OUT, skipsOptedOut } from '../skipped.ts'
import { limitOf, openRoom, type Room } from './portfolio.ts'
import { openQuiet, type Quiet, zoneOf } from './quiet.ts'
import { type Change, change, take, takeDeferred, type Waiting } from './recipientQueries.ts'

export type Wish = {
  campaign: CampaignRow
  template: TemplateRow
  /** Where the business number is: for recipients whose number does not tell. */
  home_zone: string
  /** After which place; `deferred`: those who had to wait and whose time has come. */
  from: number | 'deferred'
  limit: number
}

export type Expanded = {
  bulks: Bulk[]
  /** How many recipients were looked at, and the last of them. */
  seen: number
  last: number
  /** Why the rest must wait. */
  hold: Hold | undefined
}

export function expand(campaigns: Campaigns, wish: Wish): Promise<Expanded> {
  return campaigns.batches.transaction(tx => expandIn(campaigns, tx, wish))
}

async function expandIn(campaigns: Campaigns, tx: Transaction, wish: Wish): Promise<Expanded> {
  const { campaign, from, limit } = wish
  const now = campaigns.clock.now()
  const waiting =
    from === 'deferred' ? await takeDeferred(tx, campaign, now, limit) : await take(tx, campaign, from, limit)
  const last = waiting.at(-1)
  if (!last) return { bulks: [], seen: 0, last: 0, hold: undefined }
  const facts = await factsOf(campaigns, tx, wish, waiting, now)
  const changes: Change[] = []
  const fresh: Fresh[] = []
  for (const recipient of waiting) {
    const judged = judge(wish, facts, recipient)
    if (judged === 'stays') continue
    if ('content' in judged) fresh.push(judged)
    else changes.push(judged)
  }
  const bulks = await makeMessages(campaigns, tx, wish, fresh, waiting)
  for (const { id, ord } of fresh) changes.push({ ord, state: 'expanded', message_id: id, tries: 1 })
  if (changes.length > 0) await change(tx, campaign.id, changes)
  return { bulks, seen: waiting.length, last: last.ord, hold: await facts.room?.close() }
}

/** A message to be; the contact may have to be made first. */
type Fresh = Omit<NewBulk, 'contact_id'> & { contact_id: string | null }

type Facts = {
  /** Earlier messages that arrived after all. */
  arrived: ReadonlySet<string>
  opted_out: ReadonlySet<string>
  in_window: ReadonlySet<string>
  quiet: Quiet | undefined
  room: Room | undefined
}

/** What has to be known of a slice before anybody of it is judged, by statement. */
async function factsOf(
  campaigns: Campaigns,
  tx: Transaction,
  { campaign, template }: Wish,
  waiting: Waiting[],
  now: Date,
): Promise<Facts> {
  const { phone_number_id, quiet_hours, portfolio, messaging_limit } = campaign
  const contact_ids = waiting.flatMap(({ contact_id }) => contact_id ?? [])
  const earlier = waiting.flatMap(({ message_id }) => message_id ?? [])
  const skips = skipsOptedOut(campaign, template)
  const limit = limitOf(messaging_limit)
  const nobody: ReadonlySet<string> = new Set()
  return {
    arrived: earlier.length > 0 ? await reviveBulk(tx, earlier) : nobody,
    opted_out: skips ? await optedOutOf(tx, phone_number_id, contact_ids) : nobody,
    in_window:
      limit === undefined
        ? nobody
        : await withOpenWindow(campaigns.messages, tx, phone_number_id, contact_ids),
    quiet: quiet_hours ? openQuiet(quiet_hours, now) : undefined,
    room: limit === undefined ? undefined : await openRoom(tx, portfolio, limit, waiting.map(addressOf), now),
  }
}

function judge(
  { campaign, template, home_zone }: Wish,
  { arrived, opted_out, in_window, quiet, room }: Facts,
  recipient: Waiting,
): Change | Fresh | 'stays' {
  const { ord, contact_id, message_id } = recipient
  if (message_id !== null && arrived.has(message_id)) return { ord, state: 'expanded' }
  if (contact_id !== null && opted_out.has(contact_id)) return { ord, state: 'skipped', reason: OPTED_OUT }
  const zone = campaign.quiet_hours?.timezone ?? zoneOf(recipient) ?? home_zone
  const due_at = quiet?.until(zone)
  if (due_at) return { ord, state: 'waiting', due_at }
  const rendered = renderRecipient(template, campaign, recipient)
  if (!rendered.ok) return { ord, state: 'failed', reason: unfit(rendered.issues) }
  const to = addressOf(recipient)
  if (room && !room.admit(to, contact_id !== null && in_window.has(contact_id))) return 'stays'
  return { id: newId(), ord, contact_id, recipient: to, content: rendered.content }
}

function unfit(issues: { message: string }[]): { code: string; message: string } {
  return { code: 'template_parameters_mismatch', message: issues.map(issue => issue.message).join(' ') }
}

async function makeMessages(
  campaigns: Campaigns,
  tx: Transaction,
  { campaign, template: { id, name, language, category } }: Wish,
  fresh: Fresh[],
  waiting: Waiting[],
): Promise<Bulk[]> {
  if (fresh.length === 0) return []
  const strangers = fresh.filter(({ contact_id }) => contact_id === null)
  if (strangers.length > 0) {
    const aliases = new Map(
      waiting.map(({ ord, alias_kind, alias }) => [ord, { kind: alias_kind, value: alias }]),
    )
    const addresses = strangers.map(({ ord }) => aliases.get(ord) as { kind: string; value: string })
    const ids = await meetAll(campaigns.contacts, tx, campaign.tenant_id, addresses)
    for (const [at, stranger] of strangers.entries()) stranger.contact_id = ids[at] as string
  }
  const { id: campaign_id, tenant_id, phone_number_id } = campaign
  const template = { id, name, language, category }
  const of = { campaign_id, tenant_id, phone_number_id, template }
  return storeBulk(campaigns.messages, tx, of, fresh as NewBulk[])
}
