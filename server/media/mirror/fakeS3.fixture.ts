// For tests of the mirror: an S3 that keeps objects in memory and checks every signature by its own arithmetic.

import { createHash, createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'

export const KEY = { id: 'AKIDEXAMPLE', secret: 'wJalrXUtnFEMI/K7MDENG', region: 'eu-test-1' }

export type FakeS3 = {
  url: string
  /** By path, `/bucket/key…`. */
  objects: Map<string, { bytes: Buffer; type: string | undefined }>
  /** Statuses to answer instead, one after the other. */
  troubles: number[]
  close(): Promise<void>
}

export async function openFakeS3(): Promise<FakeS3> {
  const s3: FakeS3 = {
    url: '',
    objects: new Map(),
    troubles: [],
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await Array.fromAsync(request as AsyncIterable<Buffer>))
    const path = request.url ?? ''
    const trouble = s3.troubles.shift()
    if (trouble) return response.writeHead(trouble).end('<Error><Code>SlowDown</Code></Error>')
    const wrong = signatureProblem(request, body)
    if (wrong) {
      return response.writeHead(403).end(`<Error><Code>SignatureDoesNotMatch</Code>${wrong}</Error>`)
    }
    if (request.method === 'PUT') {
      s3.objects.set(path, { bytes: body, type: request.headers['content-type'] })
      return response.writeHead(200).end()
    }
    if (request.method === 'DELETE') {
      s3.objects.delete(path)
      return response.writeHead(204).end()
    }
    const found = s3.objects.get(path)
    if (!found) return response.writeHead(404).end('<Error><Code>NoSuchKey</Code></Error>')
    const [, start, end] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? []
    if (start === undefined) return response.writeHead(200).end(found.bytes)
    return response.writeHead(206).end(found.bytes.subarray(Number(start), Number(end) + 1))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  s3.url = `http://127.0.0.1:${(server.address() as { port: number }).port}`
  return s3
}

const sha = (data: Buffer | string) => createHash('sha256').update(data).digest('hex')
const hmac = (key: Buffer | string, text: string) => createHmac('sha256', key).update(text).digest()

/** AWS Signature Version 4, as Amazon describes it. */
function signatureProblem({ headers, method, url = '' }: IncomingMessage, body: Buffer): string | undefined {
  const pattern = /^AWS4-HMAC-SHA256 Credential=([^,]+), SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/
  const [, credential, signed = '', signature] = pattern.exec(headers.authorization ?? '') ?? []
  const at = String(headers['x-amz-date'])
  const day = at.slice(0, 8)
  const scope = `${day}/${KEY.region}/s3/aws4_request`
  if (credential !== `${KEY.id}/${scope}`) return 'credential'
  if (headers['x-amz-content-sha256'] !== sha(body)) return 'content'
  if (headers['content-length'] === undefined && body.length > 0) return 'length'
  const lines = signed.split(';').map(name => `${name}:${String(headers[name]).trim()}\n`)
  const canonical = [method, url, '', lines.join(''), signed, sha(body)].join('\n')
  const text = ['AWS4-HMAC-SHA256', at, scope, sha(canonical)].join('\n')
  const key = ['s3', 'aws4_request'].reduce(hmac, hmac(hmac(`AWS4${KEY.secret}`, day), KEY.region))
  return hmac(key, text).toString('hex') === signature ? undefined : 'signature'
}
