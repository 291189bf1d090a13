// The mirror in S3-compatible storage: three calls, addressed by path, signed with AWS Signature Version 4.

import { createReadStream } from 'node:fs'
import { AwsV4Signer } from 'aws4fetch'
import { request } from 'undici'
import type { Config } from '../../config.ts'
import type { Place } from './place.ts'

type Bucket = { url: string; region: string; access_key_id: string; secret_access_key: string }

type Ask = {
  method: 'GET' | 'PUT' | 'DELETE'
  headers?: Record<string, string>
  /** Hex SHA-256 of the body. */
  content?: { path: string; size: number; sha256: string }
}

export function s3Place(config: Config): Place | undefined {
  const bucket = bucketOf(config)
  if (!bucket) return undefined
  return {
    name: 's3',
    async store(key, { mime_type, ...content }) {
      const answer = await ask(bucket, key, {
        method: 'PUT',
        headers: { 'content-type': mime_type },
        content,
      })
      await finish(answer, [200, 201, 204])
    },
    async read(key, range) {
      const headers = range ? { range: `bytes=${range.start}-${range.end}` } : {}
      const answer = await ask(bucket, key, { method: 'GET', headers })
      if (answer.statusCode === 200 || answer.statusCode === 206) return answer.body
      await finish(answer, [404])
      return undefined
    },
    async remove(key) {
      await finish(await ask(bucket, key, { method: 'DELETE' }), [200, 204, 404])
    },
  }
}

function bucketOf(config: Config): Bucket | undefined {
  const { CAROM_S3_ENDPOINT, CAROM_S3_BUCKET, CAROM_S3_REGION } = config
  const { CAROM_S3_ACCESS_KEY_ID, CAROM_S3_SECRET_ACCESS_KEY } = config
  if (!CAROM_S3_ENDPOINT || !CAROM_S3_BUCKET || !CAROM_S3_ACCESS_KEY_ID || !CAROM_S3_SECRET_ACCESS_KEY) {
    return undefined
  }
  return {
    url: `${CAROM_S3_ENDPOINT}/${CAROM_S3_BUCKET}`,
    region: CAROM_S3_REGION,
    access_key_id: CAROM_S3_ACCESS_KEY_ID,
    secret_access_key: CAROM_S3_SECRET_ACCESS_KEY,
  }
}

const STALL_MS = 60_000
const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

async function ask(bucket: Bucket, key: string, { method, headers = {}, content }: Ask) {
  const url = `${bucket.url}/${key}`
  const signed = await new AwsV4Signer({
    method,
    url,
    headers: { ...headers, 'x-amz-content-sha256': content?.sha256 ?? EMPTY },
    service: 's3',
    region: bucket.region,
    accessKeyId: bucket.access_key_id,
    secretAccessKey: bucket.secret_access_key,
  }).sign()
  return request(signed.url, {
    method,
    headers: {
      ...Object.fromEntries(signed.headers),
      ...(content ? { 'content-length': String(content.size) } : {}),
    },
    body: content ? createReadStream(content.path) : null,
    headersTimeout: STALL_MS,
    bodyTimeout: STALL_MS,
  })
}

/** The storage's own words stay in the log: they may name the bucket and the key id. */
async function finish(answer: Awaited<ReturnType<typeof ask>>, expected: number[]): Promise<void> {
  const text = await answer.body.text()
  if (expected.includes(answer.statusCode)) return
  const code = /<Code>([A-Za-z0-9]{1,64})<\/Code>/.exec(text)?.[1]
  throw new Error(`The S3 storage answered HTTP ${answer.statusCode}${code ? ` (${code})` : ''}.`)
}
