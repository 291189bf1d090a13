// For the room that takes messages in: media that came with them become known here, and begin to wait for the mirror
// where their account has one. Meta is not asked.

import type { Queryable } from '../db/pool.ts'
import { newId } from '../kit/ids.ts'
import { hexDigest, INBOUND_LIFETIME_MS } from '../meta/media.ts'
import { insertInbound } from './queries.ts'
import type { Media } from './room.ts'
import { cleanFilename } from './schema.ts'

export type NotedMedia = {
  tenant_id: string
  /** Ours. */
  phone_number_id: string
  /** Meta's, as everything below. */
  media_id: string
  mime_type?: string | undefined
  /** Base64, as webhooks have it, or hex. */
  sha256?: string | undefined
  filename?: string | undefined
  /** When the message was sent. */
  sent_at: Date
}

/** In the transaction that stores the messages. What is known already is left as it is. */
export async function noteInbound(media: Media, tx: Queryable, noted: NotedMedia[]): Promise<void> {
  if (noted.length === 0) return
  const now = media.clock.now()
  const rows = noted.map(one => ({
    id: newId(),
    tenant_id: one.tenant_id,
    phone_number_id: one.phone_number_id,
    media_id: one.media_id,
    mime_type: one.mime_type ?? null,
    sha256: hexDigest(one.sha256 ?? null),
    filename: cleanFilename(one.filename) ?? null,
    expires_at: new Date(one.sent_at.getTime() + INBOUND_LIFETIME_MS),
    created_at: now,
  }))
  await insertInbound(tx, rows)
}
