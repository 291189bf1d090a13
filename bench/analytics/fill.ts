// Ninety days of a busy business, the same for the same seed, streamed into the messages table with its triggers off and its
// indexes away; then the roll-ups are counted from it.

import { randomFillSync } from 'node:crypto'
import { rebuildCounts } from '../../server/analytics/verify.ts'
import { copyInto } from '../../server/db/copy.ts'
import type { Database } from '../../server/db/pool.ts'
import { sql } from '../../server/db/sql.ts'
import { newId } from '../../server/kit/ids.ts'
import { CAMPAIGNS, COUNTRIES, OFFERS, random, TEMPLATES } from './business.ts'

const DAYS = 90
const DAY_MS = 86_400_000
const ROWS_AT_ONCE = 500_000
const CONTACTS = 200_000

const COLUMNS = [
  ...[
    'id',
    'tenant_id',
    'phone_number_id',
    'contact_id',
    'direction',
    'type',
    'status',
    'wamid',
    'recipient',
  ],
  ...['content', 'template', 'campaign_id', 'error', 'pricing', 'created_at', 'accepted_at', 'sent_at'],
  ...['delivered_at', 'read_at', 'replied_at', 'failed_at', 'response_s'],
]

export type Filled = {
  seconds: { copy: number; indexes: number; rollups: number }
  number: string
  campaign: string
}

export async function fill(db: Database, messages: number): Promise<Filled> {
  const numbers = await db.query<{ id: string; tenant_id: string }>(
    sql`select id, tenant_id from phone_numbers order by phone_number_id`,
  )
  const tenant_id = numbers[0]?.tenant_id ?? ''
  const campaigns = await addCampaigns(db, tenant_id, numbers[0]?.id ?? '')
  const makers = { tenant_id, numbers: numbers.map(number => number.id), campaigns, contacts: contactIds() }
  await db.query(sql`alter table messages disable trigger user`)
  const indexes = await dropIndexes(db)
  const copy = await timed(() => copyAll(db, messages, makers))
  const seconds = { copy, indexes: await timed(() => makeIndexes(db, indexes)), rollups: 0 }
  await db.query(sql`alter table messages enable trigger user`)
  const [from, until] = [-DAYS - 1, 1].map(n => new Date(Date.now() + n * DAY_MS).toISOString().slice(0, 10))
  seconds.rollups = await timed(() => rebuildCounts(db, { from: from ?? '', until: until ?? '' }))
  await db.query(sql`vacuum analyze rollup_days`)
  return { seconds, number: makers.numbers[0] ?? '', campaign: campaigns[0] ?? '' }
}

async function timed(work: () => Promise<void>): Promise<number> {
  const began = performance.now()
  await work()
  return (performance.now() - began) / 1000
}

type Makers = { tenant_id: string; numbers: string[]; campaigns: string[]; contacts: string[] }

async function copyAll(db: Database, messages: number, makers: Makers): Promise<void> {
  const step_ms = (DAYS * DAY_MS) / messages
  const began = Date.now() - DAYS * DAY_MS + 60_000
  const chance = random(20_261_001)
  for (let first = 0; first < messages; first += ROWS_AT_ONCE) {
    const last = Math.min(first + ROWS_AT_ONCE, messages)
    const rows = (function* () {
      for (let n = first; n < last; n++) yield messageOf(n, began + n * step_ms, makers, chance)
    })()
    await copyInto({ into: db, table: 'messages', columns: COLUMNS, rows })
    process.stdout.write(
      `  ${last.toLocaleString('en-US')} of ${messages.toLocaleString('en-US')} messages\r`,
    )
  }
  process.stdout.write('\n')
}

const pricings = new Map<string, string>()

function pricingOf(category: string, is_free: boolean): string {
  const key = `${category} ${is_free}`
  const known = pricings.get(key)
  if (known) return known
  const type = is_free ? 'free_customer_service' : 'regular'
  const made = JSON.stringify({ billable: !is_free, pricing_model: 'PMP', type, category })
  pricings.set(key, made)
  return made
}

function messageOf(n: number, ms: number, makers: Makers, chance: () => number): unknown[] {
  const { tenant_id, numbers, campaigns, contacts } = makers
  const at = new Date(ms).toISOString()
  const contact = Math.floor(chance() * contacts.length)
  const own = numbers[contact % numbers.length]
  const who = (number: string | undefined) => [newId(ms), tenant_id, number, contacts[contact]]
  if (chance() < 0.25) {
    const text = '{"body":"Good morning!"}'
    const none = Array(4).fill(null)
    return [
      ...who(own),
      'inbound',
      'text',
      'received',
      `wamid.i${n}`,
      null,
      text,
      null,
      null,
      null,
      null,
      at,
      null,
      at,
      ...none,
      null,
    ]
  }
  const drawn = TEMPLATES[Math.floor(chance() ** 2 * (TEMPLATES.length + 1))]
  const is_campaign = drawn?.category === 'MARKETING'
  const turn = Math.floor(n / 20_000) % campaigns.length
  const template = is_campaign ? OFFERS[turn % OFFERS.length] : drawn
  const country = COUNTRIES[Math.floor(chance() ** 3 * COUNTRIES.length)] ?? '49'
  const later = (most_s: number) => new Date(ms + 1000 + chance() * most_s * 1000).toISOString()
  const fate = chance()
  const [failed, delivered, read, replied] = [fate < 0.03, fate > 0.08, fate > 0.4, fate > 0.93]
  const category = template?.category.toLowerCase() ?? 'service'
  const campaign = is_campaign ? campaigns[turn] : null
  return [
    ...who(is_campaign ? numbers[turn % numbers.length] : own),
    ...['outbound', template ? 'template' : 'text'],
    failed ? 'failed' : read ? 'read' : delivered ? 'delivered' : 'sent',
    ...[`wamid.o${n}`, `+${country}15${String(n % 10_000_000).padStart(7, '0')}`, '{}'],
    ...[template?.text ?? null, campaign, failed ? '{"code":131026}' : null],
    delivered ? pricingOf(category, category === 'service' && chance() < 0.6) : null,
    ...[at, at, failed ? null : later(2), delivered ? later(30) : null, read ? later(3600) : null],
    ...[replied ? later(7200) : null, failed ? later(2) : null],
    template || !delivered ? null : Math.floor(chance() * 900),
  ]
}

async function addCampaigns(db: Database, tenant_id: string, number: string): Promise<string[]> {
  const ids = Array.from({ length: CAMPAIGNS }, (_, n) => newId(Date.now() + n))
  await db.query(sql`
    insert into campaigns (id, tenant_id, phone_number_id, name, template, language, status, created_at, updated_at)
    select id, ${tenant_id}::uuid, ${number}::uuid, 'Campaign ' || n, 'offer_1', 'en', 'completed', now(), now()
    from unnest(${ids}::uuid[]) with ordinality as c(id, n)`)
  return ids
}

function contactIds(): string[] {
  const bytes = Buffer.alloc(16)
  return Array.from({ length: CONTACTS }, () => {
    const hex = randomFillSync(bytes).toString('hex')
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
  })
}

type Index = { name: string; definition: string }

async function dropIndexes(db: Database): Promise<Index[]> {
  const indexes = await db.query<Index>(sql`
    select indexname as name, indexdef as definition from pg_indexes
    where tablename = 'messages' and indexname not like '%pkey'`)
  for (const { name } of indexes) await db.pool.query(`drop index ${name}`)
  return indexes
}

async function makeIndexes(db: Database, indexes: Index[]): Promise<void> {
  for (const { definition } of indexes) await db.pool.query(definition)
  await db.pool.query('vacuum analyze messages')
}
