// Bots in a journey: one that is made, linked and switched on, what contacts write to it, and what it says to them.

import assert from 'node:assert/strict'
import { eventually, type Journey, NUMBER } from './carom.ts'

// biome-ignore lint/suspicious/noExplicitAny: tests look into turns freely
export type Turn = any

export async function createBot(carom: Journey, config: object, more: object = {}) {
  const made = await carom.api('POST', '/bots', { name: 'Tea bot', config, ...more })
  assert.equal(made.status, 201, made.text)
  return made.body as { id: string; signing_secret: string }
}

/** Made, linked to the number and answering. */
export async function switchOn(carom: Journey, bot_id: string, number = NUMBER): Promise<void> {
  const linked = await carom.api('POST', `/whatsapp/phone_numbers/${number}/link-bot`, { bot_id })
  assert.equal(linked.status, 200, linked.text)
  const on = await carom.api('POST', `/whatsapp/phone_numbers/${number}/autoreply`, { enabled: true })
  assert.equal(on.status, 200, on.text)
}

export async function write(carom: Journey, user: string, content: object | string, number = NUMBER) {
  const body = typeof content === 'string' ? { text: content } : content
  const { status, body: message } = await carom.sim('POST', '/_sim/messages', {
    ...{ phone_number_id: number, user },
    ...body,
  })
  assert.equal(status, 201, JSON.stringify(message))
  return message.id as string
}

/** The texts that the person got, oldest first. */
export async function heard(carom: Journey, user: string): Promise<string[]> {
  const { body } = await carom.sim('GET', `/_sim/messages?user=${user.replace('+', '')}&direction=to_user`)
  return body.data.map((message: { rendered?: { text?: string }; content: { body?: string } }) => {
    return message.content.body ?? JSON.stringify(message.content)
  })
}

/** Waits until the person got so many messages, and answers their texts. */
export function hears(carom: Journey, user: string, count: number): Promise<string[]> {
  return eventually(
    async () => {
      const texts = await heard(carom, user)
      assert.equal(texts.length, count, JSON.stringify(texts))
      return texts
    },
    { timeout_ms: 30_000 },
  )
}

export async function turnsOf(carom: Journey, bot_id: string, query = ''): Promise<Turn[]> {
  const { status, body, text } = await carom.api('GET', `/bots/${bot_id}/turns${query}`)
  assert.equal(status, 200, text)
  return body.data
}

/** Waits until the bot has so many turns that are over, newest first. */
export function turnsEnd(carom: Journey, bot_id: string, count: number): Promise<Turn[]> {
  return eventually(
    async () => {
      const turns = await turnsOf(carom, bot_id)
      const over = turns.filter(turn => turn.state !== 'open')
      assert.equal(over.length, count, JSON.stringify(turns, null, 1))
      assert.equal(turns.length, count)
      return over
    },
    { timeout_ms: 30_000 },
  )
}

export async function conversationOf(carom: Journey, user: string) {
  const { body } = await carom.api('GET', `/conversations?contact=${encodeURIComponent(user)}`)
  assert.equal(body.data.length, 1)
  return body.data[0]
}
