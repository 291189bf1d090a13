/**
 * Puts a backup where a data directory is to be, every file checked against its hash, and proves a copy by starting it:
 * PostgreSQL replays the log, then every table is read from end to end, which checks the checksum of every page.
 */
import { createHash } from 'node:crypto'
import { constants, createReadStream } from 'node:fs'
import { chmod, chown, copyFile, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { dirname, join, sep } from 'node:path'
import pg from 'pg'
import type { Log } from '../../kit/log.ts'
import { startEmbedded } from '../embedded.ts'
import { MANIFEST, type Manifest, type Report } from './backup.ts'
import { chooseUser } from './user.ts'

export type Proof = { tables: number; rows: number; migrations: number }

export async function readManifest(backup: string): Promise<Manifest> {
  const text = await readFile(join(backup, MANIFEST), 'utf8').catch(() => undefined)
  if (text === undefined) {
    throw new Error(`${backup} holds no ${MANIFEST}: it is no backup, or one that was cut off.`)
  }
  const found = JSON.parse(text) as Manifest
  if (found.form !== 1)
    throw new Error(`This backup is of a form (${found.form}) that this Carom does not know.`)
  return found
}

/** The data directory must have no database yet. Half a restore leaves none: the files come in under another name. */
export async function restore(options: {
  backup: string
  data_dir: string
  report: Report
}): Promise<Manifest> {
  const { backup, data_dir, report } = options
  const manifest = await readManifest(backup)
  await mkdir(data_dir, { recursive: true, mode: 0o700 })
  const taken = (await readdir(data_dir)).filter(name =>
    ['postgres', 'postgres-password', 'secret.key'].includes(name),
  )
  if (taken.length > 0) {
    throw new Error(
      `${data_dir} holds a database already (${taken.join(', ')}). Move it away, or give another folder.`,
    )
  }
  await checkFiles(backup, manifest, report)
  await layFiles(backup, data_dir, manifest)
  return manifest
}

async function checkFiles(backup: string, { files }: Manifest, report: Report): Promise<void> {
  const total = files.reduce((sum, file) => sum + file.size, 0)
  let done = 0
  for (const file of files) {
    if ((await hashOf(join(backup, file.path))) !== file.sha256) {
      throw new Error(`${file.path} of the backup is missing or damaged; nothing was restored.`)
    }
    done += file.size
    report(done, total)
  }
}

async function hashOf(path: string): Promise<string | undefined> {
  const hash = createHash('sha256')
  try {
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
    return hash.digest('hex')
  } catch {
    return undefined
  }
}

/** The version file comes last: without it there is no database, so a restore that is cut off is simply made again. */
async function layFiles(backup: string, data_dir: string, { files }: Manifest): Promise<void> {
  const cluster = join(data_dir, 'postgres')
  const as = await chooseUser(cluster)
  const last = 'postgres/PG_VERSION'
  const hand = async (path: string, mode: number) => {
    await chmod(path, mode)
    if (as && (path === cluster || path.startsWith(cluster + sep))) await chown(path, as.uid, as.gid)
  }
  for (const folder of await foldersOf(backup)) {
    await mkdir(join(data_dir, folder), { recursive: true, mode: 0o700 })
    await hand(join(data_dir, folder), 0o700)
  }
  const ordered = [...files.filter(file => file.path !== last), ...files.filter(file => file.path === last)]
  for (const { path } of ordered) {
    const to = join(data_dir, path)
    await mkdir(dirname(to), { recursive: true, mode: 0o700 })
    await copyFile(join(backup, path), to, constants.COPYFILE_FICLONE)
    await hand(to, 0o600)
  }
}

async function foldersOf(backup: string): Promise<string[]> {
  const found = await readdir(backup, { recursive: true, withFileTypes: true })
  const folders = found.filter(entry => entry.isDirectory())
  return folders.map(entry => join(entry.parentPath, entry.name).slice(backup.length + 1)).sort()
}

/** Starts a copy of the backup beside it, and reads it whole. The backup itself stays as it is. */
export async function proveBackup(backup: string, log: Log): Promise<Proof> {
  const copy = await mkdtemp(join(dirname(backup), '.carom-proof-'))
  try {
    await layFiles(backup, copy, await readManifest(backup))
    return await proveDatabase(copy, log)
  } finally {
    await rm(copy, { recursive: true, force: true, maxRetries: 5 })
  }
}

export async function proveDatabase(data_dir: string, log: Log): Promise<Proof> {
  const postgres = await startEmbedded({ data_dir, log })
  try {
    const client = new pg.Client({ connectionString: postgres.url })
    await client.connect()
    try {
      return await readAll(client)
    } finally {
      await client.end()
    }
  } finally {
    await postgres.stop()
  }
}

async function readAll(client: pg.Client): Promise<Proof> {
  const tables = await client.query<{ name: string }>(
    "select c.oid::regclass::text as name from pg_class c where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace",
  )
  let rows = 0
  for (const { name } of tables.rows) {
    const counted = await client.query<{ count: string }>(`select count(t.*) as count from ${name} t`)
    rows += Number(counted.rows[0]?.count)
  }
  const done = await client.query<{ count: string }>('select count(*) as count from carom_migrations')
  return { tables: tables.rows.length, rows, migrations: Number(done.rows[0]?.count) }
}
