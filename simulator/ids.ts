// Identifiers that look like Meta's: message ids, trace ids, tokens, user ids.

import { createHash, randomBytes } from 'node:crypto'

/** `wamid.` and base64 of the other party's number and 18 random hex digits, as WhatsApp makes them. */
export function makeWamid(party: string, direction: 'to_user' | 'from_user'): string {
  const name = Buffer.from(party)
  const unique = Buffer.from(randomBytes(9).toString('hex').toUpperCase())
  const bytes = Buffer.concat([
    Buffer.from([0x1c, 0x18, name.length]),
    name,
    Buffer.from([0x15, 0x02, 0x00, direction === 'to_user' ? 0x11 : 0x12, 0x18, unique.length]),
    unique,
    Buffer.from([0x00]),
  ])
  return `wamid.${bytes.toString('base64')}`
}

export const makeTraceId = () => `A${randomBytes(16).toString('base64url')}`
export const makeToken = () => `EAA${randomBytes(48).toString('hex')}`
export const makeCode = () => `AQ${randomBytes(60).toString('base64url')}`
export const makeConversationId = () => randomBytes(16).toString('hex')

const COUNTRIES: Record<string, string> = {
  1: 'US',
  20: 'EG',
  27: 'ZA',
  31: 'NL',
  33: 'FR',
  34: 'ES',
  39: 'IT',
  41: 'CH',
  43: 'AT',
  44: 'GB',
  49: 'DE',
  52: 'MX',
  54: 'AR',
  55: 'BR',
  57: 'CO',
  60: 'MY',
  61: 'AU',
  62: 'ID',
  65: 'SG',
  81: 'JP',
  90: 'TR',
  91: 'IN',
  92: 'PK',
  234: 'NG',
  254: 'KE',
  966: 'SA',
  971: 'AE',
  972: 'IL',
}

/** A user id that is always the same for one phone number, and ends in its last four digits. */
export function makeUserId(wa_id: string): string {
  const country =
    COUNTRIES[wa_id.slice(0, 1)] ?? COUNTRIES[wa_id.slice(0, 2)] ?? COUNTRIES[wa_id.slice(0, 3)] ?? 'US'
  const hash = createHash('sha256').update(wa_id).digest().readUIntBE(0, 6) % 100_000_000_000
  return `${country}.2${String(hash).padStart(11, '0')}${wa_id.slice(-4)}`
}
