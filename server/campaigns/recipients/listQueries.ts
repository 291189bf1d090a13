// SQL by which recipients are shown, each with the message of its newest attempt.

import type { Queryable } from '../../db/pool.ts'
import { sql } from '../../db/sql.ts'
import type { RecipientStatus } from './schema.ts'

export type RecipientView = {
  ord: number
  alias_kind: 'phone' | 'user_id'
  alias: string
  country: string | null
  variables: Record<string, unknown> | null
  components: object[] | null
  status: RecipientStatus
  reason: { code: string; message: string } | null
  error: object | null
  message_id: string | null
  wamid: string | null
  attempts: number
  due_at: Date | null
  accepted_at: Date | null
  delivered_at: Date | null
  read_at: Date | null
  replied_at: Date | null
  failed_at: Date | null
}

/** One that waits to be tried again is pending, whatever became of the message before. */
const status = sql`case
  when r.state = 'skipped' then 'skipped'
  when r.state = 'waiting' then 'pending'
  when r.state = 'failed' or m.status = 'failed' then 'failed'
  when m.status in ('delivered', 'read', 'unknown') then m.status
  when m.status in ('accepted', 'sent') then 'sent'
  else 'pending' end`

const columns = sql`
  r.ord, r.alias_kind, r.alias, r.country, r.variables, r.components, ${status} as status, r.reason, m.error, r.message_id,
  m.wamid, r.attempts, case when r.state = 'waiting' and r.due_at <> '-infinity' then r.due_at end as due_at,
  m.accepted_at, m.delivered_at, m.read_at, m.replied_at, m.failed_at`

export type RecipientFilters = {
  status?: RecipientStatus
  replied?: boolean
  to?: { kind: string; value: string }
}

/** In the order in which they were given. */
export function listRecipients(
  db: Queryable,
  campaign_id: string,
  filters: RecipientFilters,
  page: { after: number; rows: number },
): Promise<RecipientView[]> {
  const where = [sql`r.campaign_id = ${campaign_id}::uuid`, sql`r.ord > ${page.after}::bigint`]
  if (filters.status !== undefined) where.push(sql`${status} = ${filters.status}`)
  if (filters.replied !== undefined) where.push(sql`(m.replied_at is not null) = ${filters.replied}`)
  if (filters.to !== undefined)
    where.push(sql`r.alias_kind = ${filters.to.kind} and r.alias = ${filters.to.value}`)
  return db.query(sql`
    select ${columns} from campaign_recipients r left join messages m on m.id = r.message_id and not m.superseded
    where ${sql.join(where, ' and ')} order by r.ord limit ${page.rows}::int`)
}

/** A stretch of them, for exports: the next of which begins after the last `ord` of this one. */
export function nextRecipients(
  db: Queryable,
  campaign_id: string,
  after: number,
  rows: number,
): Promise<RecipientView[]> {
  return db.query(sql.named('campaigns.next_recipients')`
    select ${columns} from (
      select * from campaign_recipients where campaign_id = ${campaign_id}::uuid and ord > ${after}::bigint
      order by ord limit ${rows}::int) r
    left join messages m on m.id = r.message_id and not m.superseded
    order by r.ord`)
}

export type FailureRow = {
  code: string
  error: { title?: string; cause?: string; next_step?: string; fix_by?: string; retry?: string } | null
  reason: { code: string; message: string } | null
  recipients: number
  examples: string[]
}

/** The most frequent cause first. */
export function groupFailures(db: Queryable, campaign_id: string, examples: number): Promise<FailureRow[]> {
  return db.query(sql`
    with failed as (
      select r.ord, r.alias_kind, r.alias, m.error, r.reason, m.error ->> 'code' as code
      from messages m join campaign_recipients r on r.campaign_id = m.campaign_id and r.ord = m.campaign_ord
      where m.campaign_id = ${campaign_id}::uuid and m.failed_at is not null and not m.superseded and m.status = 'failed'
      union all
      select ord, alias_kind, alias, null, reason, reason ->> 'code' from campaign_recipients
      where campaign_id = ${campaign_id}::uuid and state = 'failed'
    ), numbered as (
      select ord, error, reason, coalesce(code, 'unknown') as code, case when alias_kind = 'phone' then '+' || alias else alias end as recipient,
        row_number() over (partition by code order by ord) as place from failed
    )
    select code, count(*) as recipients, (array_agg(error order by ord) filter (where place = 1))[1] as error,
      (array_agg(reason order by ord) filter (where place = 1))[1] as reason,
      array_agg(recipient order by ord) filter (where place <= ${examples}::int) as examples
    from numbered group by code order by recipients desc, code`)
}
