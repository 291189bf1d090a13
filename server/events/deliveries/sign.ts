// How a receiver knows that a call is ours: by the Standard Webhooks scheme, or as Meta signs.

import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'

const PREFIX = 'whsec_'

/** To be kept: signing with bare bytes takes four times as long. Meta's secrets are text, those of the standard base64. */
export function keyOf(secret: string, format: 'standard' | 'meta'): KeyObject {
  if (format === 'meta') return createSecretKey(secret, 'utf8')
  return createSecretKey(secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret, 'base64')
}

/** One signature for each key that is valid now; the receiver needs one that fits. */
export function signStandard(
  message: { id: string; at_s: number; body: string },
  keys: readonly KeyObject[],
): Record<string, string> {
  const { id, at_s, body } = message
  const signatures = keys.map(
    key => `v1,${createHmac('sha256', key).update(`${id}.${at_s}.${body}`).digest('base64')}`,
  )
  return {
    'webhook-id': id,
    'webhook-timestamp': String(at_s),
    'webhook-signature': signatures.join(' '),
  }
}

/** Meta's header holds one signature: the newest secret's. */
export function signAsMeta(body: string, key: KeyObject): Record<string, string> {
  return { 'x-hub-signature-256': `sha256=${createHmac('sha256', key).update(body).digest('hex')}` }
}
