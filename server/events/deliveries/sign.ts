// How a receiver knows that a call is ours: by the Standard Webhooks scheme, or as Meta signs.

import { createHmac } from 'node:crypto'

const PREFIX = 'whsec_'

/** One signature for each secret that is valid now; the receiver needs one that fits. */
export function signStandard(
  message: { id: string; at_s: number; body: string },
  secrets: readonly string[],
): Record<string, string> {
  const { id, at_s, body } = message
  const signatures = secrets.map(secret => {
    const key = Buffer.from(secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret, 'base64')
    return `v1,${createHmac('sha256', key).update(`${id}.${at_s}.${body}`).digest('base64')}`
  })
  return {
    'webhook-id': id,
    'webhook-timestamp': String(at_s),
    'webhook-signature': signatures.join(' '),
  }
}

/** Meta's header holds one signature: the newest secret's. */
export function signAsMeta(body: string | Buffer, secret: string): Record<string, string> {
  return { 'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}` }
}
