// Meta at its fastest: answers what onboarding asks, and takes messages after a settable time. It counts them, and finds
// those that came twice. No simulator: nothing is checked, and webhooks are sent only when they are asked for.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { serve } from '../channel.ts'
import { openReporter, type Reporter } from '../load/reporter.ts'
import { display, HELLO_WORLD, NUMBERS, WABA } from '../world.ts'

export type Counted = {
  /** Sends that carried an id of the gateway, each once. */
  messages: number
  /** Of all ids, to be compared with those in the answers of the gateway. */
  checksum: number
  twice: number
  /** Sends without an id: the floor's. */
  bare: number
}

/** Id, wamid, recipient's digits and Meta's id of the number. */
export type Taken = [id: string, wamid: string, to: string, number: string]

export type Uploads = { files: number; bytes: number }

let uploads: Uploads = { files: 0, bytes: 0 }
let latency_ms = 0
let counted: Counted = { messages: 0, checksum: 0, twice: 0, bare: 0 }
let ids = new Set<string>()
let kept: Taken[] | undefined
let wamids = 0
let reporter: Reporter | undefined
/** Messages by the tenth of a second in which they came. */
let arrivals: Uint32Array | undefined
let first_ms = 0

const server = createServer((request, response) => {
  const path = request.url ?? ''
  if (request.method === 'POST' && path.split('?')[0]?.endsWith('/media'))
    return void swallow(request, response)
  const isSend = request.method === 'POST' && path.includes('/messages')
  if (!isSend) return onboard(request, response, path)
  let body = ''
  request.setEncoding('latin1')
  request.on('data', chunk => (body += chunk))
  request.on('end', () => {
    const answer = take(body, path)
    if (latency_ms === 0) reply(response, answer)
    else setTimeout(reply, latency_ms, response, answer)
  })
})
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', 1024, () => {
  serve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, {
    setLatency: (ms: number) => {
      latency_ms = ms
    },
    keep: (wanted: boolean) => {
      kept = wanted ? [] : undefined
    },
    kept: () => kept,
    /** From now on every message is followed by its three statuses, each a webhook of its own. */
    report: async (to: { url: string; connections: number } | undefined) => {
      reporter?.close()
      reporter = to && (await openReporter(to))
    },
    reported: () => reporter?.state(),
    /** Arrivals by the tenth of a second, from the first on. */
    watchArrivals: () => {
      arrivals = new Uint32Array(36_000)
      first_ms = 0
    },
    arrived: () => {
      const last = arrivals?.findLastIndex(count => count > 0) ?? -1
      return [...(arrivals?.subarray(0, last + 1) ?? [])]
    },
    /** What came since the last time this was asked. */
    count: () => {
      const before = counted
      counted = { messages: 0, checksum: 0, twice: 0, bare: 0 }
      ids = new Set()
      return before
    },
    countUploads: () => {
      const before = uploads
      uploads = { files: 0, bytes: 0 }
      return before
    },
  })
})

/** Files are read to their end, and forgotten. */
async function swallow(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let bytes = 0
  for await (const chunk of request) bytes += chunk.length
  const isWhole = bytes === Number(request.headers['content-length'])
  if (!isWhole) return void request.socket.destroy()
  uploads = { files: uploads.files + 1, bytes: uploads.bytes + bytes }
  reply(response, JSON.stringify({ id: String(700_000_000_000 + ++wamids) }))
}

const ID = '"biz_opaque_callback_data":"'
const TO = '"to":"+'

function take(body: string, path: string): string {
  const wamid = `wamid.QkVOQ0g${(++wamids).toString(36).padStart(12, '0')}`
  const to = between(body, TO)
  const id = between(body, ID)
  if (arrivals) {
    first_ms ||= performance.now()
    const tenth = Math.floor((performance.now() - first_ms) / 100)
    arrivals[tenth] = (arrivals[tenth] ?? 0) + 1
  }
  if (id === '') counted.bare++
  else if (ids.has(id)) counted.twice++
  else {
    ids.add(id)
    counted.messages++
    counted.checksum += Number.parseInt(id.slice(-8), 16)
    const taken: Taken = [id, wamid, to, path.split('/')[2] ?? '']
    kept?.push(taken)
    reporter?.report(taken)
  }
  return `{"messaging_product":"whatsapp","contacts":[{"input":"+${to}","wa_id":"${to}"}],"messages":[{"id":"${wamid}"}]}`
}

function between(body: string, before: string): string {
  const at = body.indexOf(before)
  return at < 0 ? '' : body.slice(at + before.length, body.indexOf('"', at + before.length))
}

function reply(response: ServerResponse, body: string): void {
  response.sendDate = false
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
  response.end(body)
}

function onboard(request: IncomingMessage, response: ServerResponse, path: string): void {
  request.resume()
  if (path.startsWith('/_sim/stream')) {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
    return
  }
  reply(response, JSON.stringify(known(path.split('?')[0]?.split('/').slice(2) ?? [])))
}

/** The answer to a path below the version. */
function known([object = '', edge]: string[]): object {
  if (object === 'clock') return { offset_ms: 0 }
  if (object === 'debug_token') return { data: { is_valid: true, scopes: SCOPES, expires_at: 0 } }
  if (edge === 'phone_numbers') return { data: NUMBERS.map(number) }
  if (edge === 'message_templates') return { data: [HELLO_WORLD] }
  if (edge !== undefined) return { success: true }
  if (object === WABA) return { id: WABA, name: 'Bench', currency: 'EUR', account_review_status: 'APPROVED' }
  return number(object)
}

const SCOPES = ['whatsapp_business_management', 'whatsapp_business_messaging']

/** HIGH throughput: Meta lets such a number send 1,000 messages a second. */
function number(id: string): object {
  return {
    id,
    display_phone_number: `+${display(id)}`,
    verified_name: 'Bench',
    status: 'CONNECTED',
    platform_type: 'CLOUD_API',
    quality_rating: 'GREEN',
    throughput: { level: 'HIGH' },
  }
}
