// Files that came with messages are noted, so that the room of media can show, stream and mirror them.

import type { Transaction } from '../../db/pool.ts'
import type { Messages } from '../room.ts'
import { mediaOf } from './content.ts'
import type { InboundRow } from './queries.ts'
import { text } from './shapes.ts'

export type NotedMedia = {
  tenant_id: string
  phone_number_id: string
  media_id: string
  mime_type: string | undefined
  /** As Meta writes it: base64. */
  sha256: string | undefined
  filename: string | undefined
  sent_at: Date
}

/** `told_at`: when Meta told of them, where that is not when they were sent: their lifetime begins there. */
export async function noteMedia(
  messages: Messages,
  tx: Transaction,
  rows: InboundRow[],
  told_at?: Date,
): Promise<void> {
  const noted = rows.flatMap(row => {
    const media = mediaOf(row)
    return media
      ? [
          {
            ...{ tenant_id: row.tenant_id, phone_number_id: row.phone_number_id },
            sent_at: told_at ?? row.sent_at,
            media_id: String(media.id),
            mime_type: text(media.mime_type),
            sha256: text(media.sha256),
            filename: text(media.filename),
          },
        ]
      : []
  })
  if (noted.length > 0) await messages.hooks.noteMedia?.(tx, noted)
}
