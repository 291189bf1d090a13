// The least that may answer Meta's webhooks: checks the signature over the raw bytes, forgets them, says 200.

import { createHmac, timingSafeEqual } from 'node:crypto'
import Fastify from 'fastify'
import { serve } from '../channel.ts'
import { APP_SECRET } from '../world.ts'

const app = Fastify()
app.removeAllContentTypeParsers()
app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_, body, done) => done(null, body))

app.post('/*', async (request, reply) => {
  const expected = createHmac('sha256', APP_SECRET)
    .update(request.body as Buffer)
    .digest()
  const given = Buffer.from(String(request.headers['x-hub-signature-256']).slice(7), 'hex')
  const same = given.length === expected.length && timingSafeEqual(given, expected)
  return reply
    .code(same ? 200 : 401)
    .type('text/plain')
    .send(same ? 'OK' : 'no')
})

serve(await app.listen({ host: '127.0.0.1', port: 0, backlog: 1024 }), {})
