// The least that a gateway can be: takes JSON, hands it to Meta over kept-alive connections, hands the answer back.
// No key, no check, nothing stored.

import Fastify from 'fastify'
import { Pool } from 'undici'
import { serve, settings } from '../channel.ts'
import { NUMBERS, TOKEN } from '../world.ts'

const { meta_url } = settings<{ meta_url: string }>()
const pool = new Pool(meta_url, { connections: 256, pipelining: 1 })
const headers = { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` }
const path = `/v26.0/${NUMBERS[0]}/messages`
const app = Fastify()

app.post('/*', async (request, reply) => {
  const { body } = await pool.request({ method: 'POST', path, headers, body: JSON.stringify(request.body) })
  reply.code(201)
  return body.json()
})

serve(await app.listen({ host: '127.0.0.1', port: 0, backlog: 1024 }), {})
