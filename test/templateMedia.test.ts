// Examples of media headers: a file that was uploaded, or one behind a link, becomes Meta's upload handle. Meta's door is
// a proxy here that can cut an upload in the middle.

import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { createServer, request as forward, type RequestListener, type Server } from 'node:http'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { readConfig } from '../server/config.ts'
import { silentLog } from '../server/kit/log.ts'
import { files, padded } from '../server/media/files.fixture.ts'
import { type Carom, startCarom } from '../server/start.ts'
import { type Api, apiOf, eventually, NUMBER, startWorld, type World } from './carom.ts'

const MB = 1_048_576

let world: World
let carom: Carom
let api: Api
let strict: { carom: Carom; api: Api }
let site: { url: string; server: Server; hits: string[] }
let meta: { url: string; server: Server; cuts: number }

before(async () => {
  world = await startWorld()
  site = await openSite()
  meta = await openProxy(world.simulator.url)
  const open = async (env: Record<string, string>) => {
    const started = await startCarom(
      readConfig({ ...world.env, META_GRAPH_URL: meta.url, ...env }),
      silentLog,
    )
    return { carom: started, api: apiOf(started.url, world.owner_key) }
  }
  const free = await open({ CAROM_ALLOW_PRIVATE_WEBHOOKS: 'true' })
  carom = free.carom
  api = free.api
  strict = await open({})
})
after(async () => {
  await carom.close()
  await strict.carom.close()
  for (const { server } of [site, meta]) server.closeAllConnections()
  for (const { server } of [site, meta]) server.close()
  await world.close()
})

async function listen(listener: RequestListener): Promise<{ url: string; server: Server }> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { url: `http://127.0.0.1:${(server.address() as { port: number }).port}`, server }
}

const PICTURE = padded(files.png, 300_000)
const PAPER = Buffer.concat([files.pdf, randomBytes(3 * MB)])

async function openSite() {
  const hits: string[] = []
  const served: Record<string, [type: string, bytes: Buffer]> = {
    '/picture.png': ['image/png', PICTURE],
    '/film.mp4': ['video/mp4', padded(files.mp4, 200_000)],
    '/lies.png': ['image/png', files.pdf],
    '/huge.png': ['image/png', padded(files.png, 6 * MB)],
    '/empty.png': ['image/png', Buffer.alloc(0)],
    '/paper.pdf': ['application/pdf', PAPER],
  }
  const { url, server } = await listen((request, response) => {
    hits.push(request.url ?? '')
    if (request.url === '/moved.png') return response.writeHead(302, { location: '/picture.png' }).end()
    const [type, bytes] = served[request.url ?? ''] ?? []
    if (!bytes) return response.writeHead(404).end()
    response.writeHead(200, { 'content-type': type }).end(bytes)
  })
  return { url, server, hits }
}

/** In front of the simulator; cuts as many uploads as it is told to, after some of their bytes. */
async function openProxy(target: string) {
  const state = { cuts: 0 }
  const proxy = await listen((request, response) => {
    const { method, headers, url = '' } = request
    const onward = forward(target + url, { method, headers }, answer => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      response.flushHeaders()
      answer.pipe(response)
    })
    onward.on('error', () => response.destroy())
    response.on('close', () => onward.destroy())
    const cutting = method === 'POST' && url.includes('/upload:') && state.cuts-- > 0
    let bytes = 0
    request.on('data', chunk => {
      bytes += chunk.length
      if (cutting && bytes > 500_000) request.socket.resetAndDestroy()
    })
    request.pipe(onward)
  })
  return Object.assign(state, proxy)
}

let made = 0
const withHeader = (format: string, example: object) => ({
  ...{ name: `picture_${++made}`, language: 'en_US', category: 'MARKETING' },
  components: [
    { type: 'HEADER', format, example },
    { type: 'BODY', text: 'Look what is new in our shop this week.' },
  ],
})
const create = (format: string, example: object, of = api) =>
  of('POST', '/whatsapp/templates', withHeader(format, example))

type Example = { header_handle: [string] }

/** What the newest template at Meta was submitted with. */
function handleAtMeta(): { sha256: string; mime_type: string } | undefined {
  const newest = [...world.simulator.world.templates.values()].at(-1)
  const [header] = newest?.submitted ?? []
  return world.simulator.world.handles.get((header?.example as Example)?.header_handle[0])
}

const hashOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

async function leftovers(): Promise<string[]> {
  const found = await readdir(join(world.data_dir, 'tmp'), { recursive: true }).catch(() => [])
  return found.filter(name => name.includes('/'))
}

test('a link, and an uploaded file, byte for byte; nothing is left behind', async () => {
  const linked = await create('IMAGE', { link: `${site.url}/picture.png` })
  assert.equal(linked.status, 201, linked.text)
  assert.deepEqual(handleAtMeta()?.sha256, hashOf(PICTURE))
  assert.equal(handleAtMeta()?.mime_type, 'image/png')

  const pdf = Buffer.concat([files.pdf, randomBytes(100_000)])
  const headers = { 'content-type': 'application/pdf' }
  const uploaded = await api('POST', `/whatsapp/media?phone_number_id=${NUMBER}`, pdf, headers)
  const document = await create('DOCUMENT', { media_id: uploaded.body.media_id })
  assert.equal(document.status, 201, document.text)
  assert.equal(handleAtMeta()?.sha256, hashOf(pdf))
  const unknown = await create('DOCUMENT', { media_id: '123456' })
  assert.deepEqual(
    [unknown.status, unknown.body.error.code, unknown.body.error.param],
    [422, 'media_not_found', 'components[0].example.media_id'],
  )
  await eventually(async () => assert.deepEqual(await leftovers(), []))
})

test('the same file in many cards is fetched and uploaded once', async () => {
  const card = {
    components: [
      { type: 'HEADER', format: 'IMAGE', example: { link: `${site.url}/picture.png` } },
      { type: 'BUTTONS', buttons: [{ type: 'QUICK_REPLY', text: 'More' }] },
    ],
  }
  const before = world.simulator.world.handles.size
  site.hits.length = 0
  const answer = await api('POST', '/whatsapp/templates', {
    ...{ name: 'many_cards', language: 'en_US', category: 'MARKETING' },
    components: [
      { type: 'BODY', text: 'Look what is new in our shop.' },
      { type: 'CAROUSEL', cards: [card, card, card] },
    ],
  })
  assert.equal(answer.status, 201, answer.text)
  assert.deepEqual([site.hits.length, world.simulator.world.handles.size - before], [1, 1])
})

test('an upload that is cut off goes on where Meta stopped hearing', async () => {
  meta.cuts = 1
  const answer = await create('DOCUMENT', { link: `${site.url}/paper.pdf` })
  assert.equal(answer.status, 201, answer.text)
  assert.equal(handleAtMeta()?.sha256, hashOf(PAPER))
  assert.equal(meta.cuts, -1, 'one attempt was cut, one was not')
})

test('what is no such file is refused with its place, before Meta hears of it', async () => {
  const templates = world.simulator.world.templates.size
  const cases: [format: string, path: string, words: RegExp][] = [
    ['IMAGE', '/lies.png', /JPEG or PNG.*application\/pdf/],
    ['IMAGE', '/film.mp4', /JPEG or PNG.*video\/mp4/],
    ['VIDEO', '/picture.png', /MP4/],
    ['IMAGE', '/huge.png', /larger than the 5 MB/],
    ['IMAGE', '/empty.png', /empty/],
    ['IMAGE', '/nothing.png', /HTTP 404/],
    ['IMAGE', '/moved.png', /redirect/],
  ]
  for (const [format, path, words] of cases) {
    const { status, body } = await create(format, { link: site.url + path })
    assert.deepEqual([status, body.error.param], [422, 'components[0].example.link'], path)
    assert.match(body.error.message, words)
  }
  const { body } = await create('IMAGE', { link: 'http://127.0.0.1:9/x.png' })
  assert.match(body.error.message, /could not be opened/)
  assert.equal(world.simulator.world.templates.size, templates)
  await eventually(async () => assert.deepEqual(await leftovers(), []))
})

test('links lead to public addresses only, unless a setting allows others', async () => {
  site.hits.length = 0
  const port = new URL(site.url).port
  const links = [
    site.url,
    `https://127.0.0.1:${port}`,
    `https://localhost:${port}`,
    'https://[::1]',
    'https://10.0.0.1',
  ]
  for (const link of [...links, 'https://[::ffff:127.0.0.1]', 'https://169.254.169.254']) {
    const { status, body } = await create('IMAGE', { link: `${link}/picture.png` }, strict.api)
    assert.equal(status, 422, link)
    assert.match(body.error.message, /https:\/\/|not public|could not be opened/, link)
  }
  assert.deepEqual(site.hits, [])
})

test('what a template reads back can be edited and given again as it is', async () => {
  const answer = await create('IMAGE', { link: `${site.url}/picture.png` })
  const { id } = answer.body
  await world.sim('POST', '/_sim/clock', { advance_seconds: 3 })
  const read = await eventually(async () => {
    const found = (await strict.api('GET', `/whatsapp/templates/${id}`)).body
    assert.equal(found.status, 'APPROVED')
    return found
  })
  const [header, body] = read.components
  assert.match(header.example.header_handle[0], /^http:.*oe=/)
  const components = [header, { ...body, text: 'Look what is newer in our shop this week.' }]
  const edited = await api('PATCH', `/whatsapp/templates/${id}`, { components })
  assert.equal(edited.status, 200, edited.text)
  assert.equal(edited.body.components[1].text, components[1].text)
})
