// What Meta sends, in the worst of shapes: storms, repeats, any order, nonsense, forgeries. Nothing is lost, nothing is
// counted twice, and nothing stands in the way of what comes after it.

import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { markForReplay } from '../server/inbox/queries.ts'
import { SANDBOX_APP } from '../server/sandbox/app.ts'
import { eventually, FAST_NUMBER, type Journey, startJourney } from './carom.ts'

let carom: Journey
before(async () => {
  // The simulator says nothing of its own here: every webhook is this test's.
  carom = await startJourney({ settings: { webhooks: { paused: true } } })
})
after(() => carom.close())

type Status = Record<string, unknown>

const sign = (body: string | Buffer) =>
  `sha256=${createHmac('sha256', SANDBOX_APP.app_secret).update(body).digest('hex')}`

const post = (body: string | Buffer, signature: string | undefined = sign(body)) =>
  carom.api(
    'POST',
    '/webhooks/whatsapp',
    body,
    signature === undefined ? {} : { 'x-hub-signature-256': signature },
  )

async function deliver(value: object, field = 'messages'): Promise<void> {
  const body = JSON.stringify({
    object: 'whatsapp_business_account',
    entry: [{ id: SANDBOX_APP.waba_id, changes: [{ field, value }] }],
  })
  const { status, text } = await post(body)
  assert.deepEqual([status, text], [200, 'OK'])
}

const metadata = { display_phone_number: '15550100002', phone_number_id: FAST_NUMBER }
const envelope = (more: object) => ({ messaging_product: 'whatsapp', metadata, ...more })
const deliverStatuses = (statuses: Status[]) => deliver(envelope({ statuses }))

async function backlog(): Promise<number> {
  const { body } = await carom.api('GET', '//metrics')
  return Number(/^carom_inbox_waiting (\d+)/m.exec(body)?.[1] ?? 'NaN')
}

const applied = () =>
  eventually(async () => assert.equal(await backlog(), 0), { timeout_ms: 60_000, every_ms: 50 })

const db = () => carom.carom.rooms.inbox.db

/** Raw SQL of the test's own: rows are seeded and compared as they are stored. */
const query = (text: string, values: unknown[] = []) =>
  db()
    .pool.query(text, values)
    .then(result => result.rows)

async function parked(): Promise<{ path: string; field: string | null; reason: string }[]> {
  return query('select path, field, reason from inbox_parked order by parked_at, path')
}

async function sendOne(to = '+15550101001') {
  const { status, body, text } = await carom.api('POST', '/whatsapp/messages/template', {
    phone_number_id: FAST_NUMBER,
    to,
    template: 'hello_world',
    language: 'en_US',
  })
  assert.equal(status, 201, text)
  return body as { id: string; wamid: string; created_at: string }
}

const seconds = (iso: string) => Math.floor(Date.parse(iso) / 1000)

function statusesOf(wamid: string, at: number, kinds: string[], more: Status = {}): Status[] {
  return kinds.map((status, step) => ({
    id: wamid,
    status,
    timestamp: String(at + step),
    recipient_id: '15550101001',
    ...(status === 'failed' ? { errors: [{ code: 131026, title: 'Message undeliverable' }] } : {}),
    ...more,
  }))
}

function shuffled<T>(items: T[]): T[] {
  return items
    .map(item => ({ item, by: Math.random() }))
    .sort((a, b) => a.by - b.by)
    .map(({ item }) => item)
}

test("Meta's handshake", async () => {
  const ask = (token: string, mode = 'subscribe') =>
    carom.api('GET', `/webhooks/whatsapp?hub.mode=${mode}&hub.verify_token=${token}&hub.challenge=1158201444`)
  const good = await ask(SANDBOX_APP.verify_token)
  assert.deepEqual([good.status, good.text], [200, '1158201444'])
  for (const bad of [await ask('wrong'), await ask(''), await ask(SANDBOX_APP.verify_token, 'unsubscribe')]) {
    assert.equal(bad.status, 403)
    assert.ok(!bad.text.includes('1158201444') && !bad.text.includes(SANDBOX_APP.verify_token))
  }
})

test('a body whose signature is missing, wrong or of other bytes is refused and not stored', async () => {
  const body = JSON.stringify({ object: 'whatsapp_business_account', entry: [] })
  const count = () => query('select count(*)::int as n from inbox').then(([row]) => row?.n)
  const before = await count()
  const forged = [
    await carom.api('POST', '/webhooks/whatsapp', body),
    await post(body, 'sha256='),
    await post(body, sign(body).slice(0, -1)),
    await post(body, sign(`${body} `)),
    await post(`${body} `, sign(body)),
    await post(body, sign(body).replace('sha256=', 'sha1=')),
    await post(body, `sha256=${createHmac('sha256', 'another secret').update(body).digest('hex')}`),
  ]
  for (const answer of forged) {
    assert.deepEqual([answer.status, answer.body.error.code], [401, 'invalid_signature'])
    assert.ok(!answer.text.includes(sign(body).slice(10)))
  }
  assert.equal(await count(), before)
  assert.equal((await post(body)).status, 200)
  assert.equal(await count(), before + 1)
})

test('what cannot be understood is put aside with its reason, and what stands beside it is applied', async () => {
  const sent = await sendOne()
  const at = seconds(sent.created_at)
  const from = { from: '15550101001', timestamp: String(at), type: 'text' }
  const nonsense: (string | Buffer)[] = [
    'not json',
    Buffer.from([0xff, 0xfe, 0x00, 0x7b]),
    '[]',
    '"text"',
    'null',
    '{}',
    '{"entry":{}}',
    '{"entry":[null,1,{"changes":[null,{"field":"messages"},{"field":"messages","value":{}}]}]}',
    `{"entry":[${'['.repeat(2000)}${']'.repeat(2000)}]}`,
    '{"entry":[{"id":"1","changes":[{"field":"a_field_of_2031","value":{"a":"\\u0000"}}]}]}',
  ]
  for (const body of nonsense) assert.equal((await post(body)).status, 200, String(body).slice(0, 80))
  await deliver({ metadata: { phone_number_id: '999' }, statuses: statusesOf('wamid.x', at, ['sent']) })
  await deliver(
    envelope({
      contacts: [{ wa_id: '15550101001', profile: { name: 'Ada \u0000\ud800' } }],
      messages: [
        { ...from, text: { body: 'no id' } },
        { ...from, id: 'wamid.no-time', timestamp: 'soon', text: { body: 'no time' } },
        { id: 'wamid.nobody', timestamp: String(at), type: 'text', text: { body: 'from nobody' }, from: 12 },
        { ...from, id: 'wamid.nul', text: { body: 'zero\u0000 and half \udc00 done' } },
        'a text where an object belongs',
      ],
      statuses: [
        { status: 'sent', timestamp: String(at) },
        { id: sent.wamid, status: 'levitated', timestamp: String(at) },
        { id: sent.wamid, status: 'delivered', timestamp: 'x' },
        ...statusesOf(sent.wamid, at, ['sent', 'delivered']),
        ...statusesOf('wamid.of-another-app', at, ['sent']),
      ],
    }),
  )
  await applied()
  const reasons = (await parked()).map(row => row.reason)
  for (const wanted of [
    /no list of entries/,
    /no list of changes/,
    /no field or no value/,
    /no messages, statuses/,
  ]) {
    assert.ok(
      reasons.some(reason => wanted.test(reason)),
      `${wanted} in ${JSON.stringify(reasons)}`,
    )
  }
  for (const wanted of [/a_field_of_2031/, /999/, /no id/, /no timestamp/, /not an object/, /levitated/]) {
    assert.ok(
      reasons.some(reason => wanted.test(reason)),
      `${wanted} in ${JSON.stringify(reasons)}`,
    )
  }
  const status = await carom.api('GET', `/whatsapp/messages/${sent.id}`)
  assert.equal(status.body.status, 'delivered')
  const inbound = await carom.api('GET', '/whatsapp/messages/wamid.nul')
  assert.equal(inbound.status, 200, inbound.text)
  assert.equal(inbound.body.content.body, 'zero and half \ufffd done')
})

test('a storm of 10,000 statuses, repeated and out of order, leaves every message read', async () => {
  const count = 2_000
  const base = seconds(new Date().toISOString()) - 100
  await query(
    `insert into messages (id, tenant_id, phone_number_id, contact_id, direction, type, status, wamid, recipient, content, accepted_at, created_at)
     select gen_random_uuid(), m.tenant_id, m.phone_number_id, m.contact_id, 'outbound', 'text', 'accepted', 'wamid.storm-' || n,
       m.recipient, '{"body":"storm"}', now(), now()
     from generate_series(1, ${count}) as n, (select * from messages where direction = 'outbound' limit 1) as m`,
  )
  const storm = shuffled(
    Array.from({ length: count }, (_, n) => {
      const steps = statusesOf(`wamid.storm-${n + 1}`, base, ['sent', 'delivered', 'read'])
      return [...steps, ...shuffled(steps).slice(0, 2)]
    }).flat(),
  )
  assert.equal(storm.length, 10_000)
  const batches: Status[][] = []
  for (let size = 1; storm.length > 0; size = size === 1 ? 20 : size === 20 ? 300 : size === 300 ? 1000 : 1) {
    batches.push(storm.splice(0, size))
  }
  await Promise.all(batches.map(deliverStatuses))
  await applied()
  const rows = await query(
    `select status, count(*)::int as n, count(distinct (sent_at, delivered_at, read_at))::int as kinds, min(sent_at) as sent_at, max(read_at) as read_at
     from messages where wamid like 'wamid.storm-%' group by status`,
  )
  const [row] = rows
  assert.deepEqual([rows.length, row?.status, row?.n, row?.kinds], [1, 'read', count, 1])
  assert.deepEqual([seconds(row?.sent_at), seconds(row?.read_at)], [base, base + 2])
})

test('a range that is applied again changes nothing', async () => {
  const all = () =>
    query(`select md5(string_agg(t::text, '|' order by t::text)) as hash, count(*)::int as n from messages t`)
  const people = () =>
    query(`select md5(string_agg(t::text, '|' order by t::text)) as hash from contact_aliases t`)
  const before = [
    await all(),
    await people(),
    await query('select * from windows order by 1, 2'),
    await parked(),
  ]
  const again = await markForReplay(db(), new Date(0), new Date(Date.now() + 60_000))
  assert.ok(again > 10, `${again} bodies`)
  for (const wake of carom.carom.rooms.inbox.wakers) wake()
  await applied()
  const path = (rows: { path: string }[]) => rows.map(row => row.path).sort()
  const after = [
    await all(),
    await people(),
    await query('select * from windows order by 1, 2'),
    await parked(),
  ]
  assert.deepEqual(after.slice(0, 3), before.slice(0, 3))
  assert.deepEqual(path(after[3] as { path: string }[]), path(before[3] as { path: string }[]))
})

test('a body larger than Meta ever sends is refused', async () => {
  const answer = await post(Buffer.alloc(4 * 1024 * 1024 + 1, 0x20))
  assert.deepEqual([answer.status, answer.body.error.code], [413, 'payload_too_large'])
})

/** Everything that a message's statuses may change. */
const state = (id: string) =>
  query(
    `select status, error, pricing, accepted_at, sent_at, delivered_at, read_at, failed_at, due_at from messages where id = $1`,
    [id],
  ).then(([row]) => row)

test('whatever the order and the repeats, the final row is the same', async () => {
  const sent = await sendOne('+15550101002')
  const fresh = `update messages set status = $2, wamid = $3, error = null, pricing = null, accepted_at = $4, sent_at = null,
    delivered_at = null, read_at = null, failed_at = null where id = $1`
  const at = seconds(sent.created_at) + 10
  const pricing = { billable: true, pricing_model: 'PMP', category: 'utility' }
  const echoed = { biz_opaque_callback_data: sent.id }
  const kinds = fc.subarray(['sent', 'delivered', 'read', 'failed', 'played'], { minLength: 1 })
  const story = kinds.chain(some => {
    const told = statusesOf(sent.wamid, at, some, echoed).map(status =>
      status.status === 'read' ? status : { ...status, pricing },
    )
    const order = fc
      .tuple(
        fc.shuffledSubarray(told, { minLength: told.length }),
        fc.array(fc.constantFrom(...told), { maxLength: 3 }),
      )
      .chain(([each, more]) => {
        const all = [...each, ...more]
        return fc.tuple(
          fc.shuffledSubarray(all, { minLength: all.length }),
          fc.integer({ min: 1, max: all.length }),
        )
      })
    return fc.record({ told: fc.constant(told), order, unknown: fc.boolean() })
  })
  await fc.assert(
    fc.asyncProperty(story, async ({ told, order: [order, size], unknown }) => {
      const start = unknown
        ? [sent.id, 'unknown', null, null]
        : [sent.id, 'accepted', sent.wamid, sent.created_at]
      await query(fresh, start)
      for (const status of told) await deliverStatuses([status])
      await applied()
      const expected = await state(sent.id)
      await query(fresh, start)
      for (let from = 0; from < order.length; from += size) {
        await deliverStatuses(order.slice(from, from + size))
        await applied()
      }
      assert.deepEqual(await state(sent.id), expected)
    }),
    { numRuns: 60 },
  )
})
