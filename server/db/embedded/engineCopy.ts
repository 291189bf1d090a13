/** Copies PostgreSQL's programs to where another user can run them. Once per version: a finished copy is found again. */
import { constants } from 'node:fs'
import { chmod, copyFile, lstat, mkdir, mkdtemp, readdir, rename, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Package } from './engine.ts'
import { readLinks } from './engineMend.ts'

/** Returns the folder that has bin, lib and share. */
export async function copyEngine(from: Package, folder: string): Promise<string> {
  await ensureOurs(folder)
  const name = `postgresql-${from.version}-${process.platform}-${process.arch}`
  const finished = join(folder, name)
  if (await lstat(finished).catch(() => undefined)) {
    await ensureOurs(finished)
    return join(finished, 'native')
  }
  const fresh = await mkdtemp(join(folder, `${name}-new-`))
  try {
    await chmod(fresh, 0o755)
    await copyFolder(join(from.root, 'native'), join(fresh, 'native'))
    for (const { target, points_to } of await readLinks(from.root))
      await symlink(points_to, join(fresh, target))
    // Whole or not at all; if another process has finished its own meanwhile, that one is as good.
    await rename(fresh, finished).catch(error => {
      if (!['EEXIST', 'ENOTEMPTY', 'EPERM'].includes(error.code)) throw error
    })
  } finally {
    await rm(fresh, { recursive: true, force: true })
  }
  return join(finished, 'native')
}

/** What is run from here could be anybody's, if anybody else could write here. */
async function ensureOurs(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o755 })
  if (process.platform === 'win32') return
  const found = await lstat(folder)
  if (!found.isDirectory() || found.uid !== process.getuid?.() || (found.mode & 0o022) !== 0) {
    throw new Error(
      `${folder} belongs to somebody else (user ${found.uid}) or is writable for others: nothing is run from it`,
    )
  }
  await chmod(folder, 0o755) // the umask may have narrowed it
}

/** Links are made afterwards from the package's list; what only compilers need stays behind. */
async function copyFolder(from: string, to: string): Promise<void> {
  await mkdir(to)
  await chmod(to, 0o755)
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    if (entry.isDirectory() && !['include', 'pkgconfig'].includes(entry.name))
      await copyFolder(source, target)
    if (!entry.isFile() || entry.name.endsWith('.a')) continue
    await copyFile(source, target, constants.COPYFILE_FICLONE)
    const runs = from.endsWith('bin') || /\.(so|dylib)\b/.test(entry.name)
    await chmod(target, runs ? 0o755 : 0o644)
  }
}
