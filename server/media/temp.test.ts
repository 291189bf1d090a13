// What dead processes left is swept away; what living ones write is not.

import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { openTemp, sweepTempFolder } from './temp.ts'

let data_dir: string
before(async () => {
  data_dir = await mkdtemp(join(tmpdir(), 'carom-temp-'))
})
after(() => rm(data_dir, { recursive: true, force: true }))

const host = hostname().replace(/[^A-Za-z0-9-]/g, '_')

async function leave(name: string, age_ms = 0): Promise<string> {
  const folder = join(data_dir, 'tmp', name)
  const file = join(folder, 'a file')
  await mkdir(folder, { recursive: true })
  await writeFile(file, 'bytes')
  const at = new Date(Date.now() - age_ms)
  await utimes(file, at, at)
  await utimes(folder, at, at)
  return name
}

test('only what nobody writes any more goes', async () => {
  assert.equal(await sweepTempFolder(data_dir, Date.now()), 0)
  const temp = openTemp(data_dir)
  const path = await temp.newPath()
  await writeFile(path, 'mine')
  const own = path.split('/').at(-2) as string
  const alive = await leave(`${host}.${process.ppid}.00000001`)
  const foreign = await leave('elsewhere.1.00000002')
  await leave('elsewhere.1.00000003', 7 * 3_600_000)
  // Numbers of processes end far below this one.
  await leave(`${host}.2147483646.00000004`)
  await leave(`${host}.${process.pid}.00000005`)
  assert.equal(await sweepTempFolder(data_dir, Date.now()), 3)
  const left = await readdir(join(data_dir, 'tmp'))
  assert.deepEqual(left.sort(), [own, alive, foreign].sort())
  await rm(path)
  await temp.close()
  assert.ok(!(await readdir(join(data_dir, 'tmp'))).includes(own))
})
