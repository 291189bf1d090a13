// The bytes of a file that a contact sent, for a bot to look at or listen to.

import type { Readable } from 'node:stream'
import type { Principal } from '../../http/route.ts'
import { readContent } from '../../media/content.ts'
import type { Media } from '../../media/room.ts'

/** Undefined where it is larger than that. Fails where it cannot be had. */
export async function readMedia(
  media: Media,
  tenant_id: string,
  media_id: string,
  max_bytes: number,
): Promise<{ bytes: Buffer; mime_type: string } | undefined> {
  const {
    status,
    body,
    content_type = '',
  } = await readContent(media, readerOf(tenant_id), media_id, undefined)
  if (status !== 200) return undefined
  const parts: Buffer[] = []
  let size = 0
  for await (const part of body as Readable) {
    size += part.length
    if (size > max_bytes) return undefined
    parts.push(part)
  }
  return { bytes: Buffer.concat(parts), mime_type: content_type.split(';')[0]?.trim() ?? '' }
}

/** A bot sees what its tenant sees. */
function readerOf(tenant_id: string): Principal {
  const rights = { sandbox_only: false, owner: false, first_tenant: false, rate_limit_rpm: 0 }
  return { key_id: '', tenant_id, scopes: ['whatsapp:read'], ...rights }
}
