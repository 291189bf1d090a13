// What an endpoint's events are signed with: made here or brought along, sealed in the database, several for a while when
// they are rotated.

import { type KeyObject, randomBytes } from 'node:crypto'
import type { House } from '../../house.ts'
import { fail } from '../../kit/errors.ts'
import { keyOf } from '../deliveries/sign.ts'

export type StoredSecret = { id: string; sealed: string; valid_until: string | null }

const PREFIX = 'whsec_'
/** By the Standard Webhooks specification. */
const LEAST_BYTES = 24
const MOST_BYTES = 64

/** `whsec_` and 32 random bytes in base64; for Meta's shape 32 hexadecimal digits, like an app secret. */
export function newSecret(format: string): string {
  return format === 'meta' ? randomBytes(16).toString('hex') : PREFIX + randomBytes(32).toString('base64')
}

export function checkSecret(format: string, secret: string): void {
  if (format === 'meta') return
  const text = secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : ''
  const bytes = Buffer.from(text, 'base64')
  const exact = bytes.toString('base64').replace(/=+$/, '') === text.replace(/=+$/, '')
  if (exact && bytes.length >= LEAST_BYTES && bytes.length <= MOST_BYTES) return
  const message = `\`secret\` must be whsec_ followed by ${LEAST_BYTES} to ${MOST_BYTES} bytes in base64; leave it out to have one made.`
  fail('invalid_parameter', { message, param: 'secret', details: { issues: [{ param: 'secret', message }] } })
}

export function sealSecret({ sealer }: Pick<House, 'sealer'>, id: string, secret: string): string {
  return sealer.seal(secret, secretContext(id))
}

type Format = 'standard' | 'meta'

export type Opener = (stored: StoredSecret, format: Format) => KeyObject

const REMEMBERED = 2_000

/** Opening a secret costs more than signing with it, so those that were opened are remembered, as they were sealed. */
export function openOpener({ sealer }: Pick<House, 'sealer'>): Opener {
  const opened = new Map<string, KeyObject>()
  return ({ id, sealed }, format) => {
    const known = opened.get(sealed)
    if (known !== undefined) return known
    const key = keyOf(sealer.open(sealed, secretContext(id)), format)
    if (opened.size >= REMEMBERED) opened.clear()
    opened.set(sealed, key)
    return key
  }
}

/** What signs now, in the order given (the newest first). */
export function signingKeys(
  { clock, openSecret }: Pick<House, 'clock'> & { openSecret: Opener },
  stored: readonly StoredSecret[],
  format: Format,
): KeyObject[] {
  const now = clock.nowMs()
  return stored
    .filter(({ valid_until }) => valid_until === null || Date.parse(valid_until) > now)
    .map(secret => openSecret(secret, format))
}

export function secretContext(id: string): string {
  return `webhook_secret:${id}`
}
