// A small server that speaks OpenAI's way (chat completions, streamed too, and transcriptions), and does what the test tells
// it: answers, calls tools, fails, dawdles, breaks off or talks nonsense.

import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

// biome-ignore lint/suspicious/noExplicitAny: tests look into bodies freely
export type Asked = { path: string; headers: IncomingMessage['headers']; body: any; raw: string }

export type Said =
  | string
  | { text: string; usage?: [input: number, output: number]; finish?: string; wait_ms?: number }
  | { calls: { name: string; arguments: unknown }[] }
  | { status: number; body?: unknown; headers?: Record<string, string>; wait_ms?: number }
  /** Sent as it is with status 200; `cut` ends the connection in the middle of it. */
  | { raw: string; cut?: boolean; trickle_ms?: number }

export type ModelServer = {
  /** To be given as base_url. */
  url: string
  asked: Asked[]
  /** What is said to the nth question (from 0). */
  answer(say: (asked: Asked, n: number) => Said | Promise<Said>): void
  close(): Promise<void>
}

export async function startModelServer(): Promise<ModelServer> {
  const asked: Asked[] = []
  let say: (asked: Asked, n: number) => Said | Promise<Said> = () => 'Hello!'
  const server = createServer((request, response) => {
    void (async () => {
      const parts: Buffer[] = []
      for await (const part of request) parts.push(part)
      const raw = Buffer.concat(parts).toString('latin1')
      const json = /json/.test(request.headers['content-type'] ?? '')
      const body = json ? JSON.parse(Buffer.concat(parts).toString('utf8')) : undefined
      const one: Asked = { path: request.url ?? '', headers: request.headers, body, raw }
      asked.push(one)
      await tell(response, await say(one, asked.length - 1), one)
    })().catch(() => response.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  return {
    url: `http://127.0.0.1:${port}/v1`,
    asked,
    answer(next) {
      say = next
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

async function tell(response: ServerResponse, said: Said, asked: Asked): Promise<void> {
  const one = typeof said === 'string' ? { text: said } : said
  if ('wait_ms' in one && one.wait_ms) await sleep(one.wait_ms)
  if ('raw' in one) return tellRaw(response, one)
  if ('status' in one) {
    response.writeHead(one.status, { 'content-type': 'application/json', ...one.headers })
    response.end(JSON.stringify(one.body ?? { error: { message: 'As the test wanted.', type: 'error' } }))
  } else if (asked.path.endsWith('/audio/transcriptions')) {
    respond(response, { text: 'text' in one ? one.text : '' })
  } else if (asked.body?.stream) stream(response, one)
  else respond(response, completion(one))
}

async function tellRaw(
  response: ServerResponse,
  { raw, cut, trickle_ms }: { raw: string; cut?: boolean; trickle_ms?: number },
): Promise<void> {
  response.writeHead(200, { 'content-type': 'application/json' })
  if (trickle_ms) {
    for (const letter of raw) {
      response.write(letter)
      await sleep(trickle_ms)
      if (response.destroyed) return
    }
  } else response.write(cut ? raw.slice(0, raw.length / 2) : raw)
  if (cut) {
    await sleep(20)
    response.destroy()
  } else response.end()
}

function respond(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}

type Spoken = Extract<Said, { text: string } | { calls: unknown }>

function completion(said: Spoken): object {
  const message =
    'text' in said
      ? { role: 'assistant', content: said.text }
      : { role: 'assistant', content: null, tool_calls: toolCalls(said.calls) }
  const [prompt_tokens, completion_tokens] = ('usage' in said && said.usage) || [100, 20]
  const finish_reason = 'text' in said ? (said.finish ?? 'stop') : 'tool_calls'
  return {
    ...{ id: 'chatcmpl-test', object: 'chat.completion', created: 1, model: 'test-model' },
    choices: [{ index: 0, message, finish_reason }],
    usage: { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens },
  }
}

function toolCalls(calls: { name: string; arguments: unknown }[]): object[] {
  return calls.map(({ name, arguments: given }, n) => ({
    ...{ id: `call_${n}`, type: 'function' },
    function: { name, arguments: typeof given === 'string' ? given : JSON.stringify(given) },
  }))
}

function stream(response: ServerResponse, said: Spoken): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  const deltas =
    'text' in said
      ? said.text.match(/\s*\S+/g)?.map(content => ({ content }))
      : [{ tool_calls: toolCalls(said.calls) }]
  for (const delta of deltas ?? []) {
    const chunk = { id: 'c', object: 'chat.completion.chunk', choices: [{ index: 0, delta }] }
    response.write(`data: ${JSON.stringify(chunk)}\n\n`)
  }
  response.end('data: [DONE]\n\n')
}
