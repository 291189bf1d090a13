/**
 * The package cannot hold symbolic links, so an install script makes them, which npm may have been told not to run;
 * executable bits get lost as well. Puts both right where they are missing and touches nothing else.
 */
import { chmod, lstat, readdir, readFile, symlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** Returns what could not be mended, if anything. */
export async function mendEngine(root: string): Promise<string | undefined> {
  try {
    for (const { target, points_to } of await readLinks(root)) await ensureLink(join(root, target), points_to)
    await ensureExecutable(join(root, 'native', 'bin'))
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

/** The links that belong there, relative to the package; empty on Windows. */
export async function readLinks(root: string): Promise<{ target: string; points_to: string }[]> {
  const text = await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  const links = JSON.parse(text) as { source: string; target: string }[]
  return links
    .filter(link => dirname(link.source) === dirname(link.target))
    .map(link => ({ target: link.target, points_to: basename(link.source) }))
}

async function ensureLink(path: string, points_to: string): Promise<void> {
  if (await lstat(path).catch(() => undefined)) return
  await symlink(points_to, path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error // another process was quicker
  })
}

async function ensureExecutable(bin: string): Promise<void> {
  if (process.platform === 'win32') return
  for (const name of await readdir(bin)) {
    const path = join(bin, name)
    const { mode } = await lstat(path)
    if ((mode & 0o555) !== 0o555) await chmod(path, mode | 0o555)
  }
}
