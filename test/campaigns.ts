// What tests of campaigns share: campaigns of any size over the API, and what became of them, counted anew.

import assert from 'node:assert/strict'
import pg from 'pg'
import { readCounts } from '../server/campaigns/run/counts.ts'
import type { Counts } from '../server/campaigns/schema.ts'
import { types } from '../server/db/types.ts'
import type { Log } from '../server/kit/log.ts'
import { type Answered, type Api, FAST_NUMBER, NUMBER, type World } from './carom.ts'

export const REMINDER = {
  ...{ name: 'Reminders', template: 'appointment_reminder', language: 'en_US', phone_number_id: NUMBER },
}

/** Marketing: each has to bring a name. */
export const OFFER = {
  name: 'Apples',
  template: 'weekly_offer',
  components: [
    { type: 'header', parameters: [{ type: 'image', image: { link: 'https://example.com/a.jpg' } }] },
    { type: 'body', parameters: [{ type: 'text', text: '{{name}}' }] },
  ],
}

/** A draft of the sandbox's reminder, or of what else is said. */
export async function newCampaign(api: Api, more: object = {}): Promise<string> {
  const made = await api('POST', '/whatsapp/campaigns', { ...REMINDER, ...more })
  assert.equal(made.status, 201, made.text)
  return made.body.id
}

export function upload(
  api: Api,
  id: string,
  csv: string | Buffer,
  headers: Record<string, string> = {},
): Promise<Answered> {
  return api('POST', `/whatsapp/campaigns/${id}/recipients`, csv, { 'content-type': 'text/csv', ...headers })
}

/** Everybody of a campaign, as the list shows them. */
// biome-ignore lint/suspicious/noExplicitAny: tests look into bodies freely
export async function recipientsOf(api: Api, id: string, query = ''): Promise<any[]> {
  const found = []
  for (let cursor = ''; ; ) {
    const { status, body, text } = await api(
      'GET',
      `/whatsapp/campaigns/${id}/recipients?limit=100${query}${cursor}`,
    )
    assert.equal(status, 200, text)
    found.push(...body.data)
    if (body.next_cursor === null) return found
    cursor = `&cursor=${body.next_cursor}`
  }
}

/** With the types that the gateway itself reads. */
export function lookInto(url: string): pg.Pool {
  const db = new pg.Pool({ connectionString: url, max: 3, types })
  db.on('error', () => {})
  return db
}

/** Keeps what was logged as an error, for the test to find none. */
export function listeningLog(): { log: Log; errors: string[] } {
  const errors: string[] = []
  const error = (fields: { err?: Error }, message: string) =>
    void errors.push(`${message}: ${fields.err?.stack ?? JSON.stringify(fields)}`)
  return { errors, log: { debug() {}, info() {}, warn() {}, error } }
}

let crowds = 0

/** People whom no other crowd of this process holds; none is one of those with whom the simulator plays tricks. */
export function crowd(count: number, from = ++crowds): string[] {
  const number = (n: number) => `+4915${String(from).padStart(2, '0')}${String(n).padStart(6, '0')}77`
  return Array.from({ length: count }, (_, n) => number(n))
}

/** Hello to so many strangers, or to these numbers, from the number that is fast. */
export async function newHello(api: Api, people: number | string[], more: object = {}): Promise<string> {
  const numbers = typeof people === 'number' ? crowd(people) : people
  const id = await newCampaign(api, { template: 'hello_world', phone_number_id: FAST_NUMBER, ...more })
  const { status, body, text } = await upload(api, id, `to\n${numbers.join('\n')}\n`)
  assert.deepEqual([status, body.added], [200, numbers.length], text)
  return id
}

/** Through the triggers' sums, and counted anew from what is there: in one snapshot the two are the same. */
export async function exactCounts(db: pg.Pool, id: string): Promise<Counts> {
  const client = await db.connect()
  try {
    await client.query('begin isolation level repeatable read read only')
    const told = await toldCounts(client, id)
    assert.deepEqual(told, await countAnew(client, id))
    return told
  } finally {
    await client.query('rollback')
    client.release()
  }
}

export async function toldCounts(db: pg.ClientBase | pg.Pool, id: string): Promise<Counts> {
  const queryable = {
    query: async (statement: { text: string; values: unknown[] }) => (await db.query(statement)).rows,
  }
  const counts = (await readCounts(queryable as never, [{ id }])).get(id)
  assert.ok(counts)
  return counts
}

async function countAnew(db: pg.ClientBase | pg.Pool, id: string): Promise<Counts> {
  const { rows } = await db.query(
    `select count(*)::int as total,
      count(*) filter (where r.state = 'waiting' or (r.state = 'expanded' and m.status in ('queued', 'sending')))::int as pending,
      count(*) filter (where r.state = 'expanded' and m.accepted_at is not null)::int as sent,
      count(*) filter (where r.state = 'expanded' and m.delivered_at is not null)::int as delivered,
      count(*) filter (where r.state = 'expanded' and m.read_at is not null)::int as read,
      count(*) filter (where r.state = 'expanded' and m.replied_at is not null)::int as replied,
      count(*) filter (where r.state = 'failed' or (r.state = 'expanded' and m.status = 'failed'))::int as failed,
      count(*) filter (where r.state = 'skipped')::int as skipped,
      count(*) filter (where r.state = 'expanded' and m.status = 'unknown')::int as unknown
     from campaign_recipients r left join messages m on m.id = r.message_id where r.campaign_id = $1`,
    [id],
  )
  return rows[0]
}

/** How often Meta took something for each number: digits → times. */
export async function atMeta(world: World, phone_number_id = FAST_NUMBER): Promise<Map<string, number>> {
  const times = new Map<string, number>()
  for (let after = ''; ; ) {
    const from = after && `&after=${encodeURIComponent(after)}`
    const path = `/_sim/messages?direction=to_user&phone_number_id=${phone_number_id}&limit=500${from}`
    const { data } = (await world.sim('GET', path)).body
    if (data.length === 0) return times
    for (const { user } of data) times.set(user, (times.get(user) ?? 0) + 1)
    after = data.at(-1).id
  }
}

export function expectStatus(answer: Answered, status: number): Answered {
  assert.equal(answer.status, status, answer.text)
  return answer
}
