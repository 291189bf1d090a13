// Media that a person sends: bytes that were given before, or a small sample, with all that Meta's webhook says of them.

import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import type { Json, PhoneNumber, World } from '../world.ts'
import { addressOf } from './address.ts'
import type { Received } from './files.ts'
import { baseType, MOST_BYTES } from './kinds.ts'
import { addMedia, type Media, nextMediaId } from './store.ts'

const FOLDER = join(import.meta.dirname, 'samples')
const VOICE = 'audio/ogg; codecs=opus'
const SAMPLES: Record<string, [file: string, mime_type: string]> = {
  image: ['photo.jpg', 'image/jpeg'],
  video: ['film.mp4', 'video/mp4'],
  audio: ['tune.m4a', 'audio/mp4'],
  voice: ['voice.ogg', VOICE],
  document: ['document.pdf', 'application/pdf'],
  sticker: ['sticker.webp', 'image/webp'],
}

export const isMedium = (type: string) => type !== 'voice' && type in SAMPLES

/** The content as a webhook carries it, or a sentence. */
export async function takeInbound(
  world: World,
  number: PhoneNumber,
  type: string,
  given: Json,
): Promise<Json | string> {
  const isVoice = type === 'audio' && given.voice !== false && given.voice !== 'false'
  const media =
    given.id === undefined
      ? await takeSample(world, number, isVoice ? 'voice' : type)
      : bind(world, number, String(given.id))
  if (!media)
    return `There is no media with the id ${String(given.id)}; send its bytes to POST /_sim/media first.`
  if (typeof given.mime_type === 'string') media.mime_type = given.mime_type
  if (isVoice && baseType(media.mime_type) === 'audio/ogg') media.mime_type = VOICE
  const filename = given.filename ?? media.filename
  return {
    ...(given.caption !== undefined && given.caption !== '' && { caption: given.caption }),
    ...(type === 'document' && filename !== null && { filename }),
    mime_type: media.mime_type,
    sha256: Buffer.from(media.sha256, 'hex').toString('base64'),
    id: media.id,
    url: addressOf(world, media),
    ...(type === 'audio' && { voice: isVoice }),
    ...(type === 'sticker' && { animated: media.animated }),
  }
}

async function takeSample(world: World, number: PhoneNumber, kind: string): Promise<Media> {
  const [file, mime_type] = SAMPLES[kind] as [string, string]
  const received = await world.media.files.receive(createReadStream(join(FOLDER, file)), MOST_BYTES)
  const filename = kind === 'document' ? file : null
  const about = { phone_number_id: number.id, origin: 'inbound' as const, mime_type, filename }
  return addMedia(world, received as Received, about)
}

/** Bytes that were at hand become media of this number, from now on; what is sent already is sent again under a new id. */
function bind(world: World, number: PhoneNumber, id: string): Media | undefined {
  const media = world.media.get(id)
  if (!media) return undefined
  const bound = { phone_number_id: number.id, origin: 'inbound' as const, created_at: world.clock.now() }
  if (media.phone_number_id === null) return Object.assign(media, bound)
  const again = { ...media, ...bound, id: nextMediaId(world) }
  world.media.add(again)
  return again
}
