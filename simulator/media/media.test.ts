import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { createServer, request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { seedIds } from '../seed.ts'
import { first, second, startTestWorld, until, type Wire } from '../testWorld.ts'

let world: Awaited<ReturnType<typeof startTestWorld>>
before(async () => {
  world = await startTestWorld({ enforce_rates: false, enforce_window: 'off' })
  await world.subscribe()
})
after(() => world.close())

const DAY = 24 * 3600
const bearer = { authorization: `Bearer ${seedIds.token}` }
const advance = (seconds: number) => world.control('POST', 'clock', { advance_seconds: seconds })

type Upload = { type?: string; field?: string; bytes?: Buffer; product?: string }

async function upload({
  type = 'image/jpeg',
  field,
  bytes = Buffer.from('a picture'),
  product = 'whatsapp',
}: Upload) {
  const form = new FormData()
  if (product) form.set('messaging_product', product)
  if (field) form.set('type', field)
  form.set('file', new Blob([bytes as Uint8Array<ArrayBuffer>], { type }), 'grüße "1".jpg')
  const url = `${world.simulator.url}/v26.0/${first}/media`
  const answer = await fetch(url, { method: 'POST', body: form, headers: bearer })
  return { status: answer.status, body: (await answer.json()) as Wire }
}

const uploaded = async (what: Upload = {}): Promise<string> => {
  const { body } = await upload(what)
  assert.match(body.id, /^\d+$/, JSON.stringify(body))
  return body.id
}
const info = async (id: string, query = '') => world.graph('GET', `${id}${query}`)
const fetchBytes = (url: string, headers: Record<string, string> = bearer) => fetch(url, { headers })

test('what was uploaded can be asked for, fetched and deleted', async () => {
  const bytes = Buffer.from('some bytes of a picture')
  const id = await uploaded({ bytes })
  const { body } = await info(id, `?phone_number_id=${first}`)
  const { url, ...facts } = body
  assert.deepEqual(facts, {
    messaging_product: 'whatsapp',
    mime_type: 'image/jpeg',
    sha256: createHash('sha256').update(bytes).digest('hex'),
    file_size: String(bytes.length),
    id,
  })
  const answer = await fetchBytes(url)
  assert.deepEqual([answer.status, answer.headers.get('content-type')], [200, 'image/jpeg'])
  assert.equal(await answer.text(), String(bytes))
  assert.deepEqual((await world.graph('DELETE', id)).body, { success: true })
  assert.deepEqual([(await info(id)).body.error.code, (await fetchBytes(url)).status], [100, 404])
})

test('a url wants the token and a user agent, and lives five minutes', async () => {
  const id = await uploaded()
  const { url } = (await info(id)).body
  assert.equal((await fetch(url)).status, 401)
  assert.equal((await fetchBytes(url, { authorization: 'Bearer EAAwrong' })).status, 401)
  assert.equal((await fetchBytes(url.replace('hash=', 'hash=x'))).status, 404)
  const silent = await new Promise<number>(done => {
    httpRequest(url, { headers: bearer }, reply => done(reply.resume().statusCode ?? 0)).end()
  })
  assert.equal(silent, 403)
  await advance(299)
  assert.equal((await fetchBytes(url)).status, 200)
  await advance(2)
  assert.equal((await fetchBytes(url)).status, 404)
})

test('parts of a medium', async () => {
  const { url } = (await info(await uploaded({ bytes: Buffer.from('0123456789') }))).body
  const part = async (range: string) => {
    const answer = await fetchBytes(url, { ...bearer, range })
    return [answer.status, answer.headers.get('content-range'), await answer.text()]
  }
  assert.deepEqual(await part('bytes=2-4'), [206, 'bytes 2-4/10', '234'])
  assert.deepEqual(await part('bytes=7-'), [206, 'bytes 7-9/10', '789'])
  assert.deepEqual(await part('bytes=-3'), [206, 'bytes 7-9/10', '789'])
  assert.deepEqual((await part('bytes=10-')).slice(0, 2), [416, 'bytes */10'])
})

test('ids belong to one number and live thirty days', async () => {
  const id = await uploaded()
  assert.equal((await info(id, `?phone_number_id=${second}`)).body.error.error_subcode, 33)
  const { body: other } = await world.control('POST', 'wabas', {})
  assert.equal((await world.graph('GET', id, undefined, other.access_token)).body.error.error_subcode, 33)
  const image = { type: 'image', image: { id } }
  assert.equal((await world.send('+15550101001', image, second)).body.error.code, 100)
  assert.equal((await world.send('+15550101001', image)).status, 200)
  await advance(30 * DAY - 5)
  assert.equal((await info(id)).status, 200)
  await advance(10)
  assert.equal((await info(id)).body.error.code, 100)
  assert.equal((await world.send('+15550101001', image)).body.error.code, 100)
})

test('uploads that Meta refuses', async () => {
  const wrong = await upload({ type: 'image/gif' })
  assert.deepEqual([wrong.status, wrong.body.error.code], [400, 100])
  assert.match(wrong.body.error.message, /one of the following types: .*Received file of type 'image\/gif'/)
  assert.equal((await upload({ type: 'application/octet-stream' })).body.error.code, 100)
  assert.equal((await upload({ product: '' })).body.error.code, 100)
  assert.equal((await upload({ bytes: Buffer.alloc(0) })).body.error.code, 100)
  const path = `${first}/media`
  assert.match((await world.graph('POST', path, {})).body.error.message, /file is required/)
  const form = { ...bearer, 'content-type': 'multipart/form-data; boundary=b' }
  const url = `${world.simulator.url}/v26.0/${path}`
  for (const body of [
    'nonsense',
    '--b\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\nhalf',
  ]) {
    const answer = await fetch(url, { method: 'POST', body, headers: form })
    assert.deepEqual([answer.status, ((await answer.json()) as Wire).error.code], [400, 100], body)
  }
  const vague = await uploaded({ type: 'application/octet-stream', field: 'application/pdf' })
  assert.equal((await info(vague)).body.mime_type, 'application/pdf')
})

test('a form is read wherever the network cuts it', async () => {
  const bytes = Buffer.from('\r\n--bound\r\n--boun\r--boundary-of-no-one\r\n-')
  const head = 'content-disposition: form-data; name='
  const form = Buffer.concat([
    Buffer.from(`--boundary\r\n${head}"file"; filename="a.txt"\r\ncontent-type: text/plain\r\n\r\n`),
    bytes,
    Buffer.from(`\r\n--boundary\r\n${head}"messaging_product"\r\n\r\nwhatsapp\r\n--boundary--\r\n`),
  ])
  for (const size of [1, 7, 64]) {
    const id = await sendInPieces(form, size)
    assert.equal((await info(id)).body.sha256, createHash('sha256').update(bytes).digest('hex'), `${size}`)
  }
})

function sendInPieces(form: Buffer, size: number): Promise<string> {
  return new Promise((done, fail) => {
    const headers = { ...bearer, 'content-type': 'multipart/form-data; boundary=boundary' }
    const url = `${world.simulator.url}/v26.0/${first}/media`
    const sending = httpRequest(url, { method: 'POST', headers }, async reply => {
      const text = Buffer.concat(await reply.toArray()).toString()
      done(JSON.parse(text).id)
    })
    sending.on('error', fail)
    for (let at = 0; at < form.length; at += size) sending.write(form.subarray(at, at + size))
    sending.end()
  })
}

test('a large upload is written down, not kept in memory', async () => {
  const piece = Buffer.alloc(1_000_000, 7)
  // What is garbage but not yet collected would count: V8 waits until 64 MB of it have piled up.
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  const before = process.memoryUsage().arrayBuffers
  let most = 0
  async function* pieces() {
    yield '--b\r\ncontent-disposition: form-data; name="messaging_product"\r\n\r\nwhatsapp\r\n'
    yield '--b\r\ncontent-disposition: form-data; name="file"; filename="a.mp4"\r\ncontent-type: video/mp4\r\n\r\n'
    for (let at = 0; at < 60; at++) {
      yield piece
      collect()
      most = Math.max(most, process.memoryUsage().arrayBuffers - before)
    }
    yield '\r\n--b--\r\n'
  }
  const answer = await fetch(`${world.simulator.url}/v26.0/${first}/media`, {
    method: 'POST',
    body: ReadableStream.from(pieces()) as never,
    headers: { ...bearer, 'content-type': 'multipart/form-data; boundary=b' },
    duplex: 'half',
  } as RequestInit)
  const { id } = (await answer.json()) as Wire
  assert.equal((await info(id)).body.file_size, '60000000')
  assert.ok(most < 30_000_000, `${most} bytes of buffers for a file of 60 MB`)
  const tooLarge = { type: 'video', video: { id } }
  assert.equal((await world.send('+15550101001', tooLarge)).body.error.code, 131053)
  assert.equal((await world.send('+15550101001', { type: 'document', document: { id } })).status, 200)
})

test('what does not fit the kind is refused when it is sent', async () => {
  const webp = (size: number, flags: number) => {
    const bytes = Buffer.alloc(size)
    bytes.write('RIFF', 0)
    bytes.write('WEBPVP8X', 8)
    bytes[20] = flags
    return bytes
  }
  const sticker = async (bytes: Buffer) => {
    const id = await uploaded({ type: 'image/webp', bytes })
    return (await world.send('+15550101001', { type: 'sticker', sticker: { id } })).body.error?.code ?? 0
  }
  assert.equal(await sticker(webp(100 * 1024, 0)), 0)
  assert.equal(await sticker(webp(100 * 1024 + 1, 0)), 131053)
  assert.equal(await sticker(webp(500 * 1024, 2)), 0)
  const mp3 = await uploaded({ type: 'audio/mpeg' })
  const audio = (more: object) => world.send('+15550101001', { type: 'audio', audio: { id: mp3, ...more } })
  assert.equal((await audio({})).status, 200)
  assert.equal((await audio({ voice: true })).body.error.code, 131053)
  const header = { header: { type: 'image', image: { id: mp3 } } }
  const buttons = [{ type: 'reply', reply: { id: 'a', title: 'a' } }]
  const interactive = { type: 'button', body: { text: 'a' }, action: { buttons }, ...header }
  assert.equal(
    (await world.send('+15550101001', { type: 'interactive', interactive })).body.error.code,
    131053,
  )
  const components = [{ type: 'header', parameters: [header.header] }]
  const offer = { name: 'weekly_offer', language: { code: 'en_US' } }
  const body = { type: 'body', parameters: [{ type: 'text', text: 'Ada' }] }
  const sent = { type: 'template', template: { ...offer, components: [...components, body] } }
  assert.equal((await world.send('+15550101001', sent)).body.error.code, 131053)
})

test('links fail later: on purpose, or where this machine serves nothing good', async () => {
  const files = createServer((request, response) => {
    const isGood = request.url === '/good.jpg'
    response.writeHead(200, { 'content-type': isGood ? 'image/jpeg' : 'text/html' }).end('a picture')
  })
  await new Promise<void>(done => files.listen(0, '127.0.0.1', done))
  const here = `http://127.0.0.1:${(files.address() as AddressInfo).port}`
  const fate = async (link: string) => {
    const { body } = await world.send('+15550101001', { type: 'image', image: { link } })
    const { id } = body.messages[0]
    const last = await until(() => world.receiver.statuses(id).find(one => one.status !== 'sent'))
    return last.errors?.[0].code ?? last.status
  }
  const links = [
    `${here}/good.jpg`,
    `${here}/page`,
    'https://example.com/fail-131053/a.jpg',
    'https://example.com/a',
  ]
  assert.deepEqual(await Promise.all(links.map(fate)), ['delivered', 131053, 131053, 'delivered'])
  files.closeAllConnections()
  files.close()
})

test('a sample for a template is uploaded in pieces', async () => {
  const bytes = Buffer.from('bytes of a sample')
  const query = `file_name=a.png&file_length=${bytes.length}&file_type=image/png`
  const { id } = (await world.graph('POST', `${seedIds.app}/uploads?${query}`)).body
  assert.match(id, /^upload:.+\?sig=AR.+/)
  const url = `${world.simulator.url}/v26.0/${id}`
  const put = (from: number, to: number, scheme = 'OAuth') =>
    fetch(url, {
      method: 'POST',
      body: bytes.subarray(from, to) as Uint8Array<ArrayBuffer>,
      headers: { authorization: `${scheme} ${seedIds.token}`, file_offset: String(from) },
    })
  assert.equal((await put(0, 5, 'Bearer')).status, 401)
  assert.equal((await put(0, 5)).status, 200)
  assert.deepEqual((await world.graph('GET', id)).body.file_offset, 5)
  assert.equal((await put(9, 12)).status, 400)
  const { h } = (await (await put(5, bytes.length)).json()) as Wire
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  assert.equal(world.simulator.world.handles.get(h)?.sha256, sha256)
  assert.equal((await world.graph('GET', encodeURIComponent(id))).body.error.code, 100)
})

test('the phone page gets and gives bytes without a token', async () => {
  const address = `${world.simulator.url}/_sim/media`
  const body = Buffer.from('a film')
  const made = await fetch(address, { method: 'POST', body, headers: { 'content-type': 'video/mp4' } })
  const { id, ...facts } = (await made.json()) as Wire
  assert.equal(made.status, 201)
  const sha256 = createHash('sha256').update(body).digest('hex')
  assert.deepEqual(facts, { mime_type: 'video/mp4', sha256, size: 6 })
  const shown = await fetch(`${address}/${id}`)
  assert.deepEqual([shown.headers.get('content-type'), await shown.text()], ['video/mp4', 'a film'])
  assert.equal((await fetch(`${address}/1`)).status, 404)
  assert.equal((await info(id)).body.error.code, 100)
  const page = await fetch(`${address}/${await uploaded({ type: 'text/html' })}`)
  assert.equal(page.headers.get('content-disposition'), 'attachment')
  const video = { phone_number_id: first, user: '15550101001', type: 'video', video: { id } }
  const { content } = (await world.control('POST', 'messages', video)).body
  assert.deepEqual([content.id, content.mime_type], [id, 'video/mp4'])
  assert.equal(await (await fetchBytes(content.url)).text(), 'a film')
  await advance(7 * DAY + 1)
  assert.equal((await info(id)).body.error.code, 100)
  assert.equal((await fetch(`${address}/${id}`)).status, 200)
})

test('nothing half written is left', () => {
  const world_media = world.simulator.world.media
  assert.ok(world_media.list().length > 5)
  const drafts = readdirSync(world_media.files.folder()).filter(name => name.endsWith('.part'))
  assert.deepEqual(drafts, [])
})
