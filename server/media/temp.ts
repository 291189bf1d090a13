// Where bodies wait before they go on: files in a directory of this process below DATA_DIR/tmp. What a process that
// crashed left there is removed at the next start of any.

import { randomUUID } from 'node:crypto'
import { mkdir, readdir, rm, rmdir, stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'

/** Directories of this process: several houses may live in one. */
const mine = new Set<string>()

/** `<host>.<pid>.<random>`: told apart from those of processes that are gone. */
export function openTemp(data_dir: string): { newPath(): Promise<string>; close(): Promise<void> } {
  const name = `${safe(hostname())}.${process.pid}.${randomUUID().slice(0, 8)}`
  const folder = join(data_dir, 'tmp', name)
  mine.add(name)
  return {
    async newPath() {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      return join(folder, randomUUID())
    },
    async close() {
      mine.delete(name)
      await rmdir(folder).catch(() => {})
    },
  }
}

/** Another machine may share DATA_DIR, and its processes cannot be asked: theirs go when they are this old. */
const FOREIGN_AGE_MS = 6 * 3_600_000

/** Removes what dead processes left. Answers how many directories went. */
export async function sweepTempFolder(data_dir: string, now_ms: number): Promise<number> {
  const folder = join(data_dir, 'tmp')
  const names = await readdir(folder).catch(() => [])
  let removed = 0
  for (const name of names) {
    if (mine.has(name) || !(await isAbandoned(join(folder, name), name, now_ms))) continue
    await rm(join(folder, name), { recursive: true, force: true })
    removed++
  }
  return removed
}

async function isAbandoned(path: string, name: string, now_ms: number): Promise<boolean> {
  const [, host, pid] = /^(.+)\.(\d+)\.[0-9a-f]{8}$/.exec(name) ?? []
  // A container starts with the same name and number every time: then it was an earlier life of this very process.
  if (host === safe(hostname())) {
    if (Number(pid) === process.pid || !isAlive(Number(pid))) return true
  }
  return now_ms - (await newestMs(path)) > FOREIGN_AGE_MS
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** When anything in there was written last. */
async function newestMs(path: string): Promise<number> {
  const inside = await readdir(path).catch(() => [])
  const times = [path, ...inside.map(name => join(path, name))].map(async one => {
    const found = await stat(one).catch(() => undefined)
    return found?.mtimeMs ?? 0
  })
  return Math.max(...(await Promise.all(times)))
}

function safe(host: string): string {
  return host.replace(/[^A-Za-z0-9-]/g, '_')
}
