// The handshake before Meta sends webhooks anywhere: a GET that must come back with the bare challenge.

import { randomInt } from 'node:crypto'
import { request } from 'undici'
import { GraphError, wrongParameter } from './errors.ts'

const TIMEOUT_MS = 10_000

export async function verifyCallback(callback_url: string, verify_token: string): Promise<void> {
  const url = parse(callback_url)
  const challenge = String(randomInt(1_000_000_000, 2_000_000_000))
  url.searchParams.set('hub.mode', 'subscribe')
  url.searchParams.set('hub.challenge', challenge)
  url.searchParams.set('hub.verify_token', verify_token)
  const mistake = await ask(url, challenge)
  if (mistake === undefined) return
  const message = `(#2200) Callback verification failed with the following errors: ${mistake}`
  throw new GraphError(2200, { message })
}

function parse(callback_url: string): URL {
  const url = URL.parse(callback_url)
  if (url && /^https?:$/.test(url.protocol)) return url
  throw wrongParameter('Param callback_url must be a valid URL.')
}

async function ask(url: URL, challenge: string): Promise<string | undefined> {
  try {
    const headers = { 'user-agent': 'facebookplatform/1.0 (+http://developers.facebook.com)', accept: '*/*' }
    const timeouts = { headersTimeout: TIMEOUT_MS, bodyTimeout: TIMEOUT_MS }
    const answer = await request(url, { headers, reset: true, ...timeouts })
    const text = await answer.body.text()
    if (answer.statusCode !== 200) return `HTTP Status Code = ${answer.statusCode}`
    if (text === challenge) return undefined
    return `HTTP Body does not match the challenge: got '${text.slice(0, 60)}'`
  } catch (error) {
    return `The URL couldn't be reached (${error instanceof Error ? error.message : 'no answer'})`
  }
}
