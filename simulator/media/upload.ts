// The media edges of the Graph API: uploading to a number, asking what an id is, deleting it.

import { type Caller, requireAccount } from '../graph/authenticate.ts'
import { type Call, originOf, textParam } from '../graph/call.ts'
import { unknownObject, wrongParameter } from '../graph/errors.ts'
import { checkProduct } from '../messages/checkEnvelope.ts'
import type { Json, PhoneNumber, World } from '../world.ts'
import { addressOf } from './address.ts'
import { readForm } from './form.ts'
import { MOST_BYTES, uploadMistake } from './kinds.ts'
import { addMedia, isAlive, type Media } from './store.ts'

export async function uploadMedia(call: Call, number: PhoneNumber): Promise<Json> {
  const { world, request } = call
  const type = request.headers['content-type'] ?? ''
  if (!/^multipart\/form-data\b/i.test(type)) throw wrongParameter('The parameter file is required.')
  const { fields, file } = await readForm(request, bytes => world.media.files.receive(bytes, MOST_BYTES))
  checkProduct({ ...call.query, ...Object.fromEntries(fields) })
  if (!file) throw wrongParameter('The parameter file is required.')
  const mime_type = isVague(file.mime_type) ? (fields.get('type') ?? file.mime_type) : file.mime_type
  const mistake = uploadMistake(mime_type)
  if (mistake) throw wrongParameter(mistake)
  if (!file.kept)
    throw wrongParameter(`Param file must be a file with a size of at most ${MOST_BYTES} bytes (100 MB).`)
  if (file.kept.size === 0) throw wrongParameter('Param file must not be empty.')
  const about = {
    phone_number_id: number.id,
    origin: 'uploaded' as const,
    mime_type,
    filename: file.filename,
  }
  return { id: addMedia(world, file.kept, about).id }
}

/** What a program says that does not know better. */
const isVague = (mime_type: string) => mime_type === '' || mime_type === 'application/octet-stream'

/** Undefined when there is no such medium, or its time is over. */
export function findMedia(world: World, id: string): Media | undefined {
  const media = world.media.get(id)
  return media && media.phone_number_id !== null && isAlive(world, media) ? media : undefined
}

export function onMedia(call: Call, caller: Caller, media: Media): Json {
  const { method, world } = call
  const number = world.numbers.get(media.phone_number_id ?? '')
  const asked = textParam(call, 'phone_number_id')
  const isForeign = asked !== undefined && asked !== media.phone_number_id
  if (!number || isForeign || call.path[1] !== undefined) throw unknownObject(method, media.id)
  requireAccount(call, caller, number.waba_id, 'messaging')
  if (method === 'DELETE') {
    world.media.delete(media.id)
    world.emit('media', () => null)
    return { success: true }
  }
  if (method !== 'GET') throw unknownObject(method, media.id)
  return {
    messaging_product: 'whatsapp',
    url: addressOf(world, media, originOf(call)),
    mime_type: media.mime_type,
    sha256: media.sha256,
    // Documented as a string, seen as a number: whoever reads it must take both.
    file_size: media.origin === 'uploaded' ? String(media.size) : media.size,
    id: media.id,
  }
}
