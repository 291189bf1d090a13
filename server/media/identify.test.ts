// What a file is taken for, by bytes, declaration and name.

import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Failure } from '../kit/errors.ts'
import { HEAD_BYTES } from './facts.ts'
import { files } from './files.fixture.ts'
import { identify } from './identify.ts'
import type { Kind } from './kinds.ts'
import { KIND_BYTES, MAX_BYTES, STICKER_ANIMATED_BYTES, STICKER_STATIC_BYTES } from './kinds.ts'

let folder: string
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carom-identify-'))
})
after(() => rm(folder, { recursive: true, force: true }))

let made = 0
async function told(
  bytes: Buffer,
  declared?: string,
  filename?: string,
  size = bytes.length,
  kind?: Kind,
): Promise<string> {
  const path = join(folder, String(made++))
  await writeFile(path, bytes)
  return identify({ path, size, head: bytes.subarray(0, HEAD_BYTES) }, { declared, filename, kind })
}

async function refused(code: string, ...given: Parameters<typeof told>): Promise<Failure> {
  const error = await told(...given).then(
    type => assert.fail(`it was taken for ${type}`),
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof Failure, String(error))
  assert.equal(error.code, code, error.message)
  return error
}

test('the bytes tell, where nothing is declared', async () => {
  const expected: [keyof typeof files, string][] = [
    ['png', 'image/png'],
    ['jpeg', 'image/jpeg'],
    ['webp', 'image/webp'],
    ['animated', 'image/webp'],
    ['mp4', 'video/mp4'],
    ['threegp', 'video/3gpp'],
    ['m4a', 'audio/mp4'],
    ['mp3', 'audio/mpeg'],
    ['amr', 'audio/amr'],
    ['opus', 'audio/ogg; codecs=opus'],
    ['pdf', 'application/pdf'],
    ['text', 'text/plain'],
  ]
  for (const [name, type] of expected) {
    assert.equal(await told(files[name]), type, name)
    assert.equal(await told(files[name], 'application/octet-stream', 'file'), type, name)
  }
})

test('other names of the same type are taken', async () => {
  assert.equal(await told(files.jpeg, 'image/jpg', 'photo.JPEG'), 'image/jpeg')
  assert.equal(await told(files.m4a, 'audio/x-m4a', 'song.m4a'), 'audio/mp4')
  assert.equal(await told(files.mp4, 'audio/mp4', 'song.m4a'), 'audio/mp4')
  assert.equal(await told(files.mp4, undefined, 'song.m4a'), 'audio/mp4')
  assert.equal(await told(files.opus, 'audio/ogg; codecs=opus', 'voice.ogg'), 'audio/ogg; codecs=opus')
  assert.equal(await told(files.opus, 'audio/opus', 'voice.opus'), 'audio/ogg; codecs=opus')
  assert.equal(await told(files.mp3, 'audio/mp3', 'a.mp3'), 'audio/mpeg')
  assert.equal(await told(files.cfb, 'application/msword', 'letter.doc'), 'application/msword')
  assert.equal(await told(files.cfb, undefined, 'table.xls'), 'application/vnd.ms-excel')
  assert.equal(await told(files.png, undefined, 'no-extension'), 'image/png')
})

test('text is text, also when it begins like something else', async () => {
  assert.equal(await told(Buffer.from('BM is short for benchmark.\n'), 'text/plain', 'a.txt'), 'text/plain')
  assert.equal(await told(Buffer.from('a,b\n1,2\n'), 'text/plain', 'table.csv'), 'text/plain')
  assert.equal(await told(Buffer.from('a,b\n1,2\n'), undefined, 'table.csv'), 'text/plain')
  const error = await refused('unsupported_media_type', Buffer.from('a,b\n1,2\n'), 'text/csv', 'table.csv')
  assert.match(error.message, /text\/csv.*text\/plain/)
  await refused('unsupported_media_type', Buffer.from([1, 2, 3, 0, 5]), 'text/plain', 'a.txt')
})

test('a declaration that lies is refused', async () => {
  const lies: [keyof typeof files, string][] = [
    ['pdf', 'image/png'],
    ['jpeg', 'image/png'],
    ['png', 'application/pdf'],
    ['mp4', 'image/jpeg'],
    ['mp3', 'audio/ogg'],
    ['text', 'image/jpeg'],
    ['zip', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
    ['gif', 'image/png'],
    ['mov', 'video/mp4'],
    ['pdf', 'text/plain'],
    ['jpeg', 'foo/bar'],
  ]
  for (const [name, declared] of lies) {
    const error = await refused('unsupported_media_type', files[name], declared)
    assert.ok(error.message.includes(declared), error.message)
    assert.ok(Array.isArray(error.options.details?.allowed))
  }
})

test('a name that lies is refused', async () => {
  const error = await refused('unsupported_media_type', files.jpeg, 'image/jpeg', 'photo.png')
  assert.match(error.message, /\.png.*JPEG.*\.jpg/)
  await refused('unsupported_media_type', files.jpeg, undefined, 'film.mp4')
  await refused('unsupported_media_type', files.png, 'image/png', 'image.gif')
  await refused('unsupported_media_type', files.text, undefined, 'letter.pdf')
  await refused('unsupported_media_type', files.text, 'text/plain', 'letter.pdf')
})

test('what WhatsApp does not take is refused, with what it is', async () => {
  for (const [bytes, type] of [
    [files.gif, 'image/gif'],
    [files.zip, 'application/zip'],
    [files.mov, 'video/quicktime'],
  ] as const) {
    const error = await refused('unsupported_media_type', bytes, undefined, undefined)
    assert.ok(error.message.includes(type), error.message)
    await refused('unsupported_media_type', bytes, type)
  }
  const vorbis = await refused('unsupported_media_type', files.vorbis, 'audio/ogg', 'a.ogg')
  assert.match(vorbis.message, /Opus/)
  await refused('unsupported_media_type', Buffer.from([0, 1, 2, 3]))
})

test('each kind has its size', async () => {
  const sizes: [keyof typeof files, number][] = [
    ['png', KIND_BYTES.image],
    ['mp4', KIND_BYTES.video],
    ['opus', KIND_BYTES.audio],
    ['pdf', MAX_BYTES],
    ['webp', STICKER_STATIC_BYTES],
    ['animated', STICKER_ANIMATED_BYTES],
  ]
  for (const [name, most] of sizes) {
    await told(files[name], undefined, undefined, most)
    const error = await refused('payload_too_large', files[name], undefined, undefined, most + 1)
    assert.equal(error.options.details?.limit_bytes, most)
    assert.ok(error.message.includes(most.toLocaleString('en-US')), error.message)
  }
})

test('what it will be sent as may lift its limit, and must fit', async () => {
  const size = 17 * 1_048_576
  const { message } = await refused('payload_too_large', files.mp4, 'video/mp4', undefined, size)
  assert.match(message, /for a video .*kind=document/)
  assert.equal(await told(files.mp4, 'video/mp4', undefined, size, 'document'), 'video/mp4')
  assert.equal(await told(files.mp4, undefined, undefined, 100, 'video'), 'video/mp4')
  await refused('unsupported_media_type', files.mp4, undefined, undefined, 100, 'image')
})

test('Opus has one channel', async () => {
  const stereo = Buffer.from(files.opus)
  stereo[stereo.indexOf('OpusHead') + 9] = 2
  const { message } = await refused('unsupported_media_type', stereo, 'audio/ogg')
  assert.match(message, /has 2 channels.*ffmpeg/)
})
