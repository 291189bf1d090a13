// An endpoint of a tenant, for tests: takes what is posted, answers as it is told, and remembers the order.

import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

// biome-ignore lint/suspicious/noExplicitAny: tests look into bodies freely
export type Got = { path: string; headers: IncomingHttpHeaders; text: string; body: any; status: number }

/** What to answer; undefined: nothing, for as long as the other side waits. */
export type Behave = (call: {
  path: string
  headers: IncomingHttpHeaders
  n: number
}) => { status: number; body?: string; headers?: Record<string, string> } | undefined

export type Receiver = {
  url: string
  /** Every call, in the order in which it was answered. */
  got: Got[]
  behave(how: Behave): void
  close(): Promise<void>
}

export async function startReceiver(first: Behave = () => ({ status: 200, body: 'ok' })): Promise<Receiver> {
  const got: Got[] = []
  let behave = first
  let n = 0
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const text = Buffer.concat(chunks).toString('utf8')
    const { url: path = '/', headers } = request
    const answer = behave({ path, headers, n: n++ })
    if (!answer) return
    got.push({ path, headers, text, body: JSON.parse(text), status: answer.status })
    response.writeHead(answer.status, answer.headers).end(answer.body)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    got,
    behave(how) {
      behave = how
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
