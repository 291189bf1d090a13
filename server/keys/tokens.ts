// The form of an API key: `cm_live_` or `cm_test_`, 32 random characters, and 6 of checksum, by which secret scanners
// tell a real key from a look-alike. An operator's own CAROM_OWNER_KEY has no checksum, so nothing is refused for it.

import { hash, randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const RANDOM_LENGTH = 32
const CHECKSUM_LENGTH = 6
const PREFIX_LENGTH = 12

const FORM = /^cm_(live|test)_[A-Za-z0-9]{16,128}$/

export function newToken(sandbox: boolean): string {
  const random = randomText(RANDOM_LENGTH)
  return `cm_${sandbox ? 'test' : 'live'}_${random}${checksum(random)}`
}

/** Worth asking the database about. */
export function isToken(text: string): boolean {
  return FORM.test(text)
}

export function hashToken(token: string): Buffer {
  return hash('sha256', token, 'buffer')
}

/** What is shown of a key: enough to tell it from others. */
export function prefixOf(token: string): string {
  return token.slice(0, PREFIX_LENGTH)
}

/** CRC32 of the random part, in base 62. */
export function checksum(random: string): string {
  let rest = crc32(random)
  let text = ''
  for (let at = 0; at < CHECKSUM_LENGTH; at++) {
    text = ALPHABET.charAt(rest % 62) + text
    rest = Math.floor(rest / 62)
  }
  return text
}

/** Bytes of 248 and more are thrown away, so that every character is as likely as the others. */
function randomText(length: number): string {
  let text = ''
  while (text.length < length) {
    for (const byte of randomBytes(length)) {
      if (byte < 248 && text.length < length) text += ALPHABET.charAt(byte % 62)
    }
  }
  return text
}
