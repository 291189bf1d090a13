// The address under which a medium can be fetched for five minutes. It says itself when it ends, and is sealed so that
// nobody makes one up.

import { createHmac } from 'node:crypto'
import type { World } from '../world.ts'
import { isAlive, type Media } from './store.ts'

export const ATTACHMENTS = '/whatsapp_business/attachments'
const LIFETIME_S = 300

export function addressOf(world: World, media: Media, origin = world.address): string {
  const ends_at = Math.floor(world.clock.now() / 1000) + LIFETIME_S
  const query = new URLSearchParams({
    mid: media.id,
    ext: String(ends_at),
    hash: seal(world, media.id, ends_at),
  })
  return `${origin}${ATTACHMENTS}/?${query}`
}

const seal = (world: World, id: string, ends_at: number) =>
  `AR${createHmac('sha256', world.app.secret).update(`${id}/${ends_at}`).digest('base64url').slice(0, 24)}`

/** The medium behind an address; undefined once the address or the medium has ended. */
export function findByAddress(world: World, query: Record<string, unknown>): Media | undefined {
  const { ext, hash, mid } = query
  if (typeof mid !== 'string' || typeof ext !== 'string' || !/^\d+$/.test(ext)) return undefined
  const media = world.media.get(mid)
  const isInTime = world.clock.now() < Number(ext) * 1000
  if (!media || !isInTime || hash !== seal(world, mid, Number(ext))) return undefined
  return isAlive(world, media) ? media : undefined
}
