// However Meta tells what happened — in any order, any part of it again, in webhooks of any size — the counts end the same, and a
// recount finds nothing else.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { verifyRollups } from '../server/analytics/verify.ts'
import type { Row, Transaction } from '../server/db/pool.ts'
import { sql } from '../server/db/sql.ts'
import { applyStatuses } from '../server/messages/inbound/applyStatuses.ts'
import { receive } from '../server/messages/inbound/receive.ts'
import { type Journey, NUMBER, startJourney } from './carom.ts'
import { addSent, inbound, pricing, type Sent, status } from './traffic.ts'

const DAYS = { from: '2026-10-20', until: '2026-10-31' }
const PEOPLE = ['+4915100000001', '+12125550104', '+919800000005']

let carom: Journey
let number: Row
before(async () => {
  carom = await startJourney()
  const found = await db().one(sql`select n.id, n.tenant_id, a.currency, a.timezone_id
    from phone_numbers n join accounts a on a.id = n.account_id where n.phone_number_id = ${NUMBER}`)
  number = found as Row
})
after(() => carom.close())

const db = () => carom.carom.rooms.messages.db

/** Something that Meta tells: a status of the message with that number, or an answer that may quote it. */
type News = {
  about: number
  what: 'sent' | 'delivered' | 'read' | 'failed' | 'answer' | 'quote'
  minute: number
}

const news: fc.Arbitrary<News> = fc.record({
  about: fc.nat(5),
  what: fc.constantFrom('sent', 'delivered', 'read', 'failed', 'answer', 'quote'),
  minute: fc.integer({ min: 0, max: 300 }),
})

const story = fc
  .uniqueArray(news, { minLength: 1, maxLength: 14, selector: one => `${one.about} ${one.what}` })
  .chain(told =>
    fc.tuple(
      fc.constant(told),
      // Whether the answer to each send was lost: then Carom learns only from statuses that Meta took it.
      fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
      fc.shuffledSubarray([...told, ...told], { minLength: told.length * 2 }),
      fc.integer({ min: 1, max: 5 }),
    ),
  )

test('any order and any repeats end with the same counts', async () => {
  await fc.assert(
    fc.asyncProperty(story, async ([told, lost, disorder, size]) => {
      const straight = await tell(told, lost, 100)
      const mixed = await tell(disorder, lost, size)
      assert.deepEqual(mixed, straight)
      assert.deepEqual(await verifyRollups(db(), DAYS), { differences: [], wrong_replies: 0 })
    }),
    { numRuns: 60, endOnFailure: true },
  )
})

for (const first of ['send', 'answer'] as const) {
  test(`an answer that comes while its send is being settled counts, the ${first} first`, async () => {
    await db().query(sql`truncate messages, windows, rollup_days, rollup_slices, rollup_deltas`)
    const [person = ''] = PEOPLE
    const waiting = { status: 'sending', accepted_at: null, due_at: '2026-10-25T00:10:30Z' }
    const sent = await addSent(carom, person, '2026-10-25T00:10:00Z', waiting)
    const steps = {
      send: (tx: Transaction) => settle(tx, sent),
      answer: (tx: Transaction) => hear(tx, [inbound(person, '2026-10-25T00:10:02Z')]),
    }
    const told = Promise.withResolvers<void>()
    const open = Promise.withResolvers<void>()
    const one = db().transaction(async tx => {
      await steps[first](tx)
      told.resolve()
      await open.promise
    })
    await told.promise
    const other = db().transaction(steps[first === 'send' ? 'answer' : 'send'])
    await Promise.race([other, sleep(200)])
    open.resolve()
    await Promise.all([one, other])
    assert.deepEqual(await verifyRollups(db(), DAYS), { differences: [], wrong_replies: 0 })
    assert.deepEqual(
      (await counts()).filter(row => row.label === 'replied').map(row => row.n),
      [1],
    )
  })
}

function settle(tx: Transaction, { wamid }: Sent): Promise<unknown> {
  return tx.query(sql`
    update messages set status = 'accepted', accepted_at = '2026-10-25T00:10:01Z', due_at = null where wamid = ${wamid}`)
}

async function tell(told: News[], lost: boolean[], size: number): Promise<unknown> {
  await db().query(sql`truncate messages, windows, rollup_days, rollup_slices, rollup_deltas`)
  const sent: Sent[] = []
  for (const [n, person] of [...PEOPLE, ...PEOPLE].entries())
    sent.push(await send(n, person, lost[n] === true))
  const items = told.map(one => itemOf(one, sent[one.about] as Sent))
  for (let at = 0; at < items.length; at += size) await apply(items.slice(at, at + size))
  return counts()
}

function send(n: number, person: string, isLost: boolean): Promise<Sent> {
  const at = `2026-10-25T00:${String(10 + n * 5)}:00Z`
  const more = isLost ? { accepted_at: null, status: 'unknown' } : {}
  return addSent(carom, person, at, { ...more, ...(n > 2 ? { type: 'text', template: null } : {}) })
}

type Item = { status: Row } | { message: Row }

function itemOf({ about, what, minute }: News, to: Sent): Item {
  const at = new Date(Date.parse('2026-10-25T00:40:00Z') + minute * 60_000).toISOString()
  if (what === 'answer' || what === 'quote') {
    const wrote = inbound(to.to, at, what === 'quote' ? to.wamid : undefined)
    return { message: { ...wrote, id: `wamid.${about}${what}` } }
  }
  if (what === 'failed') return { status: status(to, what, at, { errors: [{ code: 131026 }] }) }
  // Meta tells the price with `sent`, and once more, perhaps another, on arrival.
  const priced = { pricing: pricing('service', what === 'sent' ? 'regular' : 'free_customer_service') }
  return { status: status(to, what, at, what === 'read' ? {} : priced) }
}

/** As the projection does: what people wrote first, then statuses, all in one transaction. */
async function apply(items: Item[]): Promise<void> {
  const { messages } = carom.carom.rooms
  const { id: phone_number_id, tenant_id, currency, timezone_id } = number
  const contacts: Row[] = []
  await db().transaction(async tx => {
    await hear(
      tx,
      items.flatMap(item => ('message' in item ? [item.message] : [])),
    )
    const statuses = items.flatMap(item => ('status' in item ? [item.status] : []))
    const of = { tenant_id, phone_number_id, contacts, currency, timezone_id }
    await applyStatuses(
      messages,
      tx,
      statuses.map(status => ({ ...of, status })),
    )
  })
}

function hear(tx: Transaction, wrote: Row[]): Promise<unknown> {
  const { id: phone_number_id, tenant_id } = number
  const inbox = { inbox_id: tenant_id, inbox_path: 'x', contacts: [] }
  return receive(
    carom.carom.rooms.messages,
    tx,
    wrote.map(message => ({ tenant_id, phone_number_id, message, ...inbox })),
  )
}

/** Without the times of lost sends, which are those of the first word about them. */
function counts(): Promise<Row[]> {
  return db().query(sql`
    select kind, label, sum(n)::int as n from (
      select d.kind, d.label, d.counts[cardinality(d.counts)] as n from rollup_days d
      join rollup_slices s on s.id = d.slice_id where s.slice = 'account'
      union all select kind, label, n from rollup_deltas
    ) as both_parts group by 1, 2 having sum(n) <> 0 order by 1, 2`)
}
