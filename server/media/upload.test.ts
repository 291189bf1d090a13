// Uploads through the whole gateway: forms and raw bodies, what is refused before Meta hears of it, retries, reuse.

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import { after, before, beforeEach, test } from 'node:test'
import { apiOf, eventually, FAST_NUMBER, NUMBER } from '../../test/carom.ts'
import { files, padded } from './files.fixture.ts'
import { MAX_BYTES } from './kinds.ts'
import { type MediaWorld, openMediaWorld } from './world.fixture.ts'

let world: MediaWorld
before(async () => {
  world = await openMediaWorld({ CAROM_MEDIA_TIMEOUT_MS: '8000' })
})
after(() => world.close())
beforeEach(() => {
  world.gate.troubles.upload = []
  world.gate.counts.uploads = 0
})

let variant = 0
/** The same format with other bytes every time: nothing that an earlier test uploaded. */
const fresh = (file: Buffer) => Buffer.concat([file, Buffer.from(`variant ${variant++}`)])
const file = (bytes: Buffer, name: string, type = '') => new File([new Uint8Array(bytes)], name, { type })
const here = `?phone_number_id=${NUMBER}`

async function expectRefused(
  answer: Promise<{ status: number; text: string; body: { error: { code: string } } }>,
  status: number,
  code: string,
) {
  const { uploads } = world.gate.counts
  const refused = await answer
  assert.deepEqual([refused.status, refused.body.error?.code], [status, code], refused.text)
  assert.equal(world.gate.counts.uploads, uploads, 'Meta heard of it')
  assert.deepEqual(await world.leftovers(), [])
  return refused.body.error as { message: string; param: string; details: Record<string, unknown> } & {
    code: string
  }
}

test('a form goes to Meta byte for byte, and answers what it is', async () => {
  const bytes = fresh(files.jpeg)
  const sent = await world.form([
    ['phone_number_id', NUMBER],
    ['file', file(bytes, 'Grüße "1".jpg', 'image/jpeg')],
  ])
  assert.equal(sent.status, 201, sent.text)
  const { media_id, expires_at, created_at, ...rest } = sent.body
  assert.deepEqual(rest, {
    mime_type: 'image/jpeg',
    size: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    filename: 'Grüße "1".jpg',
    phone_number_id: NUMBER,
    direction: 'outbound',
    mirrored: false,
  })
  assert.equal(Date.parse(expires_at) - Date.parse(created_at), 30 * 86_400_000)
  const kept = world.gate.media.get(media_id)
  assert.ok(kept?.bytes.equals(bytes))
  assert.deepEqual([kept?.number, kept?.mime_type], [NUMBER, 'image/jpeg'])
  assert.deepEqual(await world.leftovers(), [])
  const read = await world.api('GET', `/whatsapp/media/${media_id}`)
  assert.deepEqual(read.body, sent.body)
})

test('fields may come after the file, and a type of its own', async () => {
  const sent = await world.form([
    ['file', file(fresh(files.mp4), 'song', 'application/octet-stream')],
    ['type', 'audio/mp4'],
    ['phone_number_id', FAST_NUMBER],
  ])
  assert.equal(sent.status, 201, sent.text)
  assert.deepEqual([sent.body.mime_type, sent.body.phone_number_id], ['audio/mp4', FAST_NUMBER])
})

test('a raw body is taken with its Content-Type, or without one that says anything', async () => {
  const typed = await world.raw(`${here}&filename=a.png`, 'image/png', fresh(files.png))
  assert.deepEqual([typed.status, typed.body.mime_type, typed.body.filename], [201, 'image/png', 'a.png'])
  // What curl --data-binary says when it is told nothing.
  const untold = await world.raw(here, 'application/x-www-form-urlencoded', fresh(files.pdf))
  assert.deepEqual(
    [untold.status, untold.body.mime_type, untold.body.filename],
    [201, 'application/pdf', null],
  )
})

test('the same bytes at the same number are not sent twice', async () => {
  const bytes = fresh(files.png)
  const first = await world.raw(`${here}&filename=a.png`, 'image/png', bytes)
  const second = await world.raw(`${here}&filename=b.png`, 'image/png', bytes)
  assert.deepEqual([second.status, second.body], [201, { ...first.body, filename: 'b.png' }])
  assert.equal(world.gate.counts.uploads, 1)
  const elsewhere = await world.raw(`?phone_number_id=${FAST_NUMBER}`, 'image/png', bytes)
  assert.notEqual(elsewhere.body.media_id, first.body.media_id)
  assert.equal(world.gate.counts.uploads, 2)
})

test('bytes that Meta no longer has are sent again', async () => {
  const bytes = fresh(files.png)
  const { media_id } = (await world.raw(here, 'image/png', bytes)).body
  world.gate.media.delete(media_id)
  const again = await world.raw(here, 'image/png', bytes)
  assert.notEqual(again.body.media_id, media_id)
  assert.deepEqual([again.status, world.gate.counts.uploads], [201, 2])
  assert.equal((await world.api('GET', `/whatsapp/media/${media_id}`)).status, 404)
})

test('a video beyond 16 MB goes as a document, in a form and raw', async () => {
  const long = padded(fresh(files.mp4), 17 * 1_048_576)
  await expectRefused(world.raw(here, 'video/mp4', long), 413, 'payload_too_large')
  const form = (...fields: [string, string | File][]) => world.form([['phone_number_id', NUMBER], ...fields])
  const video = file(long, 'a.mp4', 'video/mp4')
  await expectRefused(form(['file', video], ['kind', 'film']), 413, 'payload_too_large')
  await expectRefused(form(['kind', 'film'], ['file', file(files.mp4, 'a.mp4')]), 422, 'invalid_parameter')
  const sent = await form(['kind', 'document'], ['file', video])
  assert.deepEqual(
    [sent.status, sent.body.mime_type, sent.body.size],
    [201, 'video/mp4', long.length],
    sent.text,
  )
  const again = await world.raw(`${here}&kind=document`, 'video/mp4', long)
  assert.deepEqual([again.status, again.body.media_id], [201, sent.body.media_id], again.text)
})

test('an upload near its end is not handed out again', async () => {
  const bytes = fresh(files.png)
  const upload = async () => (await world.raw(here, 'image/png', bytes)).body.media_id as string
  const first = await upload()
  try {
    await move(28 * 86_400)
    assert.equal(await upload(), first)
    await move(29.5 * 86_400)
    const second = await upload()
    assert.notEqual(second, first)
    assert.equal(await upload(), second)
  } finally {
    await move(0)
  }
})

/** Simulated time, which the gateway follows. */
async function move(offset_s: number): Promise<void> {
  const moved = await world.sim('POST', '/_sim/clock', { offset_ms: offset_s * 1000 })
  assert.equal(moved.status, 200, moved.text)
  await eventually(() => {
    const { clock } = world.carom.rooms.media
    assert.ok(Math.abs(clock.nowMs() - Date.now() - offset_s * 1000) < 5_000)
  })
}

test('a form that is not what is wanted is told all its problems', async () => {
  const png = () => file(fresh(files.png), 'a.png', 'image/png')
  const two = await expectRefused(
    world.form([
      ['file', png()],
      ['file', png()],
      ['phone_numer_id', NUMBER],
    ]),
    422,
    'invalid_parameter',
  )
  assert.deepEqual(
    (two.details.issues as { param: string }[]).map(issue => issue.param),
    ['file', 'phone_numer_id'],
  )
  assert.match(JSON.stringify(two.details.issues), /did you mean `phone_number_id`/)
  const none = await expectRefused(world.form([['phone_number_id', NUMBER]]), 422, 'invalid_parameter')
  assert.deepEqual([none.param, /no file/.test(none.message)], ['file', true])
  await expectRefused(world.form([['file', 'a text']]), 422, 'invalid_parameter')
  await expectRefused(world.form([['upload', png()]]), 422, 'invalid_parameter')
  await expectRefused(world.form([['file', file(Buffer.alloc(0), 'a.png')]]), 422, 'invalid_parameter')
  await expectRefused(world.raw(here, 'image/png', Buffer.alloc(0)), 422, 'invalid_parameter')
  const kind = await expectRefused(
    world.form([
      ['file', png()],
      ['type', 'image'],
      ['phone_number_id', NUMBER],
    ]),
    422,
    'invalid_parameter',
  )
  assert.equal(kind.param, 'type')
  await expectRefused(world.raw(here, 'multipart/form-data', files.png), 400, 'invalid_header')
  const cut = Buffer.from('--b\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\nabc')
  await expectRefused(world.raw(here, 'multipart/form-data; boundary=b', cut), 422, 'invalid_parameter')
})

test('which number is meant must be said where there are several', async () => {
  const unsaid = await expectRefused(world.raw('', 'image/png', files.png), 422, 'invalid_parameter')
  assert.equal(unsaid.param, 'phone_number_id')
  await expectRefused(world.raw('?phone_number_id=123', 'image/png', files.png), 404, 'not_found')
  const { body: tenant } = await world.api('POST', '/tenants', { name: 'Others' })
  const others = apiOf(world.carom.url, tenant.owner_key)
  const png = { 'content-type': 'image/png' }
  await expectRefused(others('POST', '/whatsapp/media', files.png, png), 409, 'invalid_state')
  await expectRefused(others('POST', `/whatsapp/media${here}`, files.png, png), 404, 'not_found')
})

test('what is too large is refused by its kind, and by the most that there is', async () => {
  const photo = padded(files.jpeg, 5 * 1_048_576 + 1)
  const large = await expectRefused(world.raw(here, 'image/jpeg', photo), 413, 'payload_too_large')
  assert.match(large.message, /5 MB \(5,242,880 bytes\)/)
  await expectRefused(world.form([['file', file(photo, 'a.jpg', 'image/jpeg')]]), 413, 'payload_too_large')
  // Only its bytes tell what it is.
  await expectRefused(
    world.form([
      ['phone_number_id', NUMBER],
      ['file', file(photo, 'a.jpg')],
    ]),
    413,
    'payload_too_large',
  )
  await expectRefused(world.raw(here, 'image/webp', padded(files.webp, 102_401)), 413, 'payload_too_large')
  const moving = await world.raw(here, 'image/webp', padded(files.animated, 102_401))
  assert.equal(moving.status, 201, moving.text)
})

test('a length beyond 100 MB is refused before it is sent', async () => {
  const head = `POST /api/v1/whatsapp/media${here} HTTP/1.1\r\nHost: carom\r\nContent-Type: video/mp4\r\nAuthorization: Bearer ${world.owner_key}\r\n`
  const socket = connect(Number(new URL(world.carom.url).port), '127.0.0.1')
  socket.write(`${head}Content-Length: ${MAX_BYTES + 1}\r\n\r\n`)
  const [answer] = await once(socket.setEncoding('utf8'), 'data')
  assert.match(answer, /^HTTP\/1\.1 413 [\s\S]*104,857,600 bytes/)
  socket.destroy()
})

test('a body without announced length is stopped where it is too long', async () => {
  const chunk = new Uint8Array(1_048_576)
  let sent = 0
  const endless = new ReadableStream({
    pull(controller) {
      sent++
      controller.enqueue(sent === 1 ? new Uint8Array(padded(files.mp4, 1_048_576)) : chunk)
      if (sent === 20) controller.close()
    },
  })
  const answer = await fetch(`${world.carom.url}/api/v1/whatsapp/media${here}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${world.owner_key}`, 'content-type': 'video/mp4' },
    body: endless,
    duplex: 'half',
  } as RequestInit)
  assert.equal(answer.status, 413, await answer.text())
  assert.deepEqual(await world.leftovers(), [])
})

test('a lie is refused', async () => {
  const lie = await expectRefused(world.raw(here, 'image/png', files.pdf), 415, 'unsupported_media_type')
  assert.match(lie.message, /image\/png.*PDF/)
  const name = world.form([
    ['phone_number_id', NUMBER],
    ['file', file(files.jpeg, 'a.mp4', 'image/jpeg')],
  ])
  await expectRefused(name, 415, 'unsupported_media_type')
})

test('a connection that drops leaves nothing behind', async () => {
  for (const type of ['video/mp4', 'multipart/form-data; boundary=b']) {
    const socket = connect(Number(new URL(world.carom.url).port), '127.0.0.1')
    socket.write(
      `POST /api/v1/whatsapp/media${here} HTTP/1.1\r\nHost: carom\r\nContent-Type: ${type}\r\nContent-Length: 9000000\r\nAuthorization: Bearer ${world.owner_key}\r\nIdempotency-Key: dropped-${type.length}\r\n\r\n`,
    )
    socket.write('--b\r\nContent-Disposition: form-data; name="file"; filename="a.mp4"\r\n\r\n')
    socket.write(padded(files.mp4, 500_000))
    await eventually(async () => assert.equal((await world.leftovers()).length, 1))
    socket.destroy()
    await eventually(async () => assert.deepEqual(await world.leftovers(), []))
  }
  assert.equal(world.gate.counts.uploads, 0)
})

test('an upload whose answer was lost, or that Meta could not take, is tried again from the file', async () => {
  world.gate.troubles.upload = ['half', { status: 503, body: 'upstream' }]
  const bytes = padded(fresh(files.mp4), 3_000_000)
  const sent = await world.raw(here, 'video/mp4', bytes)
  assert.equal(sent.status, 201, sent.text)
  assert.ok(world.gate.media.get(sent.body.media_id)?.bytes.equals(bytes))
  assert.deepEqual(await world.leftovers(), [])
})

test('what Meta refuses for good is told with its meaning, once', async () => {
  const error = { message: '(#100) Param file must be a file with one of the following types: …', code: 100 }
  world.gate.troubles.upload = [{ status: 400, body: JSON.stringify({ error }) }]
  const refused = await world.raw(here, 'image/png', fresh(files.png))
  assert.deepEqual([refused.status, refused.body.error.code], [422, 'meta_rejected'], refused.text)
  assert.equal(refused.body.error.meta.code, 100)
  assert.equal(world.gate.counts.uploads, 1)
  world.gate.troubles.upload = ['reset', 'reset', 'reset', 'reset']
  const down = await world.raw(here, 'image/png', fresh(files.png))
  assert.deepEqual(down.body.error.type, 'meta_error', down.text)
  assert.deepEqual(await world.leftovers(), [])
})

test('a repeated Idempotency-Key answers the first upload', async () => {
  const bytes = fresh(files.png)
  const once = { 'idempotency-key': 'upload-1', 'content-type': 'image/png' }
  const first = await world.api('POST', `/whatsapp/media${here}`, bytes, once)
  const again = await world.api('POST', `/whatsapp/media${here}`, bytes, once)
  assert.deepEqual([again.status, again.text], [201, first.text])
  assert.equal(again.headers.get('idempotent-replayed'), 'true')
  assert.equal(world.gate.counts.uploads, 1)
  assert.deepEqual(await world.leftovers(), [])
  const other = Buffer.from(bytes.map(byte => byte ^ 1))
  const reused = await world.api('POST', `/whatsapp/media${here}`, other, once)
  assert.deepEqual([reused.status, reused.body.error.code], [409, 'idempotency_key_reused'])
})

test('the same form under the same key is the same, wherever its boundaries are', async () => {
  const bytes = fresh(files.png)
  const post = (boundary: string, type: string) => {
    const body = Buffer.concat([
      Buffer.from(
        `--${boundary}\r\nContent-Disposition: form-data; name="phone_number_id"\r\n\r\n${NUMBER}\r\n`,
      ),
      Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n`),
      Buffer.from(`Content-Type: ${type}\r\n\r\n`),
      bytes,
      Buffer.from(`\r\n--${boundary}--\r\n`),
    ])
    const headers = {
      'content-type': `multipart/form-data; boundary=${boundary}`,
      'idempotency-key': 'form-1',
    }
    return world.api('POST', '/whatsapp/media', body, headers)
  }
  const first = await post('one', 'image/png')
  assert.equal(first.status, 201, first.text)
  const again = await post('another-one', 'image/png')
  assert.deepEqual([again.headers.get('idempotent-replayed'), again.text], ['true', first.text])
  assert.equal((await post('one', 'image/jpeg')).status, 409)
})
