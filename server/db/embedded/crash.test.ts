import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { silentLog as silent } from '../../kit/log.ts'
import { startEmbedded } from '../embedded.ts'
import { startChild } from '../fixtures/child.ts'
import { openDatabase } from '../pool.ts'
import { sql } from '../sql.ts'

const root = await mkdtemp(join(tmpdir(), 'carom-crash-'))
after(() => rm(root, { recursive: true, force: true }))

const open = (url: string) =>
  openDatabase({ url, max_connections: 2, application_name: 'carom test', log: silent })
const start = (data_dir: string) => startEmbedded({ data_dir, log: silent })
const pidFile = (data_dir: string) => join(data_dir, 'postgres', 'postmaster.pid')

async function write(url: string, n: number): Promise<void> {
  const db = open(url)
  await db.query(sql`create table if not exists kept (n int)`)
  await db.query(sql`insert into kept values (${n})`)
  await db.close()
}

async function read(url: string): Promise<number[]> {
  const db = open(url)
  const rows = await db.query(sql`select n from kept order by n`)
  await db.close()
  return rows.map(row => row.n)
}

test('a second Carom names the first; after kill -9 of the first alone the next takes over', async () => {
  const data_dir = join(root, 'orphan')
  const child = await startChild(data_dir)
  await write(child.url, 1)
  await assert.rejects(startChild(data_dir), new RegExp(`in use by another Carom \\(process ${child.pid}\\)`))
  process.kill(child.pid, 'SIGKILL')
  await child.ended
  assert.doesNotThrow(() => process.kill(child.postmaster, 0), 'PostgreSQL lives on without its Carom')
  const next = await start(data_dir)
  assert.notEqual(next.pid, child.postmaster)
  assert.deepEqual(await read(next.url), [1])
  await next.stop()
})

test('kill -9 of everything loses nothing that was committed', async () => {
  const data_dir = join(root, 'everything')
  const child = await startChild(data_dir)
  await write(child.url, 1)
  process.kill(child.postmaster, 'SIGKILL')
  process.kill(child.pid, 'SIGKILL')
  await child.ended
  assert.ok(existsSync(pidFile(data_dir)))
  const next = await start(data_dir)
  assert.deepEqual(await read(next.url), [1])
  await next.stop()
})

test('kill -9 of PostgreSQL alone: it is started again under the same url, and the pool recovers', async () => {
  const data_dir = join(root, 'supervised')
  const errors: string[] = []
  const server = await startEmbedded({
    data_dir,
    log: { ...silent, error: (_, message) => errors.push(message) },
  })
  const db = open(server.url)
  await write(server.url, 1)
  await db.query(sql`select 1`)
  for (let round = 1; round <= 2; round++) {
    const before = server.pid
    process.kill(before, 'SIGKILL')
    let rows: object[] | undefined
    for (const end = Date.now() + 20_000; !rows; await sleep(20)) {
      if (Date.now() > end) throw new Error('It did not come back within twenty seconds')
      rows =
        server.pid === before ? undefined : await db.query(sql`select n from kept`).catch(() => undefined)
    }
    assert.deepEqual(rows, [{ n: 1 }])
  }
  assert.deepEqual(errors, Array(2).fill('PostgreSQL ended unexpectedly; starting it again'))
  await db.close()
  await server.stop()
})

test('stop right after PostgreSQL was killed leaves nothing running', async () => {
  const data_dir = join(root, 'stopped')
  const server = await start(data_dir)
  process.kill(server.pid, 'SIGKILL')
  await sleep(5)
  await server.stop()
  const again = await start(data_dir)
  await again.stop()
  assert.ok(!existsSync(pidFile(data_dir)))
})

test('Ctrl-C goes to the whole group, and PostgreSQL is stopped by Carom, cleanly', async () => {
  const data_dir = join(root, 'interrupted')
  const child = await startChild(data_dir)
  await write(child.url, 1)
  process.kill(-child.pid, 'SIGINT')
  assert.equal(await child.ended, '0')
  assert.ok(!existsSync(pidFile(data_dir)))
  const said: string[] = []
  const next = await startEmbedded({ data_dir, log: { ...silent, info: (_, message) => said.push(message) } })
  assert.deepEqual(said, [], 'there was nothing to recover')
  await next.stop()
})

test('a postmaster.pid whose number belongs to another program does not stop the start', async () => {
  const data_dir = join(root, 'reused')
  await (await start(data_dir)).stop()
  const { uid, gid } = statSync(join(data_dir, 'postgres'))
  const stranger = spawn('sleep', ['60'], { cwd: '/', ...(process.getuid?.() === 0 ? { uid, gid } : {}) })
  try {
    await writeFile(
      pidFile(data_dir),
      `${stranger.pid}\n/elsewhere\n1700000000\n5433\n.\n\n  12345  99\nready\n`,
    )
    const server = await start(data_dir)
    assert.equal(Number.parseInt(readFileSync(pidFile(data_dir), 'utf8'), 10), server.pid)
    await server.stop()
    assert.equal(stranger.exitCode ?? stranger.signalCode, null, 'the stranger was left alone')
  } finally {
    stranger.kill('SIGKILL')
  }
})
