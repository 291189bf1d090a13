// The least that can send a list durably: a table of messages, claimed by hundreds, sent with hundreds in flight, settled by
// batches. No recipients, no contacts, no pace, no limits, no counts.

import pg from 'pg'
import { Pool } from 'undici'
import { serve, settings } from '../channel.ts'
import { NUMBERS, TOKEN } from '../world.ts'

type Row = { id: string; body: object }
type Settled = { id: string; wamid: string }

const { meta_url, database_url } = settings<{ meta_url: string; database_url: string }>()
const meta = new Pool(meta_url, { connections: 512, pipelining: 1 })
const db = new pg.Pool({ connectionString: database_url, max: 6 })
const path = `/v26.0/${NUMBERS[0]}/messages`
const headers = { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` }

const IN_FLIGHT = 512
const CLAIM = 250

serve('', {
  async prepare(rows: number) {
    await db.query('drop table if exists bench_queue')
    await db.query(`create table bench_queue (id uuid primary key, status text not null, body jsonb not null, wamid text,
      due_at timestamptz) with (fillfactor = 75)`)
    await db.query('create index bench_queue_due on bench_queue (due_at) where due_at is not null')
    await db.query(
      `insert into bench_queue select gen_random_uuid(), 'queued', jsonb_build_object('messaging_product', 'whatsapp', 'to',
        '+49151' || lpad(n::text, 8, '0'), 'type', 'template', 'template', jsonb_build_object('name', 'hello_world', 'language',
        jsonb_build_object('code', 'en_US'))), null, now() from generate_series(1, $1::int) n`,
      [rows],
    )
    await db.query('vacuum analyze bench_queue')
  },
  run,
  async drop() {
    await db.query('drop table if exists bench_queue')
  },
})

async function run(): Promise<{ sent: number; ms: number }> {
  const began = performance.now()
  const { promise, resolve } = Promise.withResolvers<void>()
  let ready: Row[] = []
  const done: Settled[] = []
  let [in_flight, claiming, settling, sent, empty] = [0, 0, 0, 0, false]

  function pump(): void {
    while (in_flight < IN_FLIGHT && ready.length > 0) void sendOne(ready.pop() as Row)
    if (!empty && claiming < 2 && ready.length < CLAIM) void claim()
    if (done.length > 0 && settling < 2) void settle()
    if (empty && in_flight + claiming + settling + ready.length + done.length === 0) resolve()
  }

  async function claim(): Promise<void> {
    claiming++
    const { rows } = await db.query<Row>({
      name: 'claim',
      text: `with due as (select id from bench_queue where due_at <= now() order by due_at limit $1 for no key update skip locked)
        update bench_queue q set status = 'sending', due_at = now() + interval '25 s' from due where q.id = due.id
        returning q.id, q.body`,
      values: [CLAIM],
    })
    claiming--
    ready = ready.concat(rows)
    if (rows.length === 0) empty = true
    pump()
  }

  async function sendOne(row: Row): Promise<void> {
    in_flight++
    const body = JSON.stringify({ ...row.body, biz_opaque_callback_data: row.id })
    const answer = await meta.request({ method: 'POST', path, headers, body })
    const { messages } = (await answer.body.json()) as { messages: { id: string }[] }
    in_flight--
    done.push({ id: row.id, wamid: messages[0]?.id ?? '' })
    pump()
  }

  async function settle(): Promise<void> {
    settling++
    const rows = done.splice(0, 500)
    await db.query({
      name: 'settle',
      text: `update bench_queue q set status = 'accepted', wamid = i.wamid, due_at = null
        from unnest($1::uuid[], $2::text[]) as i(id, wamid) where q.id = i.id`,
      values: [rows.map(row => row.id), rows.map(row => row.wamid)],
    })
    settling--
    sent += rows.length
    pump()
  }

  pump()
  await promise
  return { sent, ms: performance.now() - began }
}
