// Resumable uploads of an app, for the samples of template headers: a session, its bytes in as many pieces as it takes,
// and a handle at the end. What was sent so far can be asked for.

import { createHash, createHmac, randomUUID } from 'node:crypto'
import { type Call, requiredParam } from '../graph/call.ts'
import { GraphError, unknownObject, wrongParameter } from '../graph/errors.ts'
import type { Json, World } from '../world.ts'
import { baseType, MOST_BYTES } from './kinds.ts'

/** Only the hash of the bytes is kept. */
export type UploadSession = {
  file_type: string
  file_length: number
  offset: number
  hash: ReturnType<typeof createHash>
  isBusy: boolean
}

const MOST_SESSIONS = 200
const MOST_HANDLES = 1000

/** `POST /{app}/uploads`. */
export function openUpload(call: Call): Json {
  const { world } = call
  const file_length = Number(requiredParam(call, 'file_length'))
  const file_type = requiredParam(call, 'file_type')
  if (!Number.isInteger(file_length) || file_length < 1 || file_length > MOST_BYTES) {
    throw wrongParameter(`Param file_length must be a whole number from 1 to ${MOST_BYTES}.`)
  }
  if (!/^[\w.+-]+\/[\w.+-]+$/.test(baseType(file_type)))
    throw wrongParameter('Param file_type must be a MIME type.')
  const id = `upload:${Buffer.from(`MT:${randomUUID()}`).toString('base64url')}==`
  const hash = createHash('sha256')
  const session = { file_type: baseType(file_type), file_length, offset: 0, hash, isBusy: false }
  world.uploads.set(id, session)
  forgetOldest(world.uploads, MOST_SESSIONS)
  return { id: `${id}?sig=${sign(world, id)}` }
}

export const isUploadId = (id: string) => id.startsWith('upload:')

/** `GET` and `POST` of a session, whose id has its signature as a query. */
export async function onUpload(call: Call, id: string): Promise<Json> {
  const { world, method, query } = call
  const session = world.uploads.get(id)
  if (!session || query.sig !== sign(world, id)) throw unknownObject(method, id)
  if (method === 'GET') return { id: `${id}?sig=${sign(world, id)}`, file_offset: session.offset }
  if (method !== 'POST') throw unknownObject(method, id)
  if (!/^OAuth\s/i.test(call.authorization)) {
    throw new GraphError(190, { message: 'An upload wants the header Authorization: OAuth <token>.' })
  }
  await takeBytes(call, session)
  if (session.offset < session.file_length) return { id, file_offset: session.offset }
  world.uploads.delete(id)
  return { h: makeHandle(world, session) }
}

async function takeBytes({ request }: Call, session: UploadSession) {
  const offset = Number(request.headers.file_offset ?? Number.NaN)
  if (offset !== session.offset || session.isBusy) {
    throw wrongParameter(`The header file_offset must be ${session.offset}, where the upload stands.`)
  }
  session.isBusy = true
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      const room = session.file_length - session.offset
      if (chunk.length > room) throw wrongParameter('More bytes came than file_length has promised.')
      session.hash.update(chunk)
      session.offset += chunk.length
    }
  } finally {
    session.isBusy = false
  }
}

function makeHandle(world: World, { file_type: mime_type, hash, offset: size }: UploadSession): string {
  const sha256 = hash.digest('hex')
  const handle = `4::${Buffer.from(mime_type).toString('base64')}:AR${randomUUID().replaceAll('-', '')}`
  world.handles.set(handle, { mime_type, sha256, size, at: world.clock.now() })
  forgetOldest(world.handles, MOST_HANDLES)
  world.emit('handle', () => null)
  return handle
}

function forgetOldest(map: Map<string, unknown>, most: number) {
  const [oldest] = map.keys()
  if (map.size > most && oldest !== undefined) map.delete(oldest)
}

const sign = (world: World, id: string) =>
  `AR${createHmac('sha256', world.app.secret).update(id).digest('base64url').slice(0, 22)}`
