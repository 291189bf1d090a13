// The two HMACs of Meta: the signature on what Meta sends us, and the proof that a token call comes from the app.

import { createHmac, timingSafeEqual } from 'node:crypto'

const FORM = /^sha256=([0-9a-f]{64})$/

/**
 * Whether `header` (X-Hub-Signature-256) signs exactly these bytes with the app secret. Anything but the strict form
 * `sha256=<64 lower-case hex digits>` is refused. Call it with the raw body: Meta signs the bytes as sent.
 */
export function verifySignature(raw: Buffer, header: string | undefined, secret: string): boolean {
  const given = FORM.exec(header ?? '')?.[1]
  if (given === undefined || secret === '') return false
  const expected = createHmac('sha256', secret).update(raw).digest()
  return timingSafeEqual(Buffer.from(given, 'hex'), expected)
}

/** Meta's `appsecret_proof`: shows that whoever uses the token also holds the app secret. */
export function appsecretProof(token: string, secret: string): string {
  return createHmac('sha256', secret).update(token).digest('hex')
}
