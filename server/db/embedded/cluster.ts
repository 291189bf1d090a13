/**
 * The database's files: `postgres` in the data directory, and its password beside it. Creates them whole or not at
 * all, and refuses files of another major version. It starts nothing that stays.
 */
import { execFile } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { chmod, chown, mkdtemp, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Engine } from './engine.ts'
import type { RunAs } from './user.ts'

export type Cluster = {
  folder: string
  password: string
  /** On the command line of every process of this cluster, so that it can be told from any other. */
  name: string
}

export const USER = 'carom'
const run = promisify(execFile)

export async function prepareCluster(data_dir: string, engine: Engine): Promise<Cluster> {
  const folder = join(data_dir, 'postgres')
  const major = (await readFile(join(folder, 'PG_VERSION'), 'utf8').catch(() => '')).trim()
  const password = await readPassword(data_dir, major !== '')
  if (major === '') await create(data_dir, folder, password, engine)
  else if (major !== engine.version.split('.')[0]) {
    throw new Error(
      `The database in ${folder} was made by PostgreSQL ${major}, and this Carom brings ${engine.version}. ` +
        'Dump it with the Carom that made it (pg_dump), move the folder away, start again, and restore the dump.',
    )
  }
  const name = `carom-${createHash('sha256').update(password).digest('hex').slice(0, 12)}`
  return { folder, password, name }
}

/**
 * As root on Linux the database's user may have no way to the folder (/root is closed to it), so the process is born
 * inside of it and calls it by the one name that needs no way: its working directory. See docs/decisions.
 */
export function folderAsSeenBy(as: RunAs | undefined, folder: string): string {
  return as && process.platform === 'linux' ? '/proc/self/cwd' : folder
}

/** Written before the files it opens, so that no crash leaves files without a password. */
async function readPassword(data_dir: string, must_exist: boolean): Promise<string> {
  const path = join(data_dir, 'postgres-password')
  const known = (await readFile(path, 'utf8').catch(() => '')).trim()
  if (known !== '') return known
  if (must_exist) {
    throw new Error(
      `${path} is missing or empty, and the database beside it opens with no other password. Put it back from a backup.`,
    )
  }
  const password = randomBytes(24).toString('base64url')
  const file = await open(path, 'w', 0o600)
  await file.writeFile(`${password}\n`)
  await file.sync()
  await file.close()
  return password
}

async function create(data_dir: string, folder: string, password: string, engine: Engine): Promise<void> {
  const { as } = engine
  await clearLeftovers(data_dir)
  const fresh = await mkdtemp(join(data_dir, NEW))
  const secrets = await mkdtemp(join(tmpdir(), 'carom-'))
  try {
    const file = join(secrets, 'password')
    await writeFile(file, `${password}\n`, { mode: 0o600 })
    if (as) for (const path of [fresh, secrets, file]) await chown(path, as.uid, as.gid)
    await chmod(fresh, 0o700)
    await initdb(engine, fresh, file)
  } catch (error) {
    const said = (error as { stderr?: string }).stderr?.trim() || (error as Error).message
    throw new Error(`The database could not be created in ${folder}: ${said}`, { cause: error })
  } finally {
    await rm(secrets, { recursive: true, force: true })
  }
  await rename(fresh, folder)
  await syncFolder(data_dir)
}

const NEW = 'postgres-new-'

/** Of a first start that was killed. Each has its own name, as that start's initdb may still be writing to it. */
async function clearLeftovers(data_dir: string): Promise<void> {
  for (const name of await readdir(data_dir)) {
    if (name.startsWith(NEW)) await rm(join(data_dir, name), { recursive: true, force: true, maxRetries: 5 })
  }
}

/** C.UTF-8 of PostgreSQL's own making: the same order and the same capitals on every machine, whatever its libc. */
async function initdb(engine: Engine, folder: string, password_file: string): Promise<void> {
  const flags = [
    ['--pgdata', folderAsSeenBy(engine.as, folder)],
    ['--username', USER],
    ['--pwfile', password_file],
    ['--encoding', 'UTF8'],
    ['--locale', 'C'],
    ['--locale-provider', 'builtin'],
    ['--builtin-locale', 'C.UTF-8'],
    ['--auth', 'scram-sha-256'],
  ].map(([name, value]) => `${name}=${value}`)
  const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' }
  await run(join(engine.bin, 'initdb'), [...flags, '--data-checksums'], { ...engine.as, cwd: folder, env })
}

async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  await handle.sync().finally(() => handle.close())
}
