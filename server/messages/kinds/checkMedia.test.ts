// What is known of an uploaded file against what it is sent as.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SendableNumber } from '../../accounts/room.ts'
import { Failure, fail, type Issue } from '../../kit/errors.ts'
import { type CheckMedia, checkMedia } from './checkMedia.ts'
import { interactive } from './interactive.ts'
import type { MediaUse } from './kind.ts'
import { media } from './media.ts'

const number = { id: 'n' } as SendableNumber

/** The id tells the type: `image/png` is a file of that type. Not the room of media, whose own tests hold it. */
const files: CheckMedia = async (_number, media_id, type, param) => {
  if (media_id === 'gone') fail('media_not_found', { param })
  if (media_id === 'strange') return undefined
  if (media_id === 'untold') return { mime_type: null }
  if (!media_id.startsWith(type)) fail('invalid_parameter', { param, message: `${param} is ${media_id}.` })
  return { mime_type: media_id }
}

async function problems(uses: MediaUse[]): Promise<string[]> {
  try {
    await checkMedia(files, number, uses)
  } catch (error) {
    assert.ok(error instanceof Failure)
    const issues = error.options.details?.issues as Issue[] | undefined
    return (
      issues?.map(issue => `${issue.param}: ${issue.message}`) ?? [`${error.code}: ${error.options.param}`]
    )
  }
  return []
}

const one = (type: MediaUse['type'], media_id: string, voice = false) =>
  problems(media.media({ type, media_id, voice }))

test('what fits passes, and what nobody knows', async () => {
  assert.deepEqual(await one('image', 'image/jpeg'), [])
  assert.deepEqual(await one('audio', 'audio/ogg; codecs=opus', true), [])
  assert.deepEqual(await one('audio', 'audio/mpeg'), [])
  assert.deepEqual(await one('audio', 'untold', true), [])
  assert.deepEqual(await one('image', 'strange'), [])
  await checkMedia(undefined, number, media.media({ type: 'image', media_id: 'gone' }))
})

test('what does not fit is refused, and says where', async () => {
  assert.deepEqual(await one('image', 'application/pdf'), ['media_id: media_id is application/pdf.'])
  assert.match((await one('audio', 'audio/mpeg', true))[0] ?? '', /^media_id: .*must be audio\/ogg/)
  assert.deepEqual(await one('video', 'gone'), ['media_not_found: media_id'])
})

test('files in headers and on cards are looked at too', async () => {
  const card = (card_index: number, id: string) => ({
    card_index,
    type: 'cta_url' as const,
    header: { type: 'image' as const, image: { id } },
    action: { name: 'cta_url' as const, parameters: { display_text: 'x', url: 'https://example.com' } },
  })
  const cards = [card(0, 'image/png'), card(1, 'video/mp4'), card(2, 'audio/aac')]
  const uses = interactive.media({
    interactive: { type: 'carousel', body: { text: 'x' }, action: { cards } },
  })
  assert.deepEqual(
    uses.map(use => use.param),
    [0, 1, 2].map(i => `interactive.action.cards[${i}].header.image.id`),
  )
  const found = await problems(uses)
  assert.equal(found.length, 2)
  assert.match(found[0] ?? '', /^interactive\.action\.cards\[1\]\.header\.image\.id: /)
})
