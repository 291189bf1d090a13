// How the body of a request is read: as text, except for forms with files and raw bytes, which their handlers read while
// they arrive.

import type { IncomingMessage } from 'node:http'
import type { FastifyInstance } from 'fastify'

const MOST_BYTES = 4_000_000
const RAW_PATHS = /^\/_sim\/media(\?|$)|^(\/v\d+\.\d+)?\/upload:/i

export function addBodyParser(server: FastifyInstance) {
  server.removeAllContentTypeParsers()
  server.addContentTypeParser('*', (request, payload, done) => {
    const isForm = /^multipart\/form-data\b/i.test(request.headers['content-type'] ?? '')
    if (isForm || RAW_PATHS.test(request.url)) return done(null, undefined)
    readText(payload).then(text => done(null, text), done)
  })
}

async function readText(payload: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of payload as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size <= MOST_BYTES) chunks.push(chunk)
  }
  if (size <= MOST_BYTES) return Buffer.concat(chunks).toString()
  throw Object.assign(new Error(`The body is too large; it may have ${MOST_BYTES} bytes.`), {
    statusCode: 413,
  })
}
