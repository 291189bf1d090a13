/**
 * Where the embedded PostgreSQL can be reached: a Unix socket wherever there are such, else a port of the loopback
 * interface. Lists the places from best to last resort; which one works is found out by starting there.
 */
import { createHash } from 'node:crypto'
import { chmod, chown, lstat, mkdir, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Cluster } from './cluster.ts'
import { USER } from './cluster.ts'
import type { RunAs } from './user.ts'

export type Place = { url: string; settings: Record<string, string> }

const SOCKET_PORT = 5433 // only the ending of the socket's name
const MAX_PATH_BYTES = 99 // macOS allows 103, Linux 107

export async function* places(cluster: Cluster, as: RunAs | undefined): AsyncGenerator<Place> {
  if (process.platform !== 'win32') {
    // Inside its own folder, which is its working directory: no other user gets there, no cleaner of /tmp either.
    if (fits(cluster.folder)) yield await socketPlace(cluster, cluster.folder, '.')
    const short = createHash('sha256').update(cluster.folder).update(cluster.name).digest('hex').slice(0, 12)
    for (const parent of new Set([tmpdir(), '/tmp'])) {
      const folder = join(parent, `carom-${short}`)
      if (fits(folder) && (await ensurePrivate(folder, as))) {
        yield await socketPlace(cluster, folder, folder)
      }
    }
  }
  yield await portPlace(cluster)
}

const fits = (folder: string) => Buffer.byteLength(join(folder, `.s.PGSQL.${SOCKET_PORT}`)) <= MAX_PATH_BYTES

async function socketPlace(cluster: Cluster, folder: string, as_seen_by_server: string): Promise<Place> {
  // The folder is this cluster's alone and no postmaster is left, so a lock here is stale, even if its process number
  // seems alive (a zombie, or another program's by now).
  await rm(join(folder, `.s.PGSQL.${SOCKET_PORT}.lock`), { force: true })
  return {
    url: `postgres://${USER}:${cluster.password}@${encodeURIComponent(folder)}:${SOCKET_PORT}/${USER}`,
    settings: {
      listen_addresses: '',
      unix_socket_directories: as_seen_by_server,
      unix_socket_permissions: '0700',
      port: String(SOCKET_PORT),
    },
  }
}

async function portPlace(cluster: Cluster): Promise<Place> {
  const port = await freePort()
  return {
    url: `postgres://${USER}:${cluster.password}@127.0.0.1:${port}/${USER}`,
    settings: { listen_addresses: '127.0.0.1', unix_socket_directories: '', port: String(port) },
  }
}

/** False if somebody else has put something there: then it is not ours to use. */
async function ensurePrivate(folder: string, as: RunAs | undefined): Promise<boolean> {
  try {
    const mine = await mkdir(folder, { mode: 0o700 }).then(
      () => true,
      () => false,
    )
    if (mine) {
      await chmod(folder, 0o700)
      if (as) await chown(folder, as.uid, as.gid)
    }
    const found = await lstat(folder)
    return found.isDirectory() && found.uid === (as?.uid ?? process.getuid?.()) && (found.mode & 0o077) === 0
  } catch {
    return false
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      const port = typeof address === 'object' ? (address?.port ?? 0) : 0
      server.close(() => (port === 5432 ? resolve(freePort()) : resolve(port)))
    })
  })
}
