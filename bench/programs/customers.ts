// People on their phones: the simulator as Meta, which tells half of its webhooks twice and in another order, and customers
// who write, wait for the answer, and write again.

import { setTimeout as sleep } from 'node:timers/promises'
import { startSimulator } from '../../simulator/start.ts'
import { serve } from '../channel.ts'

/** Who answers a bot within 2.5 seconds again and again is taken for another bot: `pause_ms` is the least and the most. */
export type Wish = { first: number; customers: number; rounds: number; pause_ms: [number, number] }

export type Heard = {
  /** Of each question that was answered. */
  waited_ms: [question: string, ms: number][]
  /** What each customer was told, in order. */
  told: [customer: number, answers: string[]][]
}

const NUMBER = '500100200300402'
const PATIENCE_MS = 180_000

const simulator = await startSimulator({ port: 0 })
const told = new Map<string, string[]>()
const waiting = new Map<string, () => void>()
let open: Wish | undefined
let left = 0
const waited_ms: [string, number][] = []
await control('PATCH', '/_sim/settings', {
  ...{ latency_ms: 30, sent_ms: 20, delivered_ms: 60, read_ms: 120 },
  webhooks: { duplicate_rate: 0.5, reorder: true, retry_first_ms: 100 },
})
void listen()

serve(simulator.url, {
  /** They begin, and go on by themselves. */
  begin(wish: Wish) {
    open = wish
    left = wish.customers
    waited_ms.length = 0
    for (let n = wish.first; n < wish.first + wish.customers; n++) void behave(n, wish).finally(() => left--)
  },
  left: () => left,
  answered: () => waited_ms.length,
  heard(): Heard {
    const { first = 0, customers = 0 } = open ?? {}
    const everybody = Array.from({ length: customers }, (_, n) => first + n)
    return { waited_ms, told: everybody.map(n => [n, told.get(phone(n)) ?? []]) }
  },
})

/** One question after the other; every third in two messages, which are one turn. */
async function behave(customer: number, { rounds, pause_ms }: Wish): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    const [least, most] = pause_ms
    await sleep(least + Math.random() * (most - least))
    const question = `${customer}-${round}`
    const began = performance.now()
    const heard = new Promise<void>(resolve => waiting.set(`${phone(customer)} ${question}`, resolve))
    if (round % 3 === 2) await write(customer, 'Hello!')
    await write(customer, `This is question ${question}?`)
    const late = sleep(PATIENCE_MS, true, { ref: false })
    if (await Promise.race([heard, late])) return
    waited_ms.push([question, performance.now() - began])
  }
}

function write(customer: number, text: string): Promise<unknown> {
  return control('POST', '/_sim/messages', { phone_number_id: NUMBER, user: phone(customer), text })
}

/** What arrives on the phones, each message once. */
async function listen(): Promise<void> {
  const { body } = await fetch(`${simulator.url}/_sim/stream`)
  const seen = new Set<string>()
  let rest = ''
  for await (const text of body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const parts = `${rest}${text}`.split('\n\n')
    rest = parts.pop() ?? ''
    for (const part of parts) {
      const data = /^event: message\ndata: (.*)$/m.exec(part)?.[1]
      const message = data === undefined ? undefined : JSON.parse(data)
      if (message?.direction !== 'to_user' || seen.has(message.id)) continue
      seen.add(message.id)
      take(message.user, message.content.body)
    }
  }
}

function take(user: string, answer: string): void {
  const before = told.get(user) ?? []
  told.set(user, [...before, answer])
  waiting.get(`${user} ${/answer to (\S+)\./.exec(answer)?.[1]}`)?.()
}

function phone(customer: number): string {
  return `49151${String(customer).padStart(8, '0')}`
}

async function control(method: string, path: string, body: object): Promise<unknown> {
  const response = await fetch(simulator.url + path, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!response.ok)
    throw new Error(`${method} ${path} was answered ${response.status}: ${await response.text()}`)
  return response.json()
}
