// Media as Meta answers about them. Links lead to this server, which fetches the bytes with the account's token.

import type { Call } from '../http/route.ts'
import { readMetadata } from '../media/find.ts'
import { removeMedia } from '../media/remove.ts'
import { upload } from '../media/upload.ts'
import { originOf } from './origin.ts'
import type { Graph } from './room.ts'

type Asked = Call<unknown, { version: string; id: string }, Record<string, string>>

export async function uploadFile(graph: Graph, call: Asked): Promise<object> {
  const { caller, stream, headers, params } = call
  const { media_id } = await upload(graph.media, {
    ...{ caller, stream, headers },
    query: { phone_number_id: params.id },
    as_meta: true,
  })
  return { id: media_id }
}

export async function describeFile(graph: Graph, call: Asked): Promise<object> {
  const { media_id, mime_type, sha256, size } = await readMetadata(graph.media, call.caller, call.params.id)
  return {
    messaging_product: 'whatsapp',
    url: `${originOf(graph, call)}/meta/${call.params.version}/${encodeURIComponent(media_id)}/content`,
    ...{ mime_type, sha256 },
    ...(size === null ? {} : { file_size: String(size) }),
    id: media_id,
  }
}

export async function removeFile(graph: Graph, call: Asked): Promise<object> {
  await removeMedia(graph.media, call.caller, call.params.id)
  return { success: true }
}
