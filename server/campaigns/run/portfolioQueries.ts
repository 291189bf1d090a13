// SQL of the ledger of people to whom a business portfolio wrote first within a day.

import type { Queryable } from '../../db/pool.ts'
import { sql } from '../../db/sql.ts'

/** Locks the portfolio's row until the transaction ends: who counts, counts alone. Answers up to when single sends are in. */
export async function lockPortfolio(tx: Queryable, portfolio: string, now: Date): Promise<Date> {
  await tx.query(sql.named('campaigns.make_portfolio')`
    insert into portfolios (id, swept_at) values (${portfolio}, ${now}::timestamptz - interval '24 hours') on conflict do nothing`)
  const row = await tx.one<{ swept_at: Date }>(sql.named('campaigns.lock_portfolio')`
    select swept_at from portfolios where id = ${portfolio} for no key update`)
  return row?.swept_at ?? now
}

export type Sweep = { since: Date; now: Date; campaigns_too: boolean }

/**
 * Adds the templates that were sent since then, outside of a window as it is now; what campaigns send they add themselves.
 * A message stored by a transaction that was open at the last sweep lies a moment back, so the search begins a minute before.
 */
export async function sweepSends(
  tx: Queryable,
  portfolio: string,
  { since, now, campaigns_too }: Sweep,
): Promise<void> {
  await tx.query(sql.named('campaigns.sweep_sends')`
    insert into portfolio_contacts as p (portfolio, recipient, at)
    select ${portfolio}, m.recipient, max(m.created_at)
    from phone_numbers n join accounts a on a.id = n.account_id
    cross join lateral (
      select phone_number_id, contact_id, recipient, created_at from messages
      where tenant_id = a.tenant_id and created_at > ${since}::timestamptz - interval '1 minute' and phone_number_id = n.id
        and direction = 'outbound' and type = 'template' and status <> 'failed' and origin is null
        and (campaign_id is null or ${campaigns_too}::boolean)
    ) m
    left join windows w on w.phone_number_id = m.phone_number_id and w.contact_id = m.contact_id
    where coalesce(a.business_id, a.waba_id) = ${portfolio}
      and not coalesce(w.last_inbound_at between m.created_at - interval '24 hours' and m.created_at, false)
    group by m.recipient order by m.recipient
    on conflict (portfolio, recipient) do update set at = greatest(p.at, excluded.at)`)
  await tx.query(sql.named('campaigns.mark_swept')`
    update portfolios set swept_at = ${now}::timestamptz where id = ${portfolio}`)
}

export async function forgetOld(tx: Queryable, portfolio: string, now: Date): Promise<void> {
  await tx.query(sql.named('campaigns.forget_old')`
    delete from portfolio_contacts where portfolio = ${portfolio} and at < ${now}::timestamptz - interval '48 hours'`)
}

/** How many different people within the 24 hours. */
export async function usage(tx: Queryable, portfolio: string, now: Date): Promise<number> {
  const row = await tx.one<{ used: number }>(sql.named('campaigns.portfolio_usage')`
    select count(*)::int as used from portfolio_contacts
    where portfolio = ${portfolio} and at > ${now}::timestamptz - interval '24 hours'`)
  return row?.used ?? 0
}

/** Which of these count already: another message to them uses nothing up. */
export async function counted(
  tx: Queryable,
  portfolio: string,
  recipients: string[],
  now: Date,
): Promise<string[]> {
  const rows = await tx.query<{ recipient: string }>(sql.named('campaigns.portfolio_counted')`
    select recipient from portfolio_contacts where portfolio = ${portfolio} and recipient = any(${recipients}::text[])
      and at > ${now}::timestamptz - interval '24 hours'`)
  return rows.map(row => row.recipient)
}

export async function note(tx: Queryable, portfolio: string, recipients: string[], now: Date): Promise<void> {
  await tx.query(sql.named('campaigns.portfolio_note')`
    insert into portfolio_contacts as p (portfolio, recipient, at)
    select ${portfolio}, recipient, ${now}::timestamptz from unnest(${recipients}::text[]) as i(recipient) order by recipient
    on conflict (portfolio, recipient) do update set at = greatest(p.at, excluded.at)`)
}

/** When there is room for so many more people. */
export async function roomAt(tx: Queryable, portfolio: string, people: number, now: Date): Promise<Date> {
  const row = await tx.one<{ at: Date }>(sql.named('campaigns.portfolio_room_at')`
    select max(at) + interval '24 hours' as at from (
      select at from portfolio_contacts where portfolio = ${portfolio} and at > ${now}::timestamptz - interval '24 hours'
      order by at limit ${people}::int
    ) oldest`)
  return row?.at ?? now
}
