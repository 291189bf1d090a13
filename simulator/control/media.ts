// The control calls about media: bytes that a person wants to send, and the bytes of any medium for the phone page.

import type { FastifyInstance } from 'fastify'
import { MOST_BYTES } from '../media/kinds.ts'
import { serveBytes } from '../media/serve.ts'
import { addMedia } from '../media/store.ts'
import type { World } from '../world.ts'
import { missing, queryOf, wrong } from './answer.ts'

export function addMediaRoutes(server: FastifyInstance, world: World) {
  server.post('/_sim/media', async (request, reply) => {
    const mime_type = request.headers['content-type'] ?? ''
    if (!/^[\w.+-]+\/[\w.+-]+/.test(mime_type))
      throw wrong('Send the bytes of a file with its Content-Type, such as image/jpeg.')
    const received = await world.media.files.receive(request.raw, MOST_BYTES)
    if (!received) throw wrong(`A file may have ${MOST_BYTES} bytes (100 MB).`)
    if (received.size === 0) throw wrong('The file is empty.')
    const filename = queryOf(request).filename ?? null
    const media = addMedia(world, received, { phone_number_id: null, origin: 'inbound', mime_type, filename })
    const { id, sha256, size } = media
    return reply.code(201).send({ id, mime_type, sha256, size })
  })
  server.get('/_sim/media/:id', (request, reply) => {
    const { id } = request.params as { id: string }
    const media = world.media.get(id)
    if (!media) throw missing(`There is no media with the id ${id}.`)
    return serveBytes(world, media, request, reply)
  })
}
