// Whether Meta's webhooks find their way here: the public address answers the handshake, and the app is subscribed to it
// with every field that Carom applies. For the operator alone.

import { WEBHOOK_FIELDS } from '../../meta/inspect.ts'
import { error, type Finding, ok, warning } from '../finding.ts'
import type { Doctor } from '../room.ts'

export const WEBHOOK_PATH = '/api/v1/webhooks/whatsapp'

/** Undefined: nobody has said where this server is reached from outside. */
export function callbackUrl({ config }: Pick<Doctor, 'config'>): string | undefined {
  const url = config.CAROM_PUBLIC_URL
  return url === undefined ? undefined : url.replace(/\/+$/, '') + WEBHOOK_PATH
}

const TIMEOUT_MS = 5_000

export async function checkPublicUrl(doctor: Doctor): Promise<Finding[]> {
  const url = callbackUrl(doctor)
  if (doctor.config.sandbox && url === undefined) return []
  if (url === undefined) {
    return [
      warning('public_url', {
        message: 'CAROM_PUBLIC_URL is not set, so nobody can check that Meta reaches this server.',
        remedy: 'Set CAROM_PUBLIC_URL to the address that Meta calls, https://carom.example.com for example.',
      }),
    ]
  }
  const challenge = String(Math.trunc(doctor.clock.nowMs()))
  const query = new URLSearchParams({
    'hub.mode': 'subscribe',
    'hub.verify_token': doctor.verify_token,
    'hub.challenge': challenge,
  })
  const heard = await fetch(`${url}?${query}`, {
    signal: AbortSignal.timeout(TIMEOUT_MS),
    redirect: 'manual',
  }).then(
    async answer => (answer.status === 200 ? await answer.text() : `HTTP ${answer.status}`),
    (failure: Error & { cause?: { code?: string } }) => failure.cause?.code ?? failure.name,
  )
  if (heard === challenge) return [ok('public_url', `${url} answers Meta's handshake.`)]
  return [
    error('public_url', {
      message: `${url} does not answer Meta's handshake from here (${heard.slice(0, 60)}).`,
      remedy: `Let your proxy pass ${WEBHOOK_PATH} to this server, over https with a valid certificate, and set CAROM_PUBLIC_URL to its address.`,
    }),
  ]
}

export async function checkSubscription(doctor: Doctor): Promise<Finding[]> {
  const url = callbackUrl(doctor)
  const told = await doctor.meta.readSubscription()
  if (!told.ok) {
    return [
      error('webhook_subscription', {
        message: `Meta does not say what the app is subscribed to: ${told.problem?.cause ?? told.reason}`,
        remedy: told.problem?.next_step ?? 'Look at META_APP_ID, META_APP_SECRET and the network.',
      }),
    ]
  }
  const { found } = told.value
  const fixable = url !== undefined
  const by_hand = `In the Meta app: WhatsApp → Configuration → Webhook: set the callback URL to ${url ?? `https://your-host${WEBHOOK_PATH}`}, with META_WEBHOOK_VERIFY_TOKEN`
  if (!found?.active || found.callback_url === null) {
    const message = 'The app has no active webhook subscription: Meta tells nobody of messages and statuses.'
    return [
      error('webhook_subscription', { message, remedy: `${by_hand}. Or: carom doctor --fix.`, fixable }),
    ]
  }
  if (url !== undefined && found.callback_url !== url) {
    const message = `The app's webhooks go to ${found.callback_url}, not to ${url}.`
    return [
      error('webhook_subscription', { message, remedy: `${by_hand}. Or: carom doctor --fix.`, fixable }),
    ]
  }
  const missing = WEBHOOK_FIELDS.filter(field => !found.fields.includes(field))
  if (missing.length === 0)
    return [ok('webhook_subscription', `The app is subscribed, with ${found.fields.length} fields.`)]
  const say = missing.includes('messages') ? error : warning
  return [
    say('webhook_subscription', {
      message: `The app is not subscribed to ${missing.join(', ')}.`,
      remedy:
        'Subscribe to them in the Meta app (WhatsApp → Configuration → Webhook fields), or: carom doctor --fix.',
      fixable,
    }),
  ]
}
