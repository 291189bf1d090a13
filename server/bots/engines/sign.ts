// Calls to the tenant's own URLs are signed by the Standard Webhooks scheme, with the bot's secret.

import { keyOf, signStandard } from '../../events/deliveries/sign.ts'

export function signedHeaders(secret: string, id: string, at: Date, body: string): Record<string, string> {
  const at_s = Math.floor(at.getTime() / 1000)
  return {
    'content-type': 'application/json',
    'user-agent': 'carom',
    ...signStandard({ id, at_s, body }, [keyOf(secret, 'standard')]),
  }
}
