// A model behind OpenAI's API that is as slow as models are: it answers "question X?" with the answer to X, and remembers how
// long it took over each.

import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { serve } from '../channel.ts'

export type Thought = { asked: number; took_ms: [question: string, ms: number][] }

const LEAST_MS = 300
const MOST_MS = 2_000

let asked = 0
const took = new Map<string, number>()

const server = createServer(async (request, response) => {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of request) chunks.push(chunk)
  } catch {
    return // the gateway was killed
  }
  asked++
  const { messages } = JSON.parse(Buffer.concat(chunks).toString())
  const questions = [...JSON.stringify(messages.at(-1)).matchAll(/question (\S+?)\?/g)]
  const question = questions.at(-1)?.[1] ?? 'nothing'
  const ms = LEAST_MS + Math.random() * (MOST_MS - LEAST_MS)
  await sleep(ms)
  took.set(question, ms)
  const message = { role: 'assistant', content: `The answer to ${question}.` }
  const answer = {
    ...{ id: 'chatcmpl-bench', object: 'chat.completion', created: 1, model: 'bench' },
    choices: [{ index: 0, message, finish_reason: 'stop' }],
    usage: { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 },
  }
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
}).listen(0, '127.0.0.1')
await once(server, 'listening')

serve(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, {
  thought: (): Thought => ({ asked, took_ms: [...took] }),
  forget() {
    asked = 0
    took.clear()
  },
})
