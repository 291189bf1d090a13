// Where Meta calls. No key: the signature is the proof.

import { Type } from 'typebox'
import { type Route, route } from '../http/route.ts'
import { answerChallenge, receiveWebhook } from './receive.ts'
import type { Inbox } from './room.ts'

/** Meta sends up to 3 MB; some air above that. */
const LIMIT_BYTES = 4 * 1024 * 1024

export function inboxRoutes(inbox: Inbox): Route[] {
  return [
    route({
      method: 'GET',
      path: '/webhooks/whatsapp',
      scope: 'public',
      tag: 'Meta webhooks',
      summary: "Meta's handshake",
      quiet: true,
      description: 'Answers `hub.challenge` when `hub.verify_token` is the configured one, else 403.',
      query: Type.Object({}, { additionalProperties: true }),
      replies: { 200: null, 403: null },
      errors: [],
      handle: async call => {
        const challenge = answerChallenge(inbox, call.query as Record<string, string | undefined>)
        return challenge === undefined
          ? {
              status: 403,
              body: 'The verify token does not match META_WEBHOOK_VERIFY_TOKEN.',
              content_type: 'text/plain',
            }
          : { status: 200, body: challenge, content_type: 'text/plain' }
      },
    }),
    route({
      method: 'POST',
      path: '/webhooks/whatsapp',
      scope: 'public',
      tag: 'Meta webhooks',
      summary: 'Where Meta reports messages and statuses',
      description:
        'Checks `X-Hub-Signature-256` over the raw body, stores the body durably, then answers 200. What it means is applied afterwards, once.',
      raw: true,
      body_limit_bytes: LIMIT_BYTES,
      replies: { 200: null },
      errors: ['invalid_signature', 'payload_too_large'],
      handle: async call => {
        const signature = call.headers['x-hub-signature-256']
        await receiveWebhook(inbox, call.raw, typeof signature === 'string' ? signature : undefined)
        return { status: 200, body: 'OK', content_type: 'text/plain' }
      },
    }),
  ]
}
