import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, beforeEach, test } from 'node:test'
import { type TestDatabase, testDatabase } from '../../test/database.ts'
import { silentLog as silent } from '../kit/log.ts'
import { migrate } from './migrate.ts'
import { type Database, openDatabase } from './pool.ts'
import { sql } from './sql.ts'

const root = await mkdtemp(join(tmpdir(), 'carom-migrate-'))
let place: TestDatabase
let db: Database

beforeEach(async () => {
  place = await testDatabase({ empty: true })
  db = openDatabase({ url: place.url, max_connections: 6, application_name: 'carom test', log: silent })
})
afterEach(async () => {
  await db.close()
  await place.drop()
})
after(() => rm(root, { recursive: true }))

async function folderOf(files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(root, 'f'))
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  return folder
}

const up = async (files: Record<string, string>) =>
  migrate({ db, folder: await folderOf(files), log: silent })
const FIRST = {
  '0001_notes.sql': "create table notes (id int);\ninsert into notes values (1); -- it's one\n",
}
const SECOND = { ...FIRST, '0002_more.sql': 'alter table notes add body text' }

test('files are applied once, in order, and new ones later', async () => {
  assert.deepEqual(await up(FIRST), { applied: ['0001_notes.sql'] })
  assert.deepEqual(await up(SECOND), { applied: ['0002_more.sql'] })
  assert.deepEqual(await up(SECOND), { applied: [] })
  assert.deepEqual(await db.query(sql`select * from notes`), [{ id: 1, body: null }])
})

test('two callers at once apply each file once', async () => {
  const slow = { '0001_slow.sql': 'create table slow (id int); select pg_sleep(0.3)' }
  const results = await Promise.all([up(slow), up(slow), up(slow)])
  assert.deepEqual(
    results.flatMap(result => result.applied),
    ['0001_slow.sql'],
  )
})

test('a concurrent index is built while another process waits for its turn', async () => {
  const files = {
    ...FIRST,
    '0002_index.sql':
      '-- no transaction\ncreate index concurrently notes_id on notes (id); -- fast\ncreate index concurrently notes_id2 on notes (id);\n',
  }
  const results = await Promise.all([up(files), up(files)])
  assert.deepEqual(
    results.flatMap(result => result.applied),
    ['0001_notes.sql', '0002_index.sql'],
  )
  const indexes = await db.query(sql`select indexrelid::regclass::text as name from pg_index
    where indrelid = 'notes'::regclass and indisvalid order by 1`)
  assert.deepEqual(indexes, [{ name: 'notes_id' }, { name: 'notes_id2' }])
})

test('line endings may change, anything else may not', async () => {
  await up(FIRST)
  const [name, text] = Object.entries(FIRST)[0] as [string, string]
  assert.deepEqual(await up({ [name]: text.replaceAll('\n', '\r\n') }), { applied: [] })
  await assert.rejects(up({ [name]: `${text} ` }), /0001_notes.sql was changed after it was applied/)
})

test('a database newer than the code is refused', async () => {
  await up(SECOND)
  await assert.rejects(up(FIRST), /0002_more.sql.*newer than the code/)
})

test('a file that comes too late is refused', async () => {
  const third = { '0003_c.sql': 'select 1' }
  await up({ ...FIRST, ...third })
  await assert.rejects(up({ ...SECOND, ...third }), /0002_more.sql comes before 0003_c.sql/)
})

test('a failing file leaves nothing behind and says where it failed', async () => {
  const broken = { ...FIRST, '0002_broken.sql': 'create table half (id int);\nselect nothing from half' }
  await assert.rejects(up(broken), /0002_broken.sql, line 2 failed: column "nothing" does not exist/)
  assert.equal((await db.one(sql`select to_regclass('half') as half`))?.half, null)
  assert.deepEqual(await up(FIRST), { applied: [] })
})

test('a folder that could be misread is refused', async () => {
  await assert.rejects(up({ '1_a.sql': '' }), /not named like a migration/)
  await assert.rejects(
    up({ '0001_a.sql': '', '0001_b.sql': '' }),
    /0001_a.sql and 0001_b.sql have the same number/,
  )
  await assert.rejects(
    up({ '0001_a.sql': '-- no transaction\ndo $$ begin end $$;' }),
    /cannot hold \$\$ bodies/,
  )
})

test('the pool keeps its own settings afterwards', async () => {
  await up(FIRST)
  const rows = await Promise.all([1, 2, 3].map(() => db.query(sql`show statement_timeout`)))
  for (const row of rows) assert.deepEqual(row, [{ statement_timeout: '30s' }])
})
