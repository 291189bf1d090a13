// GET /openapi.json and GET /docs: the reference that people read and try, served whole from this process. Nothing
// is loaded before the first visit, and then only compressed bytes are kept.

import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import Type from 'typebox'
import type { Reply, Route } from './route.ts'

/** `document` is asked once, at the first visit. */
export function docsRoutes(options: { document(): object }): Route[] {
  const script = `reference-${packageVersion()}.js`
  const document = once(async () => pack(JSON.stringify(options.document())))
  const reference = once(readReference)
  return [
    page('/openapi.json', 'This API as an OpenAPI 3.1 document', 'application/json', async accepts =>
      packed(await document(), 'application/json; charset=utf-8', accepts, 'no-cache'),
    ),
    page('/docs', 'This API as a page to read and try', 'text/html', async () => {
      const html = await readFile(asset('page.html'), 'utf8')
      return plain(html.replace('REFERENCE', script), 'text/html; charset=utf-8')
    }),
    hidden(`/docs/${script}`, async accepts =>
      packed(await reference(), JAVASCRIPT, accepts, 'public, max-age=31536000, immutable'),
    ),
    hidden('/docs/start.js', async () => plain(await readFile(asset('start.js')), JAVASCRIPT)),
  ]
}

type Answer = (acceptsGzip: boolean) => Promise<Reply>

const JAVASCRIPT = 'text/javascript; charset=utf-8'

/** Styles must be inline: the reference writes its own. Nothing may be asked of another host. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

function page(path: string, summary: string, contentMediaType: string, answer: Answer): Route {
  const schema = contentMediaType === 'application/json' ? Type.Unknown() : Type.String({ contentMediaType })
  return publicRoute(path, summary, { replies: { 200: schema } }, answer)
}

function hidden(path: string, answer: Answer): Route {
  return publicRoute(path, 'A part of /docs', { replies: { 200: null }, hidden: true }, answer)
}

function publicRoute(
  path: string,
  summary: string,
  rest: Pick<Route, 'replies' | 'hidden'>,
  answer: Answer,
): Route {
  return {
    method: 'GET',
    path,
    root: true,
    scope: 'public',
    tag: 'operations',
    summary,
    errors: [],
    ...rest,
    handle: call => answer(/\bgzip\b/.test(String(call.headers['accept-encoding'] ?? ''))),
  }
}

function plain(body: string | Buffer, content_type: string): Reply {
  return { status: 200, body: Buffer.from(body), content_type, headers: headers('no-cache') }
}

async function packed(
  zipped: Buffer,
  content_type: string,
  acceptsGzip: boolean,
  caching: string,
): Promise<Reply> {
  const shared = { ...headers(caching), vary: 'accept-encoding' }
  if (acceptsGzip) {
    return { status: 200, body: zipped, content_type, headers: { ...shared, 'content-encoding': 'gzip' } }
  }
  return { status: 200, body: await promisify(gunzip)(zipped), content_type, headers: shared }
}

function headers(caching: string): Record<string, string> {
  return {
    'cache-control': caching,
    'content-security-policy': POLICY,
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  }
}

/** The script of the reference, gzipped by a process of its own that gives its memory back. It is told no secrets. */
async function readReference(): Promise<Buffer> {
  const env = process.env.SystemRoot ? { SystemRoot: process.env.SystemRoot } : {}
  const { stdout } = await promisify(execFile)(process.execPath, [asset('pack.ts')], {
    encoding: 'buffer',
    maxBuffer: 16 * 1024 * 1024,
    env,
  })
  return stdout
}

function pack(text: string): Promise<Buffer> {
  return promisify(gzip)(text, { level: 9 })
}

/** Runs `make` at the first call and keeps what it gave; what failed is tried again. */
function once(make: () => Promise<Buffer>): () => Promise<Buffer> {
  let made: Promise<Buffer> | undefined
  return () => {
    made ??= make().catch(error => {
      made = undefined
      throw error
    })
    return made
  }
}

function asset(name: string): string {
  return join(import.meta.dirname, 'docs', name)
}

/** Names the script by the version of its package, so that browsers may keep it for ever. */
function packageVersion(): string {
  const main = createRequire(import.meta.url).resolve('@scalar/fastify-api-reference')
  const { version } = JSON.parse(readFileSync(join(dirname(main), '../package.json'), 'utf8'))
  return version
}
