// Sends generated bodies through a whole Carom and watches three things: no 5xx; what the validator takes, the simulator
// takes; what the validator refuses, the simulator refuses too, when it is asked past the gateway.

import { checkContent, type KindName } from '../server/messages/kinds/checkContent.ts'
import { SANDBOX_APP } from '../server/sandbox/app.ts'
import { FAST_NUMBER, type Journey } from './carom.ts'

export type Tried = { kind: KindName; body: Record<string, unknown>; change: string; param: string }

export type Finding = Tried & {
  what: 'server error' | 'Meta refused it' | 'Meta would take it'
  words: string
}

/** Nothing that has to do with the content may refuse a send. */
export const PERMISSIVE = {
  enforce_window: 'off',
  enforce_rates: false,
  strict_fields: true,
  auto_read: false,
}

/** One body to somebody new. `nth` makes the recipient. */
export async function tryBody(journey: Journey, tried: Tried, nth: number): Promise<Finding | undefined> {
  const { kind, body } = tried
  // Numbers whose last four digits begin with 9 may fail on purpose.
  const to = `+1555${2_000_000 + Math.floor(nth / 9_000) * 10_000 + (nth % 9_000)}`
  const path = kind === 'text' ? '/whatsapp/messages' : `/whatsapp/messages/${kind}`
  const common = { phone_number_id: FAST_NUMBER, to, ignore_window: true }
  const { status, text, body: answer } = await journey.api('POST', path, { ...body, ...common })
  const finding = (what: Finding['what'], words: string) => ({ ...tried, what, words })
  if (status >= 500) return finding('server error', text)
  if (answer.error?.code === 'meta_rejected') {
    const { code, details, title } = answer.error.meta
    // The files that generated ids name do not exist, which is for Meta to say.
    if (/the media id /.test(details)) return undefined
    return finding('Meta refused it', `${code} ${details ?? title}`)
  }
  // What no message may hold because it cannot be stored (half a surrogate pair) is refused at the door, for every kind.
  if (status !== 422 || checkContent(kind, body).length === 0) return undefined
  const taken = await askMeta(journey, tried, to)
  return taken ? finding('Meta would take it', words(tried)) : undefined
}

function words({ kind, body }: Tried): string {
  return checkContent(kind, body)
    .map(issue => issue.message)
    .join(' ')
}

/** The same content posted to Meta itself. */
async function askMeta(journey: Journey, { kind, body }: Tried, to: string): Promise<boolean> {
  const response = await fetch(`${journey.simulator.url}/v24.0/${FAST_NUMBER}/messages`, {
    method: 'POST',
    headers: { authorization: `Bearer ${SANDBOX_APP.access_token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ messaging_product: 'whatsapp', to, ...onWire(kind, body) }),
  })
  await response.arrayBuffer()
  return response.ok
}

/** As good a translation as a bad body allows: what the call does not know goes along. */
function onWire(kind: KindName, body: Record<string, unknown>): Record<string, unknown> {
  if (kind === 'text') {
    const { text, ...rest } = body
    return { type: 'text', text: { body: text, ...rest } }
  }
  if (kind === 'media') {
    const { type, media_id, ...rest } = body
    return { type, [String(type)]: { ...(media_id === undefined ? {} : { id: media_id }), ...rest } }
  }
  if (kind === 'reaction') return { type: kind, reaction: body }
  return { ...body, type: kind }
}
