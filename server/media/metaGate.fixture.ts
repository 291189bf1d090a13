// For tests of media: a Meta that keeps media in memory, in front of the simulator, which answers everything else. It
// counts, and misbehaves on request. Nothing of it is used outside of tests.

import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http'

export type Kept = { id: string; number: string; mime_type: string; filename: string; bytes: Buffer }

/** What an upload or a download meets: a cut connection, an answer of that status and body, or nothing unusual. */
export type Trouble = 'reset' | 'half' | { status: number; body: string }

export type MetaGate = {
  url: string
  media: Map<string, Kept>
  /** Taken one after the other. */
  troubles: { upload: Trouble[]; download: Trouble[] }
  counts: { uploads: number; downloads: number; reads: number; deletes: number }
  /** Puts media there as if a person had sent them. */
  put(number: string, mime_type: string, bytes: Buffer): string
  /** Range headers that came. */
  ranges: (string | undefined)[]
  close(): Promise<void>
}

export async function openMetaGate(simulator_url: string): Promise<MetaGate> {
  let ids = 880_000_000_000
  let links = 0
  const gate: MetaGate = {
    url: '',
    media: new Map(),
    troubles: { upload: [], download: [] },
    counts: { uploads: 0, downloads: 0, reads: 0, deletes: 0 },
    ranges: [],
    put(number, mime_type, bytes) {
      const id = String(++ids)
      gate.media.set(id, { id, number, mime_type, filename: '', bytes })
      return id
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://gate')
    const [, version = '', id = '', edge = ''] = url.pathname.split('/')
    if (version === 'bytes') return download(gate, id, request, response)
    if (request.method === 'POST' && edge === 'media') return void take(gate, id, request, response)
    const kept = gate.media.get(id)
    if (!kept) return pass(simulator_url, request, response)
    const number = url.searchParams.get('phone_number_id')
    if (number !== null && number !== kept.number) return unknown(response, id)
    if (request.method === 'DELETE') {
      gate.counts.deletes++
      gate.media.delete(id)
      return json(response, 200, { success: true })
    }
    gate.counts.reads++
    json(response, 200, {
      messaging_product: 'whatsapp',
      url: `${gate.url}/bytes/${id}?link=${++links}`,
      mime_type: kept.mime_type,
      sha256: createHash('sha256').update(kept.bytes).digest('hex'),
      file_size: String(kept.bytes.length),
      id,
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  gate.url = `http://127.0.0.1:${(server.address() as { port: number }).port}`
  return gate
}

async function take(gate: MetaGate, number: string, request: IncomingMessage, response: ServerResponse) {
  const trouble = gate.troubles.upload.shift()
  if (trouble === 'reset') return request.socket.resetAndDestroy()
  const chunks: Buffer[] = []
  try {
    for await (const chunk of request) {
      chunks.push(chunk)
      if (trouble === 'half') return request.socket.resetAndDestroy()
    }
  } catch {
    return
  }
  gate.counts.uploads++
  if (typeof trouble === 'object') return answer(response, trouble)
  const body = Buffer.concat(chunks)
  if (Number(request.headers['content-length']) !== body.length) return json(response, 411, {})
  const form = await new Response(body, {
    headers: { 'content-type': request.headers['content-type'] ?? '' },
  }).formData()
  const file = form.get('file') as File
  if (form.get('messaging_product') !== 'whatsapp') return json(response, 400, {})
  const id = gate.put(number, String(form.get('type')), Buffer.from(await file.arrayBuffer()))
  ;(gate.media.get(id) as Kept).filename = file.name
  json(response, 200, { id })
}

function download(gate: MetaGate, id: string, request: IncomingMessage, response: ServerResponse) {
  gate.counts.downloads++
  gate.ranges.push(request.headers.range)
  const trouble = gate.troubles.download.shift()
  const kept = gate.media.get(id)
  if (trouble === 'reset') return request.socket.resetAndDestroy()
  if (typeof trouble === 'object') return answer(response, trouble)
  if (!request.headers.authorization?.startsWith('Bearer EAA') || !request.headers['user-agent']) {
    return answer(response, { status: 401, body: '' })
  }
  if (!kept) return answer(response, { status: 404, body: '' })
  const [, start, end] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? []
  if (start === undefined) {
    response.writeHead(200, { 'content-type': kept.mime_type, 'content-length': kept.bytes.length })
    response.end(kept.bytes)
    return
  }
  const part = kept.bytes.subarray(Number(start), Number(end) + 1)
  const range = `bytes ${start}-${Number(start) + part.length - 1}/${kept.bytes.length}`
  response.writeHead(206, { 'content-range': range, 'content-length': part.length }).end(part)
}

function pass(simulator_url: string, request: IncomingMessage, response: ServerResponse): void {
  const onward = forward(simulator_url + (request.url ?? ''), {
    method: request.method,
    headers: request.headers,
  })
  onward.on('response', answered => {
    response.writeHead(answered.statusCode ?? 502, answered.headers)
    response.flushHeaders()
    answered.pipe(response)
  })
  onward.on('error', () => response.destroy())
  response.on('close', () => onward.destroy())
  request.pipe(onward)
}

function unknown(response: ServerResponse, id: string): void {
  const message = `Unsupported get request. Object with ID '${id}' does not exist.`
  json(response, 400, { error: { message, type: 'GraphMethodException', code: 100, error_subcode: 33 } })
}

function answer(response: ServerResponse, { status, body }: { status: number; body: string }): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(body)
}

function json(response: ServerResponse, status: number, body: object): void {
  answer(response, { status, body: JSON.stringify(body) })
}
