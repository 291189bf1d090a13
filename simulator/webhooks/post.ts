// Posts one webhook and says what came back. Anything but 200 is a failure, and so is silence.

import { Agent, request } from 'undici'

const TIMEOUT_MS = 10_000

export function createPoster() {
  const agent = new Agent({ connections: 16, connect: { timeout: TIMEOUT_MS } })
  return {
    /** The HTTP status, or 0 when there was no answer. */
    async post(url: string, body: string, signature: string | null): Promise<number> {
      const headers = {
        'content-type': 'application/json',
        'user-agent': 'facebookexternalua',
        accept: '*/*',
        ...(signature !== null && { 'x-hub-signature-256': signature }),
      }
      try {
        const timeouts = { headersTimeout: TIMEOUT_MS, bodyTimeout: TIMEOUT_MS }
        const answer = await request(url, { method: 'POST', headers, body, dispatcher: agent, ...timeouts })
        await answer.body.dump()
        return answer.statusCode
      } catch {
        return 0
      }
    },
    close: () => agent.destroy(),
  }
}
