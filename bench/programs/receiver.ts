// A tenant's endpoint: `/well` takes everything, `/flaky` fails three times in ten (an error, a connection that breaks off, a
// late answer), `/mute` never answers. It remembers in which order what it took first came, for each contact.

import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { serve } from '../channel.ts'

export type Received = {
  calls: number
  taken: number
  /** Different ones among those taken. */
  events: number
  order: [contact_id: string, event_ids: string[]][]
}

type Kept = { calls: number; taken: number; seen: Set<string>; order: Map<string, string[]> }

const kept = new Map<string, Kept>()

const server = createServer(async (request, response) => {
  const path = request.url ?? '/'
  const chunks: Buffer[] = []
  try {
    for await (const chunk of request) chunks.push(chunk)
  } catch {
    return // the gateway was killed
  }
  if (path === '/mute') return
  const of = keptOf(path)
  of.calls++
  if (path === '/flaky' && Math.random() < 0.3 && (await fail(response))) return
  take(of, Buffer.concat(chunks).toString())
  response.writeHead(200).end()
}).listen(0, '127.0.0.1')
await once(server, 'listening')

/** Answers whether it failed: a late answer does not. */
async function fail(response: ServerResponse): Promise<boolean> {
  const how = Math.random()
  if (how < 0.1) {
    await sleep(Math.random() * 300)
    return false
  }
  if (how < 0.4) response.destroy()
  else response.writeHead(503).end('busy')
  return true
}

function take(of: Kept, text: string): void {
  of.taken++
  const { id, data } = JSON.parse(text) as { id: string; data: { contact: { id: string } } }
  if (of.seen.has(id)) return
  of.seen.add(id)
  const contact_id = data.contact.id
  const line = of.order.get(contact_id)
  if (line) line.push(id)
  else of.order.set(contact_id, [id])
}

function keptOf(path: string): Kept {
  const found = kept.get(path) ?? { calls: 0, taken: 0, seen: new Set(), order: new Map() }
  kept.set(path, found)
  return found
}

serve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, {
  count: (path: string) => {
    const { calls, taken, seen } = keptOf(path)
    return { calls, taken, events: seen.size }
  },
  received: (path: string): Received => {
    const { calls, taken, seen, order } = keptOf(path)
    return { calls, taken, events: seen.size, order: [...order] }
  },
  forget: () => kept.clear(),
})
