// The samples of media headers as Meta reads them back: not the handle of the upload, but a signed link to the file that is
// another at every reading. Behind it lies a small file of the kind, not the one that was uploaded.

import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import type { FastifyReply } from 'fastify'
import { makeTraceId } from '../ids.ts'
import type { Component, World } from '../world.ts'

export const SAMPLE_PATH = '/v/t61.29466-34/'

const LIFETIME_S = 14 * 86_400
const FOLDER = join(import.meta.dirname, '../media/samples')
const FILES: Record<string, [file: string, mime_type: string]> = {
  jpg: ['photo.jpg', 'image/jpeg'],
  mp4: ['film.mp4', 'video/mp4'],
  pdf: ['document.pdf', 'application/pdf'],
}

export const withSampleLinks = (world: World, components: Component[]) =>
  linked(world, components) as Component[]

function linked(world: World, value: unknown): unknown {
  if (Array.isArray(value)) return value.map(one => linked(world, one))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, inner]) => {
    const isHandle = key === 'header_handle' && Array.isArray(inner)
    return [key, isHandle ? inner.map(handle => linkOf(world, String(handle))) : linked(world, inner)]
  })
  return Object.fromEntries(entries)
}

function linkOf(world: World, handle: string): string {
  const name = createHash('sha256').update(handle).digest('hex').slice(0, 18)
  const oe = Math.floor(world.clock.now() / 1000) + LIFETIME_S
  const query = new URLSearchParams({ ccb: '1-7', _nc_gid: makeTraceId(), oe: oe.toString(16).toUpperCase() })
  return `${world.address}${SAMPLE_PATH}${name}_n.${extensionOf(handle)}?${query}`
}

/** A handle begins with its MIME type in base64. */
function extensionOf(handle: string): string {
  const mime_type = Buffer.from(handle.split(':')[2] ?? '', 'base64').toString()
  if (mime_type.startsWith('video/')) return 'mp4'
  return mime_type.startsWith('image/') ? 'jpg' : 'pdf'
}

export function serveSample(world: World, address: string, reply: FastifyReply) {
  const { pathname, searchParams } = new URL(address, world.address)
  const [file, mime_type] = FILES[pathname.split('.').at(-1) ?? ''] ?? []
  const isAlive = Number.parseInt(searchParams.get('oe') ?? '', 16) * 1000 > world.clock.now()
  if (file === undefined || mime_type === undefined || !isAlive)
    return reply.code(403).type('text/plain').send('URL signature expired')
  return reply.type(mime_type).send(createReadStream(join(FOLDER, file)))
}
