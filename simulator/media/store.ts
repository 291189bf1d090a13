// Which media exist: ids, whose they are, how long they live. Their bytes are in files.ts. Nothing here knows HTTP.

import type { World } from '../world.ts'
import { createMediaFiles, type Received } from './files.ts'

export type Media = {
  id: string
  /** Null for bytes that a person has at hand and has not sent yet. */
  phone_number_id: string | null
  origin: 'uploaded' | 'inbound'
  mime_type: string
  /** Hex. */
  sha256: string
  size: number
  filename: string | null
  animated: boolean
  channels: number | null
  created_at: number
}

export type MediaStore = ReturnType<typeof createMediaStore>

const DAY_MS = 24 * 3_600_000
const LIFETIME_MS = { uploaded: 30 * DAY_MS, inbound: 7 * DAY_MS }
const MOST = 20_000

export function createMediaStore(folder?: string) {
  const files = createMediaFiles(folder)
  const byId = new Map<string, Media>()

  return {
    files,
    get: (id: string) => byId.get(id),
    add(media: Media) {
      byId.set(media.id, media)
      const [oldest] = byId.keys()
      if (byId.size > MOST && oldest !== undefined) byId.delete(oldest)
    },
    delete: (id: string) => byId.delete(id),
    list: () => [...byId.values()],
    restore(saved: Media[]) {
      for (const media of saved) byId.set(media.id, media)
      files.restore(saved)
    },
    clear() {
      byId.clear()
      files.clear()
    },
  }
}

/** A new medium for bytes that were taken in. */
export function addMedia(
  world: World,
  received: Received,
  about: Pick<Media, 'phone_number_id' | 'origin' | 'mime_type' | 'filename'>,
): Media {
  const media: Media = { id: nextMediaId(world), ...about, ...received, created_at: world.clock.now() }
  world.media.add(media)
  world.emit('media', () => null)
  return media
}

export const nextMediaId = (world: World) => `12300000000${String(world.next_id++).padStart(5, '0')}`

/** Its time is not over, seen from the movable clock. */
export const isAlive = (world: World, media: Media) =>
  world.clock.now() - media.created_at < LIFETIME_MS[media.origin]
