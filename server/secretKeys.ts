// The keys that seal secrets: from CAROM_SECRET_KEY, or of our own, kept in DATA_DIR, a line each. The first seals, all of
// them open: a new one is put before the others, and the old ones go when nothing is sealed with them any more.

import { readFileSync } from 'node:fs'
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from './config.ts'
import { newSecretKey } from './kit/seal.ts'

export async function secretKeys(config: Config): Promise<string[]> {
  if (config.CAROM_SECRET_KEY && config.CAROM_SECRET_KEY.length > 0) return config.CAROM_SECRET_KEY
  const file = keyFile(config)
  return (await read(file)) ?? (await make(file))
}

const keyFile = (config: Config) => join(config.DATA_DIR, 'secret.key')

/** Looks again, for a key that somebody has put there since. Where the keys are a setting there is nothing to look at. */
export function reloadKeys(config: Config): string[] | undefined {
  if (config.CAROM_SECRET_KEY && config.CAROM_SECRET_KEY.length > 0) return undefined
  return linesOf(readFileSync(keyFile(config), 'utf8'))
}

/** Written whole or not at all. */
export async function writeKeys(config: Config, keys: string[]): Promise<void> {
  const file = keyFile(config)
  await writeFile(`${file}.new`, `${keys.join('\n')}\n`, { mode: 0o600, flush: true })
  await rename(`${file}.new`, file)
}

const linesOf = (text: string) => text.split('\n').filter(line => line.trim() !== '')

async function read(file: string): Promise<string[] | undefined> {
  try {
    return linesOf(await readFile(file, 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Whole or not at all, also when two processes start at once: the first link wins, and both use its key. */
async function make(file: string): Promise<string[]> {
  const draft = `${file}.${process.pid}`
  await writeFile(draft, `${newSecretKey()}\n`, { mode: 0o600, flush: true })
  try {
    await link(draft, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    await rm(draft, { force: true })
  }
  const keys = await read(file)
  if (keys === undefined) throw new Error(`${file} was removed while Carom was starting.`)
  return keys
}
