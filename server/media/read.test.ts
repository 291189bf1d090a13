// Metadata, bytes and deletion of media through the whole gateway, and what other rooms ask of this one.

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, beforeEach, test } from 'node:test'
import { type Api, apiOf, eventually, FAST_NUMBER, NUMBER } from '../../test/carom.ts'
import { findNumber, type SendableNumber } from '../accounts/room.ts'
import { Failure } from '../kit/errors.ts'
import { files } from './files.fixture.ts'
import { noteInbound } from './noteInbound.ts'
import { requireMedia } from './require.ts'
import { type MediaWorld, openMediaWorld } from './world.fixture.ts'

let world: MediaWorld
let theirs: Api
let their_number: string
before(async () => {
  world = await openMediaWorld()
  const { body: tenant } = await world.api('POST', '/tenants', { name: 'The others' })
  theirs = apiOf(world.carom.url, tenant.owner_key)
  const numbers = [{ display_phone_number: '+1 555-010-0077' }]
  const { body } = await world.sim('POST', '/_sim/wabas', { name: 'The others', numbers, templates: [] })
  const { waba_id, phone_number_ids, access_token } = body
  their_number = phone_number_ids[0]
  const account = { waba_id, phone_number_id: their_number, access_token }
  const connected = await theirs('POST', '/whatsapp/onboarding/manual', account)
  assert.equal(connected.status, 201, connected.text)
})
after(() => world.close())
beforeEach(() => {
  world.gate.troubles.download = []
  world.gate.ranges = []
})

const sha = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

let variant = 0
const fresh = (file: Buffer) => Buffer.concat([file, Buffer.from(`read ${variant++}`)])

async function upload(bytes: Buffer, number = NUMBER, type = 'image/png'): Promise<string> {
  const sent = await world.raw(`?phone_number_id=${number}&filename=a%20b.png`, type, bytes)
  assert.equal(sent.status, 201, sent.text)
  return sent.body.media_id
}

function content(media_id: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${world.carom.url}/api/v1/whatsapp/media/${media_id}/content`, {
    headers: { authorization: `Bearer ${world.owner_key}`, ...headers },
  })
}

const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer())

test('the bytes come back, as a whole or in part', async () => {
  const bytes = fresh(files.png)
  const id = await upload(bytes)
  const whole = await content(id)
  assert.equal(whole.status, 200)
  assert.ok((await bytesOf(whole)).equals(bytes))
  assert.deepEqual(
    ['content-type', 'content-length', 'accept-ranges', 'content-disposition'].map(name =>
      whole.headers.get(name),
    ),
    ['image/png', String(bytes.length), 'bytes', "inline; filename*=UTF-8''a%20b.png"],
  )
  const part = await content(id, { range: 'bytes=4-11' })
  assert.equal(part.status, 206)
  assert.equal(part.headers.get('content-range'), `bytes 4-11/${bytes.length}`)
  assert.ok((await bytesOf(part)).equals(bytes.subarray(4, 12)))
  assert.deepEqual(world.gate.ranges, [undefined, 'bytes=4-11'])
})

test('a link that has run out is fetched anew, and media that are gone are not found', async () => {
  const bytes = fresh(files.png)
  const id = await upload(bytes)
  world.gate.troubles.download = [{ status: 404, body: '' }]
  assert.ok((await bytesOf(await content(id))).equals(bytes))
  world.gate.troubles.download = ['reset', { status: 503, body: '' }]
  assert.ok((await bytesOf(await content(id))).equals(bytes))
  world.gate.media.delete(id)
  const gone = await content(id)
  const { error } = (await gone.json()) as { error: { code: string; message: string } }
  assert.deepEqual([gone.status, error.code], [404, 'not_found'])
  assert.match(error.message, /30 days.*7/)
})

test('media that Carom never saw are found at the number that has them, and nowhere else', async () => {
  const bytes = fresh(files.jpeg)
  const ours = world.gate.put(FAST_NUMBER, 'image/jpeg', bytes)
  const read = await world.api('GET', `/whatsapp/media/${ours}`)
  assert.deepEqual(
    [read.status, read.body.phone_number_id, read.body.sha256, read.body.size, read.body.expires_at],
    [200, FAST_NUMBER, sha(bytes), bytes.length, null],
  )
  assert.ok((await bytesOf(await content(ours))).equals(bytes))
  const foreign = world.gate.put(their_number, 'image/jpeg', fresh(files.jpeg))
  assert.equal((await theirs('GET', `/whatsapp/media/${foreign}`)).status, 200)
  for (const id of [foreign, '999', 'no-number', '01a207ce-596c-704e-b3ea-a32663bf14b1']) {
    for (const path of [`/whatsapp/media/${id}`, `/whatsapp/media/${id}/content`]) {
      const answer = await world.api('GET', path)
      assert.deepEqual([answer.status, answer.body.error.code], [404, 'not_found'], path)
    }
  }
})

test("another tenant's media are not found", async () => {
  const id = await upload(fresh(files.png))
  for (const [method, path] of [
    ['GET', `/whatsapp/media/${id}`],
    ['GET', `/whatsapp/media/${id}/content`],
    ['DELETE', `/whatsapp/media/${id}`],
  ] as const) {
    const answer = await theirs(method, path)
    assert.deepEqual([answer.status, answer.body.error.code], [404, 'not_found'], path)
  }
  assert.equal((await content(id)).status, 200)
})

test('deleted media are gone here and at Meta, and are uploaded anew', async () => {
  const bytes = fresh(files.png)
  const id = await upload(bytes)
  const removed = await world.api('DELETE', `/whatsapp/media/${id}`)
  assert.deepEqual([removed.status, removed.text], [204, ''])
  assert.equal(world.gate.media.has(id), false)
  assert.equal((await world.api('GET', `/whatsapp/media/${id}`)).status, 404)
  assert.equal((await world.api('DELETE', `/whatsapp/media/${id}`)).status, 404)
  assert.notEqual(await upload(bytes), id)
  const lost = await upload(fresh(files.png))
  world.gate.media.delete(lost)
  assert.equal((await world.api('DELETE', `/whatsapp/media/${lost}`)).status, 204)
})

test('inbound media are known from their message; Meta fills in the rest', async () => {
  const { media } = world.carom.rooms
  const number = await findNumber(media.accounts, world.carom.rooms.first_tenant_id, NUMBER)
  assert.ok(number)
  const bytes = fresh(files.pdf)
  const id = world.gate.put(NUMBER, 'application/pdf', bytes)
  const noted = {
    tenant_id: number.tenant_id,
    phone_number_id: number.id,
    media_id: id,
    mime_type: 'application/pdf',
    sha256: createHash('sha256').update(bytes).digest('base64'),
    filename: '../an invoice.pdf',
    sent_at: new Date(media.clock.nowMs() - 60_000),
  }
  await media.db.transaction(tx => noteInbound(media, tx, [noted, noted]))
  await media.db.transaction(tx => noteInbound(media, tx, [noted]))
  const read = await world.api('GET', `/whatsapp/media/${id}`)
  assert.deepEqual(
    [read.body.direction, read.body.size, read.body.sha256, read.body.filename, read.body.mirrored],
    ['inbound', bytes.length, sha(bytes), 'an invoice.pdf', false],
  )
  assert.equal(Date.parse(read.body.expires_at), noted.sent_at.getTime() + 7 * 86_400_000)
  const reads = world.gate.counts.reads
  assert.deepEqual((await world.api('GET', `/whatsapp/media/${id}`)).body, read.body)
  assert.equal(world.gate.counts.reads, reads, 'what is known is not asked again')
  const shown = await content(id)
  assert.match(shown.headers.get('content-disposition') ?? '', /^attachment; filename\*=UTF-8''an%20invoice/)
  await noteForeign(number.tenant_id)
})

/** A row that names somebody else's number is not stored. */
async function noteForeign(tenant_id: string): Promise<void> {
  const { media } = world.carom.rooms
  const [row] = (await theirs('GET', '/whatsapp/phone_numbers')).body.data
  const foreign = { tenant_id, phone_number_id: row.id, media_id: '77', sent_at: media.clock.now() }
  await media.db.transaction(tx => noteInbound(media, tx, [foreign]))
  assert.equal((await world.api('GET', '/whatsapp/media/77')).status, 404)
}

test('a send may rely on what is known of its media', async () => {
  const { media, first_tenant_id } = world.carom.rooms
  const find = async (id: string) => (await findNumber(media.accounts, first_tenant_id, id)) as SendableNumber
  const [number, other] = [await find(NUMBER), await find(FAST_NUMBER)]
  const png = await upload(fresh(files.png))
  assert.equal((await requireMedia(media, number, png, 'image'))?.mime_type, 'image/png')
  assert.ok(await requireMedia(media, number, png, 'document'))
  const refused = async (code: string, param: string, work: Promise<unknown>) => {
    const error = await work.then(
      () => assert.fail('it was taken'),
      (reason: unknown) => reason,
    )
    assert.ok(error instanceof Failure)
    assert.deepEqual([error.code, error.options.param], [code, param])
  }
  await refused('invalid_parameter', 'video.id', requireMedia(media, number, png, 'video', 'video.id'))
  await refused('media_not_found', 'media_id', requireMedia(media, other, png, 'image'))
  // Media that Carom never saw: Meta is asked, once.
  const strange = world.gate.put(NUMBER, 'image/jpeg', Buffer.alloc(6 * 1_048_576))
  world.gate.counts.reads = 0
  assert.deepEqual((await requireMedia(media, number, strange, 'document'))?.mime_type, 'image/jpeg')
  await refused('invalid_parameter', 'media_id', requireMedia(media, number, strange, 'image'))
  await refused('invalid_parameter', 'media_id', requireMedia(media, number, strange, 'video'))
  assert.equal(world.gate.counts.reads, 1)
  for (const id of ['4711', 'nonsense', ' '])
    await refused('media_not_found', 'media_id', requireMedia(media, number, id, 'image'))
  await refused('media_not_found', 'media_id', requireMedia(media, other, strange, 'image'))
  await world.sim('POST', '/_sim/clock', { offset_ms: 30 * 86_400_000 })
  await eventually(() => refused('media_not_found', 'media_id', requireMedia(media, number, png, 'image')))
  assert.equal((await world.api('GET', `/whatsapp/media/${png}`)).status, 200)
  assert.equal((await content(png)).status, 404)
  await world.sim('POST', '/_sim/clock', { reset: true })
})
