// Who is who, as webhooks tell it: in any order, more than once, and when a phone number goes over to somebody else.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { testDatabase } from '../../test/database.ts'
import { type Database, openDatabase } from '../db/pool.ts'
import { sql } from '../db/sql.ts'
import { systemClock } from '../kit/clock.ts'
import { newId } from '../kit/ids.ts'
import { silentLog } from '../kit/log.ts'
import { type Identity, learnIdentities } from './learn.ts'
import type { Contacts } from './resolve.ts'

let database: Awaited<ReturnType<typeof testDatabase>>
let db: Database
before(async () => {
  database = await testDatabase()
  db = openDatabase({
    url: database.url,
    max_connections: 2,
    application_name: 'contacts test',
    log: silentLog,
  })
})
after(async () => {
  await db.close()
  await database.drop()
})

type Told = Omit<Identity, 'tenant_id' | 'at'> & { at?: number }

async function newTenant(): Promise<string> {
  const id = newId()
  await db.query(sql`insert into tenants (id, name, created_at) values (${id}::uuid, 'a tenant', now())`)
  return id
}

function tell(tenant_id: string, told: Told[], options?: { create: boolean }) {
  const identities = told.map(({ at, ...rest }) => ({
    tenant_id,
    ...rest,
    ...(at === undefined ? {} : { at: new Date(at * 1000) }),
  }))
  const contacts = { clock: systemClock } as Contacts
  return db.transaction(tx => learnIdentities(contacts, tx, identities, options))
}

const picture = (tenant_id: string) =>
  db.query(sql`
    select c.phone, c.user_id, c.username, c.name,
      (select array_agg(a.value order by a.value) from contact_aliases a where a.contact_id = c.id) as aliases
    from contacts c where c.tenant_id = ${tenant_id}::uuid order by aliases`)

const person = (phone: string | null, user_id: string | null, name: string | null, ...aliases: string[]) => ({
  ...{ phone, user_id, username: null, name, aliases },
})

test('a phone number and a user id that are seen together are one person, and so are their contacts', async () => {
  const tenant = await newTenant()
  await tell(tenant, [
    { phone: '1', at: 1 },
    { user_id: 'A', name: 'Ada', at: 2 },
  ])
  assert.equal((await picture(tenant)).length, 2)
  const { merged, contact_ids } = await tell(tenant, [
    { phone: '1', user_id: 'A', at: 3 },
    { phone: '1', at: 4 },
  ])
  assert.equal(merged.length, 1)
  assert.deepEqual(contact_ids, [merged[0]?.into, merged[0]?.into])
  assert.deepEqual(await picture(tenant), [person('1', 'A', 'Ada', '1', 'A')])
})

test('a chain within one batch is one person', async () => {
  const tenant = await newTenant()
  const { contact_ids } = await tell(tenant, [
    { phone: '1', at: 1 },
    { user_id: 'A', at: 1 },
    { phone: '2', user_id: 'A', at: 2 },
    { user_id: 'B', phone: '2', former: [{ kind: 'phone', value: '1' }], at: 3 },
  ])
  assert.equal(new Set(contact_ids).size, 1)
  assert.deepEqual(await picture(tenant), [person('2', 'B', null, '1', '2', 'A', 'B')])
})

test('what has no time fills gaps and overwrites nothing; strangers are not made', async () => {
  const tenant = await newTenant()
  const stranger = await tell(tenant, [{ phone: '9', user_id: 'Z' }], { create: false })
  assert.deepEqual(stranger, { contact_ids: [undefined], merged: [], known: true })
  await tell(tenant, [{ phone: '1', name: 'Ada', at: 1 }])
  await tell(tenant, [{ phone: '1', user_id: 'A', name: 'Somebody', username: 'ada' }], { create: false })
  assert.deepEqual(await picture(tenant), [{ ...person('1', 'A', 'Ada', '1', 'A'), username: 'ada' }])
})

test('a number that its owner has left goes to the next who writes from it, and old news does not join them', async () => {
  const tenant = await newTenant()
  const old: Told = { phone: '1', user_id: 'A', name: 'Ada', at: 1 }
  const moved: Told = { phone: '2', user_id: 'B', former: [{ kind: 'phone', value: '1' }], at: 10 }
  const next: Told = { phone: '1', user_id: 'C', name: 'Cleo', at: 20 }
  const wanted = [person('1', 'C', 'Cleo', '1', 'C'), person('2', 'B', 'Ada', '2', 'A', 'B')]
  for (const one of [old, moved, next]) await tell(tenant, [one])
  assert.deepEqual(await picture(tenant), wanted)
  for (const one of [old, next, moved, old]) await tell(tenant, [one])
  assert.deepEqual((await picture(tenant))[0], wanted[0])
})

test('whatever the order and the batches, everybody ends the same', async () => {
  const told = fc.record(
    {
      who: fc.integer({ min: 0, max: 2 }),
      phone: fc.constantFrom('1', '2'),
      user_id: fc.constant('U'),
      name: fc.constantFrom('Ada', 'Bea'),
      at: fc.integer({ min: 1, max: 30 }),
    },
    { requiredKeys: ['who', 'at'] },
  )
  const story = fc.array(told, { minLength: 1, maxLength: 12 }).chain(all =>
    fc.record({
      all: fc.constant(
        all.map(
          ({ who, ...one }): Told => ({
            ...one,
            ...(one.phone === undefined ? {} : { phone: `${who}${one.phone}` }),
            ...(one.user_id === undefined ? {} : { user_id: `U${who}` }),
          }),
        ),
      ),
      order: fc.shuffledSubarray(
        all.map((_, ord) => ord),
        { minLength: all.length },
      ),
      size: fc.integer({ min: 1, max: 12 }),
    }),
  )
  await fc.assert(
    fc.asyncProperty(story, async ({ all, order, size }) => {
      const [one, other] = [await newTenant(), await newTenant()]
      for (const told of all) await tell(one, [told])
      const again = order.map(ord => all[ord] ?? {})
      for (let from = 0; from < again.length; from += size) await tell(other, again.slice(from, from + size))
      const [expected, found] = [await picture(one), await picture(other)]
      assert.deepEqual(found, expected)
      await tell(other, all)
      assert.deepEqual(await picture(other), expected)
    }),
    { numRuns: 80 },
  )
})
