import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type TestDatabase, testDatabase } from '../../test/database.ts'
import { silentLog as silent } from '../kit/log.ts'
import { type Listener, openListener } from './listen.ts'
import { notifier } from './notify.ts'
import { type Database, openDatabase, type Queryable } from './pool.ts'
import { sql } from './sql.ts'

let place: TestDatabase
let db: Database

before(async () => {
  place = await testDatabase({ empty: true })
  db = openDatabase({ url: place.url, max_connections: 2, application_name: 'carom test', log: silent })
})
after(async () => {
  await db.close()
  await place.drop()
})

async function until(condition: () => boolean): Promise<void> {
  const end = Date.now() + 10_000
  while (!condition()) {
    if (Date.now() > end) throw new Error('It did not happen within ten seconds')
    await new Promise(resolve => setTimeout(resolve, 10))
  }
}

function connects(listener: Listener): () => number {
  let count = 0
  listener.onReconnect(() => count++)
  return () => count
}

test('handlers hear their channel until they stop', async () => {
  const listener = openListener({ url: place.url, log: silent })
  const connected = connects(listener)
  const heard: string[] = []
  const stop = listener.on('Odd "channel"', payload => heard.push(`a:${payload}`))
  listener.on('Odd "channel"', payload => heard.push(`b:${payload}`))
  await until(() => connected() === 1)
  listener.on('late', payload => heard.push(`late:${payload}`))
  const { notify } = notifier(db)
  await notify('Odd "channel"', 'one')
  await until(() => heard.length === 2)
  stop()
  await notify('Odd "channel"', 'two')
  await notify('late')
  await notify('other', 'unheard')
  await until(() => heard.length === 4)
  assert.deepEqual(heard, ['a:one', 'b:one', 'b:two', 'late:'])
  await listener.close()
})

test('a handler that throws does not end the listening', async () => {
  const errors: string[] = []
  const log = { ...silent, error: (about: object) => errors.push((about as { err: Error }).err.message) }
  const listener = openListener({ url: place.url, log })
  const connected = connects(listener)
  const heard: string[] = []
  listener.on('jobs', payload => {
    if (payload === 'bad') throw new Error('cannot')
    heard.push(payload)
  })
  await until(() => connected() === 1)
  await notifier(db).notify('jobs', 'bad')
  await notifier(db).notify('jobs', 'good')
  await until(() => heard.length === 1)
  assert.deepEqual(errors, ['cannot'])
  await listener.close()
})

test('a killed connection is made anew, says so, and listens to the same channels', async () => {
  const listener = openListener({ url: place.url, log: silent })
  const connected = connects(listener)
  const heard: string[] = []
  listener.on('jobs', payload => heard.push(payload))
  for (const round of [1, 2]) {
    await until(() => connected() === round)
    await db.query(sql`select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'carom listener' and datname = current_database()`)
  }
  await until(() => connected() === 3)
  await notifier(db).notify('jobs', 'after')
  await until(() => heard.length === 1)
  assert.deepEqual(heard, ['after'])
  await listener.close()
})

test('it can be closed while it cannot connect', async () => {
  const warnings: object[] = []
  const log = { ...silent, warn: (about: object) => warnings.push(about) }
  const listener = openListener({ url: 'postgres://carom:x@127.0.0.1:1/carom', log })
  await until(() => warnings.length > 0)
  await listener.close()
})

test('notifications of one channel are merged, one statement in flight', async () => {
  const statements: unknown[][] = []
  let release = () => {}
  const slow = {
    async query(statement: { values: unknown[] }) {
      statements.push(statement.values)
      if (statements.length === 1) await new Promise<void>(resolve => (release = resolve))
      return []
    },
  } as unknown as Queryable
  const { notify } = notifier(slow)
  const first = notify('jobs', 'a')
  await new Promise(resolve => setImmediate(resolve))
  const rest = ['b', 'c', 'b', 'b'].map(payload => notify('jobs', payload))
  await notify('other', 'x') // other channels do not wait
  release()
  await Promise.all([first, ...rest])
  await notify('jobs', 'd')
  assert.deepEqual(statements, [
    ['jobs', ['a']],
    ['other', ['x']],
    ['jobs', ['b', 'c']],
    ['jobs', ['d']],
  ])
})

test('a notification that cannot be sent is logged, a too long one refused', async () => {
  const warnings: object[] = []
  const broken = { query: () => Promise.reject(new Error('down')) } as unknown as Queryable
  const { notify } = notifier(broken, { ...silent, warn: about => warnings.push(about) })
  await notify('jobs', 'a')
  assert.equal(warnings.length, 1)
  await assert.rejects(notify('jobs', 'é'.repeat(4000)), /longer than 7999 bytes/)
})
