// The keys that seal secrets: from CAROM_SECRET_KEY, or one of our own that is made once and kept in DATA_DIR.

import { link, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from './config.ts'
import { newSecretKey } from './kit/seal.ts'

export async function secretKeys(config: Config): Promise<string[]> {
  if (config.CAROM_SECRET_KEY && config.CAROM_SECRET_KEY.length > 0) return config.CAROM_SECRET_KEY
  const file = join(config.DATA_DIR, 'secret.key')
  const kept = await read(file)
  if (kept !== undefined) return [kept]
  return [await make(file)]
}

async function read(file: string): Promise<string | undefined> {
  try {
    return (await readFile(file, 'utf8')).trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Whole or not at all, also when two processes start at once: the first link wins, and both use its key. */
async function make(file: string): Promise<string> {
  const draft = `${file}.${process.pid}`
  await writeFile(draft, `${newSecretKey()}\n`, { mode: 0o600, flush: true })
  try {
    await link(draft, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    await rm(draft, { force: true })
  }
  const key = await read(file)
  if (key === undefined) throw new Error(`${file} was removed while Carom was starting.`)
  return key
}
