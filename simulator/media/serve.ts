// Sends the bytes of a medium, whole or in part: to the gateway by an address of five minutes, and to the phone page.

import type { FastifyReply, FastifyRequest } from 'fastify'
import { authenticateHeader } from '../graph/authenticate.ts'
import { envelopeOf, GraphError } from '../graph/errors.ts'
import { makeTraceId } from '../ids.ts'
import type { World } from '../world.ts'
import { findByAddress } from './address.ts'
import { baseType } from './kinds.ts'
import type { Media } from './store.ts'

/** Types that a browser may show on the spot; everything else is a download. */
const SHOWN = /^(image\/(jpeg|png|webp|gif)|(audio|video)\/[\w.+-]+|application\/pdf)$/

/** `GET /whatsapp_business/attachments/?mid=…`, with the token of somebody who may see the number. */
export function serveAttachment(world: World, request: FastifyRequest, reply: FastifyReply) {
  if (world.settings.down) {
    reply.hijack()
    return void request.raw.socket.resetAndDestroy()
  }
  if (!request.headers['user-agent']) return reply.code(403).type('text/plain').send('Forbidden')
  try {
    const caller = authenticateHeader(world, request.headers.authorization ?? '')
    const media = findByAddress(world, request.query as Record<string, unknown>)
    const number = world.numbers.get(media?.phone_number_id ?? '')
    if (media && number && caller.token?.waba_ids.includes(number.waba_id))
      return serveBytes(world, media, request, reply)
    return reply.code(404).type('text/plain').send('Not found')
  } catch (error) {
    if (!(error instanceof GraphError)) throw error
    return reply.code(error.status).send(envelopeOf(error, makeTraceId()))
  }
}

export function serveBytes(world: World, media: Media, request: FastifyRequest, reply: FastifyReply) {
  if (!world.media.files.has(media.sha256)) return reply.code(404).type('text/plain').send('Not found')
  const range = rangeOf(request.headers.range, media.size)
  reply.headers({
    'accept-ranges': 'bytes',
    'cache-control': 'private, max-age=300',
    'x-content-type-options': 'nosniff',
    etag: `"${media.sha256}"`,
    ...(!SHOWN.test(baseType(media.mime_type)) && { 'content-disposition': 'attachment' }),
  })
  if (range === null) {
    return reply
      .code(416)
      .header('content-range', `bytes */${media.size}`)
      .type('text/plain')
      .send('Range not satisfiable')
  }
  const { start, end } = range ?? { start: 0, end: media.size - 1 }
  if (range) reply.code(206).header('content-range', `bytes ${start}-${end}/${media.size}`)
  reply.type(media.mime_type).header('content-length', end - start + 1)
  if (media.size === 0) return reply.send('')
  return reply.send(world.media.files.read(media.sha256, start, end))
}

/** Undefined: everything. Null: a range that the file does not have. Only one range is understood, as at Meta. */
export function rangeOf(
  header: string | undefined,
  size: number,
): { start: number; end: number } | null | undefined {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '') ?? []
  if (first === '' && last === '') return undefined
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first)
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1)
  return start < size && start <= end ? { start, end } : null
}
