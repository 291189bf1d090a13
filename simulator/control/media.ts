// Fills in what Meta adds to media that a person sends: an id, a type, a checksum, an address.

import { createHash } from 'node:crypto'
import type { Json, World } from '../world.ts'

const MIME: Record<string, string> = {
  image: 'image/jpeg',
  video: 'video/mp4',
  audio: 'audio/ogg; codecs=opus',
  document: 'application/pdf',
  sticker: 'image/webp',
}

export function completeMedia(world: World, type: string, content: Json): Json {
  const mime_type = MIME[type]
  if (mime_type === undefined) return content
  const id = `12300000000${String(world.next_id++).padStart(5, '0')}`
  const expires = Math.floor(world.clock.now() / 1000) + 300
  return {
    mime_type,
    sha256: createHash('sha256').update(id).digest('base64'),
    id,
    url: `https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=${id}&ext=${expires}&hash=AR${id}`,
    ...(type === 'audio' && { voice: true }),
    ...(type === 'sticker' && { animated: false }),
    ...content,
  }
}
