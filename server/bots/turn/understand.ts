// What came without words: voice messages become text where the bot has a model for that, pictures are fetched for models
// that see. What cannot be had stays the description that it was.

import { textAt } from '../../messages/kinds/look.ts'
import type { ThreadMessage } from '../engines/engine.ts'
import { transcribe } from '../engines/transcribe.ts'
import type { BotConfig } from '../schema.ts'
import { readMedia } from './readMedia.ts'
import type { Turns } from './room.ts'
import type { ThreadRow } from './workQueries.ts'

const MAX_PICTURE_BYTES = 5 * 1024 * 1024
const MAX_SOUND_BYTES = 16 * 1024 * 1024
/** Of one turn. The newest count. */
const MOST_FILES = 4

type Heard = { config: BotConfig; tenant_id: string; api_key: string | null }

/** The messages that are to be answered, with what could be seen and heard of them. */
export async function understand(
  turns: Turns,
  { config, tenant_id, api_key }: Heard,
  messages: ThreadMessage[],
  rows: ThreadRow[],
): Promise<ThreadMessage[]> {
  const contents = new Map(rows.map(row => [row.id, row.content]))
  const files = new Set(messages.filter(message => wants(config, message.type)).slice(-MOST_FILES))
  return Promise.all(
    messages.map(async message => {
      const media_id = files.has(message) ? textAt(contents.get(message.id), 'id') : undefined
      if (media_id === undefined) return message
      try {
        if (message.type === 'audio')
          return await hear(turns, { config, tenant_id, api_key }, message, media_id)
        const image = await readMedia(turns.media, tenant_id, media_id, MAX_PICTURE_BYTES)
        return image && /^image\//.test(image.mime_type) ? { ...message, image } : message
      } catch (error) {
        turns.log.warn({ err: error, message_id: message.id }, 'A file for a bot could not be read')
        return message
      }
    }),
  )
}

function wants(config: BotConfig, type: string): boolean {
  if (config.engine !== 'llm' && type !== 'audio') return false
  if (type === 'audio') return config.transcription_model !== undefined
  return (type === 'image' || type === 'sticker') && seesPictures(config)
}

/** Of an unknown server nobody knows: it must be said. */
export function seesPictures({ images, provider }: BotConfig): boolean {
  return images ?? provider !== 'openai-compatible'
}

async function hear(
  turns: Turns,
  { config, tenant_id, api_key }: Heard,
  message: ThreadMessage,
  media_id: string,
): Promise<ThreadMessage> {
  const sound = await readMedia(turns.media, tenant_id, media_id, MAX_SOUND_BYTES)
  const text = sound && (await transcribe(config, api_key, turns.reach.fetch, sound.bytes))
  return text ? { ...message, text: `${message.text} ${text}`, spoken: true } : message
}
