// A client as it should be: a steady stream of sends, each asked again with the same Idempotency-Key until there is a
// final answer. What it asked for is compared afterwards with what Meta got.

import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { ADA, apiOf, FAST_NUMBER, type World } from './carom.ts'

export type SendStream = {
  /** By the text that was asked for: the id of the message that the final answer told. */
  done: Map<string, string>
  /** How often each answer was seen: `201`, `409 idempotency_key_in_use`, `no answer`, … */
  seen: Map<string, number>
  /** Begins no more sends. */
  stop(): void
  /** Every send has its final answer. Answers how many there were. */
  finished(): Promise<number>
}

const PASSING = [429, 500, 502, 503]
const RETRY_MS = 300
/** More than these are not begun before some are done: on a slow machine the tries again would be all that runs. */
const MOST_OPEN = 150

export function startSendStream(
  world: World,
  options: { url(): string; per_second: number; name: string },
): SendStream {
  const done = new Map<string, string>()
  const seen = new Map<string, number>()
  const sends: Promise<void>[] = []
  const timer = setInterval(() => {
    const n = sends.length
    if (n - done.size >= MOST_OPEN) return
    const body = {
      phone_number_id: FAST_NUMBER,
      to: `+4915${100_000 + n}0001`,
      text: `${options.name} ${n}`,
      ignore_window: true,
    }
    sends.push(sendOnce(body))
  }, 1000 / options.per_second)

  async function sendOnce(body: { text: string }): Promise<void> {
    for (let key = randomUUID(); ; ) {
      const answer = await ask(body, key)
      const code = answer?.body?.error?.code
      const name = answer ? [answer.status, code].filter(Boolean).join(' ') : 'no answer'
      seen.set(name, (seen.get(name) ?? 0) + 1)
      if (answer?.status === 201) return void done.set(body.text, answer.body.id)
      if (code === 'not_confirmed') key = randomUUID()
      else if (answer && !PASSING.includes(answer.status))
        assert.equal(code, 'idempotency_key_in_use', answer.text)
      await sleep(RETRY_MS)
    }
  }

  async function ask(body: object, key: string) {
    try {
      const api = apiOf(options.url(), world.owner_key)
      return await api('POST', '/whatsapp/messages', body, { 'idempotency-key': key })
    } catch {
      return undefined // nobody there, or cut off in the middle
    }
  }

  return {
    done,
    seen,
    stop: () => clearInterval(timer),
    async finished() {
      clearInterval(timer)
      await Promise.all(sends)
      return sends.length
    },
  }
}

/**
 * Somebody writes to the business now and then, as is so in life: only while webhooks come can Carom tell of a send whose
 * answer was lost that Meta never took it. Answers how to end it.
 */
export function startSmallTalk(world: World): () => void {
  const said = { phone_number_id: FAST_NUMBER, user: ADA, text: 'Hello?' }
  const timer = setInterval(
    async () => assert.equal((await world.sim('POST', '/_sim/messages', said)).status, 201),
    1_000,
  )
  return () => clearInterval(timer)
}

/** Every text that was asked for is at Meta exactly once, and nothing else is. */
export async function assertOnceEach(world: World, stream: SendStream): Promise<void> {
  const counts = new Map<string, number>()
  let after = ''
  for (;;) {
    const path = `/_sim/messages?direction=to_user&limit=500${after && `&after=${encodeURIComponent(after)}`}`
    const { data } = (await world.sim('GET', path)).body
    if (data.length === 0) break
    for (const { content } of data) counts.set(content.body, (counts.get(content.body) ?? 0) + 1)
    after = data.at(-1).id
  }
  const twice = [...counts].filter(([, count]) => count > 1)
  const lost = [...stream.done.keys()].filter(text => !counts.has(text))
  const unasked = [...counts.keys()].filter(text => !stream.done.has(text))
  assert.deepEqual({ twice, lost, unasked }, { twice: [], lost: [], unasked: [] })
}
