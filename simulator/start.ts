// Builds the simulator: the world, its state file, and one HTTP server with the Graph API, the control API and the page.

import type { AddressInfo } from 'node:net'
import { type FastifyInstance, fastify } from 'fastify'
import { addBodyParser } from './body.ts'
import { createClock } from './clock.ts'
import { wrong } from './control/answer.ts'
import { refuseForeign } from './control/guard.ts'
import { addMediaRoutes } from './control/media.ts'
import { servePage } from './control/page.ts'
import { presentClock } from './control/present.ts'
import { addControlRoutes, controlErrorOf } from './control/routes.ts'
import { createStream } from './control/stream.ts'
import { isGraphPath, serveGraph } from './graph/serve.ts'
import { ATTACHMENTS } from './media/address.ts'
import { serveAttachment } from './media/serve.ts'
import { createWorld } from './seed.ts'
import { createStateFile, loadState } from './state.ts'
import { SAMPLE_PATH, serveSample } from './templates/samples.ts'
import type { World } from './world.ts'

export type Simulator = { url: string; port: number; close(): Promise<void>; world: World }
export type SimulatorOptions = { port?: number; host?: string; state_file?: string }

/** Starts the simulator. Port 0 takes any that is free; `state_file` is where its memory outlives it. */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const { port = 0, host = '127.0.0.1', state_file } = options
  const stream = createStream()
  let touch = () => {}
  const emit: World['emit'] = (event, make) => {
    touch()
    stream.emit(event, make)
  }
  const media_folder = state_file === undefined ? undefined : `${state_file}.media`
  const world = createWorld(emit, createClock(), media_folder)
  if (state_file !== undefined) loadState(world, state_file)
  const state = state_file === undefined ? undefined : createStateFile(world, state_file)
  if (state) touch = state.touch
  world.clock.onMove(() => emit('clock', () => presentClock(world)))
  const server = buildServer(world, stream, host)
  await server.listen({ port, host })
  const taken = (server.server.address() as AddressInfo).port
  const name = host.includes(':') ? `[${host}]` : host === '0.0.0.0' ? '127.0.0.1' : host
  world.address = `http://${name}:${taken}`
  return {
    url: world.address,
    port: taken,
    world,
    async close() {
      world.clock.stop()
      stream.close()
      await server.close()
      await world.outbox.stop()
      await state?.flush()
      world.media.files.close()
    },
  }
}

function buildServer(world: World, stream: ReturnType<typeof createStream>, host: string): FastifyInstance {
  const server = fastify({
    forceCloseConnections: true,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 2000 },
  })
  addBodyParser(server)
  server.addHook('onRequest', async (request, reply) => {
    const refusal = request.url.startsWith('/_sim') ? refuseForeign(request, host) : undefined
    if (refusal !== undefined) await reply.code(403).send({ error: refusal })
  })
  server.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const known = controlErrorOf(error)
    if (known) return reply.code(known.status).send({ error: known.error })
    // Whoever hangs up in the middle of an upload is no bug of ours.
    const hungUp = (error as NodeJS.ErrnoException).code === 'ECONNRESET'
    if (error.statusCode === undefined && !hungUp) console.error(error)
    const mistake = wrong(error.message)
    return reply
      .code(error.statusCode ?? 500)
      .send({ error: `${request.method} ${request.url}: ${mistake.message}` })
  })
  server.get('/_sim/stream', (_request, reply) => {
    reply.hijack()
    stream.open(reply.raw)
  })
  addMediaRoutes(server, world)
  addControlRoutes(server, world)
  server.all('/*', (request, reply) => {
    const path = request.url.split('?', 1)[0] as string
    if (path.startsWith(SAMPLE_PATH)) return serveSample(world, request.url, reply)
    if (path.startsWith(ATTACHMENTS)) return serveAttachment(world, request, reply)
    return isGraphPath(path) ? serveGraph(world, request, reply) : servePage(path, reply)
  })
  return server
}
