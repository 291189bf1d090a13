// The mirror through the whole gateway: on the disk and in S3-compatible storage, with Meta and the storage failing.

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { eventually, NUMBER } from '../../../test/carom.ts'
import { findNumber } from '../../accounts/room.ts'
import { sql } from '../../db/sql.ts'
import { files } from '../files.fixture.ts'
import { noteInbound } from '../noteInbound.ts'
import { type MediaWorld, openMediaWorld } from '../world.fixture.ts'
import { type FakeS3, KEY, openFakeS3 } from './fakeS3.fixture.ts'

let disk: MediaWorld
let s3: FakeS3
let bucket: MediaWorld
before(async () => {
  s3 = await openFakeS3()
  const settings = {
    CAROM_S3_ENDPOINT: s3.url,
    CAROM_S3_BUCKET: 'a-bucket',
    CAROM_S3_REGION: KEY.region,
    CAROM_S3_ACCESS_KEY_ID: KEY.id,
    CAROM_S3_SECRET_ACCESS_KEY: KEY.secret,
  }
  ;[disk, bucket] = await Promise.all([openMediaWorld(), openMediaWorld(settings)])
})
after(async () => {
  await disk.close()
  await bucket.close()
  await s3.close()
})

async function turn(world: MediaWorld, media_mirror: 'on' | 'off'): Promise<void> {
  const [account] = (await world.api('GET', '/whatsapp/accounts')).body.data
  const changed = await world.api('PATCH', `/whatsapp/accounts/${account.id}`, { media_mirror })
  assert.deepEqual([changed.status, changed.body.media_mirror], [200, media_mirror], changed.text)
  const read = await world.api('GET', `/whatsapp/accounts/${account.id}`)
  assert.deepEqual(read.body, changed.body)
}

/** A person has sent it. Answers Meta's id. */
async function arrive(world: MediaWorld, bytes: Buffer, announced = bytes): Promise<string> {
  const { media, first_tenant_id } = world.carom.rooms
  const number = await findNumber(media.accounts, first_tenant_id, NUMBER)
  assert.ok(number)
  const media_id = world.gate.put(NUMBER, 'application/pdf', bytes)
  const sha256 = createHash('sha256').update(announced).digest('base64')
  const { tenant_id, id: phone_number_id } = number
  const noted = {
    tenant_id,
    phone_number_id,
    media_id,
    sha256,
    filename: 'a.pdf',
    sent_at: media.clock.now(),
  }
  await media.db.transaction(tx => noteInbound(media, tx, [noted]))
  return media_id
}

function rowOf(world: MediaWorld, media_id: string) {
  return world.carom.rooms.media.db.one(sql`select * from media where media_id = ${media_id}`)
}

function mirrored(world: MediaWorld, media_id: string) {
  return eventually(async () => {
    const { body } = await world.api('GET', `/whatsapp/media/${media_id}`)
    assert.equal(body.mirrored, true)
    return body
  })
}

async function content(world: MediaWorld, media_id: string, range?: string) {
  const response = await fetch(`${world.carom.url}/api/v1/whatsapp/media/${media_id}/content`, {
    headers: { authorization: `Bearer ${world.owner_key}`, ...(range ? { range } : {}) },
  })
  return { response, bytes: Buffer.from(await response.arrayBuffer()) }
}

const stored = async (world: MediaWorld) => {
  const found = await readdir(join(world.data_dir, 'media'), { recursive: true }).catch(() => [])
  return found.filter(name => /[0-9a-f]{64}/.test(name))
}

let variant = 0
const fresh = () => Buffer.concat([files.pdf, Buffer.from(`mirror ${variant++}`), Buffer.alloc(200_000, 1)])

test('off: what comes in stays at Meta', async () => {
  const id = await arrive(disk, fresh())
  assert.equal((await rowOf(disk, id))?.mirror_state, null)
  assert.equal((await disk.api('GET', `/whatsapp/media/${id}`)).body.mirrored, false)
})

for (const [name, world] of [
  ['on the disk', () => disk],
  ['in a bucket', () => bucket],
] as const) {
  test(`${name}: a copy outlives Meta's, is served in parts, and goes when it is deleted`, async () => {
    await turn(world(), 'on')
    const bytes = fresh()
    const id = await arrive(world(), bytes)
    const known = await mirrored(world(), id)
    assert.deepEqual([known.size, known.direction], [bytes.length, 'inbound'])
    assert.deepEqual(await world().leftovers(), [])
    world().gate.media.delete(id)
    const reads = world().gate.counts.reads
    const whole = await content(world(), id)
    assert.deepEqual([whole.response.status, whole.bytes.equals(bytes)], [200, true])
    assert.equal(whole.response.headers.get('content-length'), String(bytes.length))
    const part = await content(world(), id, 'bytes=-5')
    assert.deepEqual([part.response.status, part.bytes.equals(bytes.subarray(-5))], [206, true])
    assert.equal(
      part.response.headers.get('content-range'),
      `bytes ${bytes.length - 5}-${bytes.length - 1}/${bytes.length}`,
    )
    const beyond = await content(world(), id, 'bytes=900000-')
    assert.equal(beyond.response.status, 416)
    assert.equal(beyond.response.headers.get('content-range'), `bytes */${bytes.length}`)
    assert.equal(world().gate.counts.reads, reads, 'Meta was not asked')
    assert.equal((await stored(world())).length, name === 'on the disk' ? 1 : 0)
    assert.equal(s3.objects.size, name === 'on the disk' ? 0 : 1)
    assert.equal((await world().api('DELETE', `/whatsapp/media/${id}`)).status, 204)
    assert.deepEqual([(await stored(world())).length, s3.objects.size], [0, 0])
    assert.equal((await content(world(), id)).response.status, 404)
  })
}

test('what fails is tried again; what Meta no longer has is given up with a reason', async () => {
  await turn(disk, 'on')
  disk.gate.troubles.download = [{ status: 404, body: '' }]
  const later = await arrive(disk, fresh())
  await eventually(async () => assert.match((await rowOf(disk, later))?.mirror_reason ?? '', /HTTP 404/))
  await makeDue(disk, later)
  await mirrored(disk, later)

  const other = await arrive(disk, fresh(), fresh())
  await eventually(async () => assert.match((await rowOf(disk, other))?.mirror_reason ?? '', /announced/))
  disk.gate.media.delete(other)
  await makeDue(disk, other)
  await eventually(async () => assert.equal((await rowOf(disk, other))?.mirror_state, 'given_up'))
  assert.deepEqual(await disk.leftovers(), [])
})

test('a storage that is out of order is tried again, and its words stay inside', async () => {
  await turn(bucket, 'on')
  s3.troubles = [503]
  const bytes = fresh()
  const id = await arrive(bucket, bytes)
  await eventually(async () => {
    assert.match((await rowOf(bucket, id))?.mirror_reason ?? '', /HTTP 503 \(SlowDown\)/)
  })
  await makeDue(bucket, id)
  await mirrored(bucket, id)
  s3.troubles = [500]
  // The copy cannot be read at the moment: Meta still has it.
  const { response, bytes: got } = await content(bucket, id)
  assert.deepEqual([response.status, got.equals(bytes)], [200, true])
  await turn(bucket, 'off')
  const off = await arrive(bucket, fresh())
  assert.equal((await rowOf(bucket, off))?.mirror_state, null)
})

async function makeDue(world: MediaWorld, media_id: string): Promise<void> {
  const { db } = world.carom.rooms.media
  await db.query(sql`update media set mirror_due_at = clock_timestamp() where media_id = ${media_id}`)
}
