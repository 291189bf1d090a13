/**
 * One Carom per data directory. The lock is the kernel's own, held through SQLite's file locking: it vanishes with the
 * process however that dies, cannot be mistaken after a reused pid, and holds across containers that share a volume.
 */
import { readFile, rm, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

export type Lock = { release(): Promise<void> }

const SQLITE_BUSY = 5

export async function takeLock(data_dir: string): Promise<Lock> {
  const note = join(data_dir, 'carom.pid') // for people and for the sentence below; nothing is decided by it
  const held = open(join(data_dir, 'carom.lock'))
  if (held === 'busy') throw new Error(await refusal(data_dir, note))
  await writeFile(note, `${process.pid} ${hostname()}\n`)
  return {
    async release() {
      await rm(note, { force: true })
      held.close()
    },
  }
}

function open(path: string): DatabaseSync | 'busy' {
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(path)
    database.exec('pragma busy_timeout = 0; pragma journal_mode = memory; begin exclusive')
    return database
  } catch (error) {
    database?.close()
    const { errcode, message } = error as { errcode?: number; message: string }
    if (errcode !== undefined && (errcode & 0xff) === SQLITE_BUSY) return 'busy'
    throw new Error(
      `${path} could not be locked (${message}). The data directory must be writable and on a disk of this ` +
        'machine: databases on network shares get damaged.',
      { cause: error },
    )
  }
}

async function refusal(data_dir: string, note: string): Promise<string> {
  const [pid, host] = (await readFile(note, 'utf8').catch(() => '')).trim().split(' ')
  const who = pid ? `process ${pid}${host && host !== hostname() ? ` on ${host}` : ''}` : 'another process'
  return (
    `The data directory ${data_dir} is in use by another Carom (${who}). ` +
    'Stop that one first, give this one a DATA_DIR of its own, or let both use one DATABASE_URL.'
  )
}
