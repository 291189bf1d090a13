// Calls to the tenant's own URLs are signed by the Standard Webhooks scheme, with the bot's secret.

import { Webhook } from 'standardwebhooks'

export function signedHeaders(secret: string, id: string, at: Date, body: string): Record<string, string> {
  return {
    'content-type': 'application/json',
    'user-agent': 'carom',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(secret).sign(id, at, body),
  }
}
