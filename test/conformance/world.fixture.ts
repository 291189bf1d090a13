// The world of the conformance test: the accounts that the samples of test/fixtures/webhooks speak of, a way to deliver
// a sample as Meta does, and a picture of everything that webhooks may change.

import assert from 'node:assert/strict'
import { createHmac, randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { SANDBOX_APP } from '../../server/sandbox/app.ts'
import { eventually, type Journey } from '../carom.ts'

const FOLDER = join(import.meta.dirname, '../fixtures/webhooks')

// biome-ignore lint/suspicious/noExplicitAny: samples are looked into freely
export type Sample = { entry: { id: string; time?: number; changes: { field: string; value: any }[] }[] }

export const samples: Record<string, Sample> = Object.fromEntries(
  readdirSync(FOLDER).map(file => [
    file.replace('.json', ''),
    JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Sample,
  ]),
)

export type Row = Record<string, unknown>

export const query = (carom: Journey, text: string, values: unknown[] = []): Promise<Row[]> =>
  carom.carom.rooms.inbox.db.pool.query(text, values).then(result => result.rows as Row[])

/** As Meta sends it: one line, what is not ASCII escaped, slashes too; signed over exactly these bytes. */
export async function deliver(carom: Journey, body: object): Promise<void> {
  const wire = JSON.stringify(body)
    .replaceAll('/', '\\/')
    .replace(/[^\x20-\x7e]/g, char => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
  const signature = createHmac('sha256', SANDBOX_APP.app_secret).update(wire).digest('hex')
  const headers = { 'x-hub-signature-256': `sha256=${signature}` }
  const { status } = await carom.api('POST', '/webhooks/whatsapp', wire, headers)
  assert.equal(status, 200)
}

export function applied(carom: Journey): Promise<void> {
  const waiting = 'select count(*)::int as n from inbox where projected_at is null'
  return eventually(async () => assert.equal((await query(carom, waiting))[0]?.n, 0), {
    timeout_ms: 60_000,
    every_ms: 5,
  })
}

export const ACCOUNT = '00000000-0000-7000-8000-0000000000a1'
export const NUMBER_ID = '00000000-0000-7000-8000-0000000000b1'

/** Nothing but the two accounts of the samples, with a number and (the first) a template each. */
export async function startAfresh(carom: Journey): Promise<void> {
  const { accounts, messages, first_tenant_id: tenant } = carom.carom.rooms
  await query(
    carom,
    `truncate messages, contacts, contact_aliases, windows, consents, notices, message_changes, inbox, inbox_parked, media, templates`,
  )
  await query(carom, 'delete from accounts')
  const others = [ACCOUNT.replace('a1', 'a2'), NUMBER_ID.replace('b1', 'b2')]
  for (const [account, number, last, coexistence] of [
    [ACCOUNT, NUMBER_ID, 0, true],
    [others[0], others[1], 1, false],
  ]) {
    await query(
      carom,
      `insert into accounts (id, tenant_id, waba_id, status, sandbox, held, created_at, updated_at)
       values ($1, $2, $3, 'connected', true, true, 'epoch', 'epoch')`,
      [account, tenant, `70010020030040${last}`],
    )
    await query(
      carom,
      `insert into phone_numbers (id, tenant_id, account_id, waba_id, phone_number_id, display_phone_number, messages_per_second,
         coexistence, status, sandbox, held, created_at, updated_at)
       values ($1, $2, $3, $4, $5, $6, 80, $7, 'CONNECTED', true, true, 'epoch', 'epoch')`,
      [
        ...[number, tenant, account, `70010020030040${last}`, `50010020030040${last}`],
        ...[`+1 555-010-000${Number(last) + 1}`, coexistence],
      ],
    )
  }
  await query(
    carom,
    `insert into templates (id, tenant_id, account_id, waba_id, meta_template_id, name, language, category, status, parameter_format,
       components, created_at, updated_at)
     values ($1, $2, $3, '700100200300400', '910000000000001', 'order_shipped', 'en_US', 'UTILITY', 'PENDING', 'POSITIONAL',
       '[{"type":"BODY","text":"old"}]', 'epoch', 'epoch')`,
    [randomUUID(), tenant, ACCOUNT],
  )
  accounts.numbers.clear()
  accounts.wabas.clear()
  messages.told.clear()
}

/** The id of the message that a sample speaks of. */
export const SEEDED = '00000000-0000-7000-8000-0000000000c1'

export type Seed = {
  wamid: string
  direction: 'inbound' | 'outbound'
  /** The contact's only alias: digits, or a user id. */
  of?: string
}

/** The message that a sample speaks of, with a contact that is known by one alias only. */
export async function seedMessage(carom: Journey, seed: Seed): Promise<void> {
  const { wamid, direction, of = '15550101001' } = seed
  const tenant = carom.carom.rooms.first_tenant_id
  const [kind, contact] = [/^\d+$/.test(of) ? 'phone' : 'user_id', randomUUID()]
  await query(
    carom,
    `insert into contacts (id, tenant_id, ${kind}, created_at, updated_at) values ($1, $2, $3, 'epoch', 'epoch')`,
    [contact, tenant, of],
  )
  await query(
    carom,
    'insert into contact_aliases (tenant_id, kind, value, contact_id) values ($1, $2, $3, $4)',
    [tenant, kind, of, contact],
  )
  await query(
    carom,
    `insert into messages (id, tenant_id, phone_number_id, contact_id, direction, type, status, wamid, content, created_at, sent_at,
       accepted_at)
     values ($1, $2, $3, $4, $5, 'text', case $5 when 'inbound' then 'received' else 'accepted' end, $6, '{"body":"seeded"}',
       'epoch', case $5 when 'inbound' then 'epoch'::timestamptz end, case $5 when 'outbound' then '2025-01-01Z'::timestamptz end)`,
    [SEEDED, tenant, NUMBER_ID, contact, direction, wamid],
  )
}

const PICTURES: Record<string, string> = {
  messages: `select m.wamid, m.direction, m.type, m.status, coalesce(c.phone, c.user_id) as contact, n.phone_number_id as number, m.recipient,
      m.content, m.reply_to, m.context, m.referral, m.error ->> 'code' as error, m.origin, m.pricing, m.sent_at, m.delivered_at,
      m.read_at, m.failed_at, m.edits, m.edited_at, m.revoked_at
    from messages m join contacts c on c.id = m.contact_id join phone_numbers n on n.id = m.phone_number_id`,
  contacts: `select c.phone, c.user_id, c.username, c.name, c.saved_name, nullif(c.marketing_opt_out, false) as opt_out,
      (select array_agg(a.value order by a.value) from contact_aliases a where a.contact_id = c.id) as aliases from contacts c`,
  windows: `select coalesce(c.phone, c.user_id) as contact, w.last_inbound_at as at, w.free_entry_point_expires_at as free
    from windows w join contacts c on c.id = w.contact_id`,
  consents: `select coalesce(c.phone, c.user_id) as contact, o.category, o.value, o.source, o.at
    from consents o join contacts c on c.id = o.contact_id`,
  notices: 'select field, kind from notices',
  changes: 'select original_wamid, kind, content from message_changes',
  media: 'select media_id, mime_type, direction from media',
  parked: 'select path, reason from inbox_parked',
  accounts: `select waba_id, review_status, status, restriction, restricted_until from accounts`,
  numbers: `select phone_number_id, messaging_limit, throughput_level, quality_rating, status, name_status, verified_name from phone_numbers`,
  templates: `select status, category, previous_category, correct_category, quality_score, rejected_reason, components from templates`,
}

export type Picture = Record<string, Row[]>

/** Rows without what is null; times as text. */
export async function picture(carom: Journey): Promise<Picture> {
  const found: Picture = {}
  for (const [name, text] of Object.entries(PICTURES)) {
    const rows = JSON.parse(JSON.stringify(await query(carom, text))) as Row[]
    found[name] = rows
      .map(row => Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)))
      .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
  }
  return found
}

/** The rows that are not as they were. */
export function changed(before: Picture, after: Picture): Picture {
  const found: Picture = {}
  for (const [name, rows] of Object.entries(after)) {
    const old = new Set(before[name]?.map(row => JSON.stringify(row)))
    const fresh = rows.filter(row => !old.has(JSON.stringify(row)))
    if (fresh.length > 0) found[name] = fresh
  }
  return found
}

/** Every row of every table that webhooks write, but for when it was touched last. What was parked is told by its reasons. */
export async function dump(carom: Journey): Promise<Record<string, Row[]>> {
  const found: Record<string, Row[]> = {}
  for (const table of 'messages contacts contact_aliases windows consents notices message_changes media accounts phone_numbers templates'.split(
    ' ',
  )) {
    found[table] = await query(
      carom,
      `select to_jsonb(t) - 'updated_at' as row from ${table} t order by t::text`,
    )
  }
  found.parked = await query(carom, 'select distinct path, reason from inbox_parked order by 1, 2')
  return found
}
