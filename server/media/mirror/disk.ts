// The mirror in DATA_DIR. A copy appears under its name when all of it is on the disk.

import { copyFile, mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Place } from './place.ts'

export function diskPlace(data_dir: string): Place {
  const pathOf = (key: string) => join(data_dir, key)
  return {
    name: 'disk',
    async store(key, file) {
      const path = pathOf(key)
      await mkdir(dirname(path), { recursive: true, mode: 0o700 })
      const draft = `${path}.part`
      try {
        await copyFile(file.path, draft)
        await sync(draft)
        await rename(draft, path)
      } catch (error) {
        await rm(draft, { force: true })
        throw error
      }
    },
    async read(key, range) {
      try {
        const handle = await open(pathOf(key))
        return handle.createReadStream(range ?? {})
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
        throw error
      }
    },
    async remove(key) {
      await rm(pathOf(key), { force: true })
    },
  }
}

async function sync(path: string): Promise<void> {
  const handle = await open(path)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
