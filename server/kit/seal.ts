// Secrets at rest: AES-256-GCM under CAROM_SECRET_KEY. Each sealed value names its key by id and is bound to
// what it belongs to (the context), so that a value copied to another row does not open there.

import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'

export type Sealer = {
  /** `context` says what the secret belongs to, for example `account_token:<account id>`. */
  seal(plain: string, context: string): string
  open(sealed: string, context: string): string
  /** What a value sealed with the newest key begins with. */
  mark(): string
  /** Looks for new keys now. */
  reload(): void
}

/**
 * `keys` are 32-byte keys in base64; the first seals, all of them open (that is how keys are rotated). `again` is asked for
 * the keys of now when a value was sealed with one that is not known yet; undefined: they do not change.
 */
export function openSealer(keys: string[], again: () => string[] | undefined = () => undefined): Sealer {
  let known = parseKeys(keys)
  const reload = () => {
    const fresh = again()
    if (fresh) known = parseKeys(fresh)
  }
  const keyOf = (id: string | undefined) => known.find(candidate => candidate.id === id)
  return {
    reload,
    mark: () => `s1.${known[0].id}.`,
    seal(plain, context) {
      const first = known[0]
      const nonce = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', first.bytes, nonce).setAAD(Buffer.from(context))
      const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()])
      return `s1.${first.id}.${nonce.toString('base64url')}.${body.toString('base64url')}`
    },
    open(sealed, context) {
      const [version, id, nonce, body] = sealed.split('.')
      if (version !== 's1' || !nonce || !body) throw new Error('A sealed secret is damaged.')
      if (!keyOf(id)) reload()
      const key = keyOf(id)
      if (!key) throw new Error(`A secret was sealed with key ${id}, which CAROM_SECRET_KEY does not hold.`)
      const bytes = Buffer.from(body, 'base64url')
      const decipher = createDecipheriv('aes-256-gcm', key.bytes, Buffer.from(nonce, 'base64url'))
      decipher.setAAD(Buffer.from(context)).setAuthTag(bytes.subarray(-16))
      return decipher.update(bytes.subarray(0, -16), undefined, 'utf8') + decipher.final('utf8')
    },
  }
}

export function newSecretKey(): string {
  return randomBytes(32).toString('base64')
}

type Key = { id: string; bytes: Buffer }

function parseKeys(texts: string[]): [Key, ...Key[]] {
  const [first, ...rest] = texts.map(parseKey)
  if (!first) throw new Error('No key to seal secrets with: CAROM_SECRET_KEY is empty.')
  return [first, ...rest]
}

function parseKey(text: string): Key {
  const bytes = Buffer.from(text.trim(), 'base64')
  if (bytes.length !== 32) {
    throw new Error('CAROM_SECRET_KEY must be 32 bytes in base64; make one with: openssl rand -base64 32')
  }
  return { id: createHash('sha256').update(bytes).digest('hex').slice(0, 8), bytes }
}
