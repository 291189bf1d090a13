// Finds the PostgreSQL that another Carom of the same data directory has started, to be asked beside it.

import { readFile, realpath } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { USER } from './cluster.ts'
import { isAlive } from './orphan.ts'

/** Undefined: none runs, as far as its files tell. */
export async function runningUrl(data_dir: string): Promise<string | undefined> {
  const folder = join(await realpath(resolve(data_dir)), 'postgres')
  const [pid, , , port, socket = '', address = ''] = await linesOf(join(folder, 'postmaster.pid'))
  if (!pid || !isAlive(Number(pid))) return undefined
  const [password = ''] = await linesOf(join(folder, '../postgres-password'))
  const host = socket.trim() === '' ? address.trim() : encodeURIComponent(resolve(folder, socket.trim()))
  return `postgres://${USER}:${password.trim()}@${host}:${port}/${USER}`
}

async function linesOf(path: string): Promise<string[]> {
  return (await readFile(path, 'utf8').catch(() => '')).split('\n')
}
