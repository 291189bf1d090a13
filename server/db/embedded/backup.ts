/**
 * Copies a data directory while its PostgreSQL runs: PostgreSQL's own low-level base backup. The files may change while
 * they are read; the write-ahead log from the start to the end of the copy makes them whole when the copy is started. A
 * slot keeps that log from being recycled meanwhile.
 */
import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import pg from 'pg'
import { takeLock } from './lock.ts'
import { runningUrl } from './running.ts'

export type CopiedFile = { path: string; size: number; sha256: string }

export type Manifest = {
  /** Of this form of backups. */
  form: 1
  carom: string
  postgres: string
  made_at: string
  /** Taken while PostgreSQL ran. */
  online: boolean
  files: CopiedFile[]
}

/** Written last: a folder without it is no backup. */
export const MANIFEST = 'backup.json'

export type Report = (done_bytes: number, total_bytes: number) => void

/** `into` must not exist yet, or be empty. */
export async function backUp(options: {
  data_dir: string
  into: string
  carom: string
  report: Report
}): Promise<Manifest> {
  const { data_dir, into } = options
  await mkdir(into, { recursive: true, mode: 0o700 })
  if ((await readdir(into)).length > 0) throw new Error(`${into} is not empty; give a new folder.`)
  const postgres = (await readFile(join(data_dir, 'postgres/PG_VERSION'), 'utf8').catch(() => '')).trim()
  if (postgres === '') {
    throw new Error(
      `There is no embedded database in ${data_dir}. Of a database of your own, use its own tools (pg_dump).`,
    )
  }
  const url = await runningUrl(data_dir)
  const files = url ? await copyRunning(url, options) : await copyResting(options)
  const { carom } = options
  const made: Manifest = {
    ...{ form: 1, carom, postgres, made_at: new Date().toISOString(), online: url !== undefined, files },
  }
  await writeFile(join(into, MANIFEST), `${JSON.stringify(made, null, 1)}\n`, { mode: 0o600, flush: true })
  return made
}

type Copying = { data_dir: string; into: string; report: Report }

/** Nobody may start it while its files are copied. */
async function copyResting(copying: Copying): Promise<CopiedFile[]> {
  const lock = await takeLock(copying.data_dir)
  try {
    return await copyFiles(copying, await listFiles(copying.data_dir, true))
  } finally {
    await lock.release()
  }
}

async function copyRunning(url: string, copying: Copying): Promise<CopiedFile[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(
      "select pg_create_physical_replication_slot('carom_backup_' || pg_backend_pid(), true, true)",
    )
    await client.query("select pg_backup_start('carom', true)")
    const paths = await listFiles(copying.data_dir, false)
    // The control file last: it must not be older than what it speaks of.
    const others = paths.filter(path => path !== CONTROL)
    const files = [...(await copyFiles(copying, others)), ...(await copyFiles(copying, [CONTROL]))]
    const { rows } = await client.query(
      'select labelfile, pg_walfile_name(lsn) as last from pg_backup_stop(wait_for_archive => false)',
    )
    const { labelfile, last } = rows[0] as { labelfile: string; last: string }
    const first = /START WAL LOCATION: \S+ \(file ([0-9A-F]{24})\)/.exec(labelfile)?.[1] ?? last
    files.push(...(await copyFiles(copying, await listLog(copying.data_dir, first, last))))
    files.push(await writeLabel(copying.into, labelfile))
    return files
  } finally {
    await client.end()
  }
}

const CONTROL = 'postgres/global/pg_control'

/** Emptied by PostgreSQL at every start, or of this very process. The folders must be there. */
const EMPTY =
  /^postgres\/(pg_replslot|pg_dynshmem|pg_notify|pg_serial|pg_snapshots|pg_stat_tmp|pg_subtrans)\//
const NOT_COPIED =
  /(^|\/)(postmaster\.(pid|opts)(\.new)?|\.s\.PGSQL\..*|pgsql_tmp[^/]*|pg_internal\.init)(\/|$)/
const KEPT = /^(postgres\/|postgres-password$|secret\.key$|media\/)/

async function listFiles(data_dir: string, with_log: boolean): Promise<string[]> {
  const found = await readdir(data_dir, { recursive: true, withFileTypes: true })
  const paths: string[] = []
  for (const entry of found) {
    const path = relative(data_dir, join(entry.parentPath, entry.name)).replaceAll('\\', '/')
    if (!KEPT.test(`${path}${entry.isDirectory() ? '/' : ''}`) || NOT_COPIED.test(path) || EMPTY.test(path))
      continue
    if (entry.isDirectory()) paths.push(`${path}/`)
    else if (entry.isFile() && (with_log || !/^postgres\/pg_wal\//.test(path))) paths.push(path)
  }
  return paths
}

async function listLog(data_dir: string, first: string, last: string): Promise<string[]> {
  const names = await readdir(join(data_dir, 'postgres/pg_wal'))
  const wanted = names.filter(name => /^[0-9A-F]{24}$/.test(name) && name >= first && name <= last)
  return wanted.map(name => `postgres/pg_wal/${name}`)
}

async function writeLabel(into: string, label: string): Promise<CopiedFile> {
  const path = 'postgres/backup_label'
  await writeFile(join(into, path), label, { mode: 0o600, flush: true })
  return { path, size: Buffer.byteLength(label), sha256: createHash('sha256').update(label).digest('hex') }
}

async function copyFiles({ data_dir, into, report }: Copying, paths: string[]): Promise<CopiedFile[]> {
  const sizes = await Promise.all(paths.map(path => sizeOf(join(data_dir, path))))
  const total = sizes.reduce((sum, size) => sum + size, 0)
  const copied: CopiedFile[] = []
  let done = 0
  for (const folder of paths.filter(path => path.endsWith('/')))
    await mkdir(join(into, folder), { recursive: true, mode: 0o700 })
  const files = paths.filter(path => !path.endsWith('/'))
  // In the order given, so that what stands last is read last.
  for (let from = 0; from < files.length; from += AT_ONCE) {
    const some = files.slice(from, from + AT_ONCE)
    const made = await Promise.all(some.map(path => copyFile(join(data_dir, path), join(into, path))))
    for (const [at, file] of made.entries()) {
      if (file) copied.push({ path: some[at] ?? '', ...file })
      done += file?.size ?? 0
    }
    report(done, total)
  }
  return copied
}

const AT_ONCE = 16

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    found => (found.isFile() ? found.size : 0),
    () => 0,
  )
}

/** Undefined: it was gone before it was opened, as a dropped table's file may be. */
async function copyFile(from: string, to: string): Promise<{ size: number; sha256: string } | undefined> {
  await mkdir(dirname(to), { recursive: true, mode: 0o700 })
  const hash = createHash('sha256')
  let size = 0
  const counting = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk)
      size += chunk.length
      done(null, chunk)
    },
  })
  try {
    await pipeline(createReadStream(from), counting, createWriteStream(to, { mode: 0o600, flush: true }))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  return { size, sha256: hash.digest('hex') }
}
