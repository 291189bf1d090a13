// A file's life: uploaded, sent, seen on the phone; one that a person sends, read, copied; and what is left when Meta's
// time is over.

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { ADA, eventually, type Journey, NUMBER, startJourney } from './carom.ts'

const SAMPLES = join(import.meta.dirname, '../simulator/media/samples')
const DAY_MS = 86_400_000

let carom: Journey
before(async () => {
  carom = await startJourney()
})
after(() => carom.close())

const ada = ADA.replace('+', '')

async function upload(file: string, type: string): Promise<{ media_id: string; bytes: Buffer }> {
  const bytes = await readFile(join(SAMPLES, file))
  const query = `?phone_number_id=${NUMBER}&filename=${file}`
  const sent = await carom.api('POST', `/whatsapp/media${query}`, bytes, { 'content-type': type })
  assert.equal(sent.status, 201, sent.text)
  assert.equal(sent.body.mime_type.split(';')[0], type)
  return { media_id: sent.body.media_id, bytes }
}

async function bytesAt(url: string, headers: Record<string, string> = {}) {
  const response = await fetch(url, { headers })
  return { response, bytes: Buffer.from(await response.arrayBuffer()) }
}

function content(media_id: string, headers: Record<string, string> = {}) {
  return bytesAt(`${carom.url}/api/v1/whatsapp/media/${media_id}/content`, {
    authorization: `Bearer ${carom.owner_key}`,
    ...headers,
  })
}

/** Ada sends a file. Answers the message as the gateway has it. */
async function adaSends(type: string, file: string, mime_type: string) {
  const bytes = await readFile(join(SAMPLES, file))
  const made = await fetch(`${carom.simulator.url}/_sim/media?filename=${file}`, {
    method: 'POST',
    headers: { 'content-type': mime_type },
    body: new Uint8Array(bytes),
  })
  const { id } = (await made.json()) as { id: string }
  const message = { phone_number_id: NUMBER, user: ada, type, [type]: { id } }
  const written = await carom.sim('POST', '/_sim/messages', message)
  assert.equal(written.status, 201, written.text)
  const inbound = await eventually(async () => {
    const found = await carom.api('GET', `/whatsapp/messages/${encodeURIComponent(written.body.id)}`)
    assert.equal(found.status, 200)
    return found.body
  })
  return { inbound, bytes, media_id: String(inbound.content.id) }
}

async function moveClock(days: number): Promise<void> {
  await carom.sim('POST', '/_sim/clock', { offset_ms: days * DAY_MS })
  await eventually(() => {
    const ahead_ms = carom.carom.rooms.media.clock.nowMs() - Date.now()
    assert.ok(Math.abs(ahead_ms - days * DAY_MS) < 5_000)
  })
}

const kinds = [
  ['image', 'photo.jpg', 'image/jpeg'],
  ['video', 'film.mp4', 'video/mp4'],
  ['audio', 'voice.ogg', 'audio/ogg'],
  ['document', 'document.pdf', 'application/pdf'],
  ['sticker', 'sticker.webp', 'image/webp'],
] as const

test('each kind is uploaded, sent by its id, and on the phone byte for byte', async () => {
  await carom.sim('POST', '/_sim/messages', { phone_number_id: NUMBER, user: ada, text: 'Show me' })
  for (const [type, file, mime_type] of kinds) {
    const { media_id, bytes } = await upload(file, mime_type)
    const body = { phone_number_id: NUMBER, to: ADA, type, media_id }
    const sent = await eventually(async () => {
      const answer = await carom.api('POST', '/whatsapp/messages/media', body)
      assert.equal(answer.status, 201, `${type}: ${answer.text}`)
      return answer.body
    })
    const [shown] = (await carom.sim('GET', `/_sim/messages?callback_data=${sent.id}`)).body.data
    assert.equal(shown.type, type)
    const seen = await bytesAt(`${carom.simulator.url}/_sim/media/${media_id}`)
    assert.ok(seen.bytes.equals(bytes), type)
  }
})

test('a file of another kind, or of nobody, is refused before Meta hears of it', async () => {
  const { media_id } = await upload('photo.jpg', 'image/jpeg')
  const send = (type: string, id: string) =>
    carom.api('POST', '/whatsapp/messages/media', { phone_number_id: NUMBER, to: ADA, type, media_id: id })
  const wrong = await send('video', media_id)
  assert.deepEqual([wrong.status, wrong.body.error?.param], [422, 'media_id'], wrong.text)
  for (const id of ['4711', 'nonsense']) {
    const nobodys = await send('image', id)
    assert.deepEqual([nobodys.status, nobodys.body.error?.code], [422, 'media_not_found'], nobodys.text)
  }
  const lie = await carom.api('POST', `/whatsapp/media?phone_number_id=${NUMBER}`, Buffer.from('%PDF-1.7'), {
    'content-type': 'image/jpeg',
  })
  assert.deepEqual([lie.status, lie.body.error?.code], [415, 'unsupported_media_type'])
})

test('files in the headers of a template are looked at too', async () => {
  const photo = (await upload('photo.jpg', 'image/jpeg')).media_id
  const pdf = (await upload('document.pdf', 'application/pdf')).media_id
  const send = (more: object) =>
    carom.api('POST', '/whatsapp/messages/template', {
      ...{ phone_number_id: NUMBER, to: ADA, template: 'weekly_offer', language: 'en_US', ...more },
    })
  const long = (id: string) => [
    { type: 'body', parameters: [{ type: 'text', text: 'Ada' }] },
    { type: 'header', parameters: [{ type: 'image', image: { id } }] },
  ]
  const wrong = await send({ components: long(pdf) })
  const at = 'components[1].parameters[0].image.id'
  assert.deepEqual([wrong.status, wrong.body.error?.param], [422, at], wrong.text)
  const short = await send({ variables: { '1': 'Ada', header: pdf } })
  assert.deepEqual([short.status, short.body.error?.param], [422, 'variables.header'], short.text)
  const nobodys = await send({ variables: { '1': 'Ada', header: '4711' } })
  assert.deepEqual([nobodys.status, nobodys.body.error?.code], [422, 'media_not_found'], nobodys.text)
  const sent = await send({ components: long(photo) })
  assert.equal(sent.status, 201, sent.text)
})

test('a video of 100 MB passes, as a document', async () => {
  const film = await readFile(join(SAMPLES, 'film.mp4'))
  const size = 104_857_600
  async function* bytes() {
    yield film
    const chunk = Buffer.alloc(262_144, 7)
    for (let left = size - film.length; left > 0; left -= chunk.length) yield chunk.subarray(0, left)
  }
  const query = `?phone_number_id=${NUMBER}&kind=document&filename=film.mp4`
  const answer = await fetch(`${carom.url}/api/v1/whatsapp/media${query}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${carom.owner_key}`, 'content-type': 'video/mp4' },
    body: ReadableStream.from(bytes()) as never,
    duplex: 'half',
  } as RequestInit)
  const uploaded = (await answer.json()) as { media_id: string; size: number; mime_type: string }
  assert.deepEqual([answer.status, uploaded.size, uploaded.mime_type], [201, size, 'video/mp4'])
  const own = { phone_number_id: NUMBER, to: ADA, media_id: uploaded.media_id }
  const video = await carom.api('POST', '/whatsapp/messages/media', { ...own, type: 'video' })
  assert.deepEqual([video.status, video.body.error?.param], [422, 'media_id'], video.text)
  assert.match(video.body.error.message, /16 MB.*send it as a document/)
  const sent = await carom.api('POST', '/whatsapp/messages/media', { ...own, type: 'document' })
  assert.equal(sent.status, 201, sent.text)
})

test('what a person sends is read whole and in part, until Meta forgets it', async () => {
  const { media_id, bytes } = await adaSends('image', 'photo.jpg', 'image/jpeg')
  const { body: known } = await carom.api('GET', `/whatsapp/media/${media_id}`)
  assert.deepEqual(
    [known.direction, known.mime_type, known.size, known.sha256, known.mirrored],
    ['inbound', 'image/jpeg', bytes.length, createHash('sha256').update(bytes).digest('hex'), false],
  )
  const whole = await content(media_id)
  assert.deepEqual([whole.response.status, whole.bytes.equals(bytes)], [200, true])
  const part = await content(media_id, { range: 'bytes=10-19' })
  assert.deepEqual([part.response.status, part.bytes.equals(bytes.subarray(10, 20))], [206, true])
  assert.equal(part.response.headers.get('content-range'), `bytes 10-19/${bytes.length}`)
  try {
    await moveClock(8)
    assert.equal((await content(media_id)).response.status, 404)
  } finally {
    await moveClock(0)
  }
})

test('a mirrored file outlives it', async () => {
  const [account] = (await carom.api('GET', '/whatsapp/accounts')).body.data
  const changed = await carom.api('PATCH', `/whatsapp/accounts/${account.id}`, { media_mirror: 'on' })
  assert.equal(changed.status, 200, changed.text)
  const { media_id, bytes } = await adaSends('document', 'document.pdf', 'application/pdf')
  await eventually(async () => {
    assert.equal((await carom.api('GET', `/whatsapp/media/${media_id}`)).body.mirrored, true)
  })
  try {
    await moveClock(8)
    const kept = await content(media_id)
    assert.deepEqual([kept.response.status, kept.bytes.equals(bytes)], [200, true])
  } finally {
    await moveClock(0)
  }
})

test('a file of the history lives from the day on that Meta tells of it', async () => {
  const timestamp = Math.floor(Date.now() / 1000) - 12 * 86_400
  const messages = [{ from: 'user', type: 'image', image: {}, timestamp: String(timestamp) }]
  const event = { field: 'history', phone_number_id: NUMBER, threads: [{ user: ada, messages }] }
  const told = await carom.sim('POST', '/_sim/events', event)
  assert.equal(told.status, 202, told.text)
  const past = await eventually(async () => {
    const { data } = (await carom.api('GET', '/whatsapp/messages?type=image&limit=100')).body
    const found = data.find((one: { origin: string }) => one.origin === 'history')
    assert.ok(found)
    return found
  })
  assert.equal((await content(past.content.id)).response.status, 200)
})

test('an upload is sent for thirty days, and made anew afterwards', async () => {
  const first = await upload('photo.jpg', 'image/jpeg')
  assert.equal((await upload('photo.jpg', 'image/jpeg')).media_id, first.media_id)
  try {
    await moveClock(31)
    const body = { phone_number_id: NUMBER, to: ADA, type: 'image', media_id: first.media_id }
    const late = await carom.api('POST', '/whatsapp/messages/media', { ...body, ignore_window: true })
    assert.deepEqual([late.status, late.body.error?.code], [422, 'media_not_found'], late.text)
    assert.equal((await content(first.media_id)).response.status, 404)
    const second = await upload('photo.jpg', 'image/jpeg')
    assert.notEqual(second.media_id, first.media_id)
    assert.ok((await content(second.media_id)).bytes.equals(second.bytes))
  } finally {
    await moveClock(0)
  }
})

test('deleted media are gone at Meta too', async () => {
  const { media_id } = await upload('tune.m4a', 'audio/mp4')
  assert.equal((await carom.api('DELETE', `/whatsapp/media/${media_id}`)).status, 204)
  assert.equal((await carom.api('GET', `/whatsapp/media/${media_id}`)).status, 404)
})
