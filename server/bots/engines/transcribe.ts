// A voice message in words, by the bot's model for that.

import type { BotConfig } from '../schema.ts'
import { loadSdk, openTranscriber, sdkFetch } from './model.ts'
import type { GuardedFetch } from './reach.ts'

const TIMEOUT_MS = 30_000

/** Undefined: the bot has no such model, its provider cannot, or nothing was said. Rejects where it was asked in vain. */
export async function transcribe(
  config: BotConfig,
  api_key: string | null,
  fetch: GuardedFetch,
  audio: Buffer,
): Promise<string | undefined> {
  if (config.transcription_model === undefined) return undefined
  const access = { api_key, fetch: sdkFetch(fetch, TIMEOUT_MS) }
  const model = await openTranscriber({ ...config, model: config.transcription_model }, access)
  if (!model) return undefined
  const sdk = await loadSdk()
  const { text } = await sdk.transcribe({
    model,
    audio,
    maxRetries: 0,
    abortSignal: AbortSignal.timeout(TIMEOUT_MS),
  })
  return text.trim() === '' ? undefined : text.trim()
}
