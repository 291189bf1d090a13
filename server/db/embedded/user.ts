/** Whom PostgreSQL runs as. It refuses root; for everybody else it is simply the user who started Carom. */
import { readFile, stat } from 'node:fs/promises'

export type RunAs = { uid: number; gid: number }

/** In this order: whoever owns the database already, then a user made for it, then the user who owns nothing. */
const NAMES = ['carom', 'postgres', '_postgres', 'nobody']

export async function chooseUser(cluster: string): Promise<RunAs | undefined> {
  const me = process.getuid?.()
  const owner = await stat(cluster).catch(() => undefined)
  if (me === undefined) return undefined
  if (me !== 0) {
    if (!owner || owner.uid === me) return undefined
    throw new Error(
      `The database in ${cluster} belongs to user ${owner.uid}, and Carom runs as user ${me}. ` +
        `Start Carom as it was started before (probably as root), or hand the files over: chown -R ${me} ${cluster}`,
    )
  }
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid }
  const users = await readUsers()
  const found = NAMES.map(name => users.get(name)).find(user => user !== undefined && user.uid > 0)
  if (found) return found
  throw new Error(
    `PostgreSQL does not run as root, and this machine has none of the users ${NAMES.join(', ')}. ` +
      'Create one (useradd --system carom), run Carom as an ordinary user, or set DATABASE_URL.',
  )
}

/** Straight from the file: neither `id` nor `getent` is there in every container. */
async function readUsers(): Promise<Map<string, RunAs>> {
  const text = await readFile('/etc/passwd', 'utf8').catch(() => '')
  const fields = text.split('\n').map(line => line.split(':'))
  return new Map(fields.map(([name = '', , uid, gid]) => [name, { uid: Number(uid), gid: Number(gid) }]))
}
