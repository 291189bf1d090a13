// The moment Meta calls: check the signature, store the bytes, say 200. Nothing else happens before that answer.

import { timingSafeEqual } from 'node:crypto'
import { fail } from '../kit/errors.ts'
import { verifySignature } from '../meta/signature.ts'
import { INBOX_CHANNEL } from './project.ts'
import type { Inbox } from './room.ts'

export async function receiveWebhook(
  inbox: Inbox,
  raw: Buffer,
  signature: string | undefined,
): Promise<void> {
  if (!verifySignature(raw, signature, inbox.app_secret)) fail('invalid_signature')
  await inbox.keep(raw)
  for (const wake of inbox.wakers) wake()
  if (inbox.wakers.size === 0) void inbox.notify.notify(INBOX_CHANNEL)
}

/** The handshake when the callback is set up at Meta. Answers the challenge, or undefined: refuse. */
export function answerChallenge(inbox: Inbox, query: Record<string, string | undefined>): string | undefined {
  const token = Buffer.from(query['hub.verify_token'] ?? '')
  const expected = Buffer.from(inbox.verify_token)
  const same = token.length === expected.length && timingSafeEqual(token, expected)
  return query['hub.mode'] === 'subscribe' && same ? query['hub.challenge'] : undefined
}
