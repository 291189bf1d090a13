// From a bot's configuration to a model of the AI SDK. The SDK is loaded when the first turn needs it: it costs 40 MB and a
// tenth of a second, which a gateway without such bots should not pay.

import type { LanguageModel, TranscriptionModel } from 'ai'
import type { BotConfig } from '../schema.ts'
import type { GuardedFetch } from './reach.ts'

/** Always given, so that no provider looks for one in this process's environment. */
const BASE_URLS = {
  openai: 'https://api.openai.com/v1',
  anthropic: 'https://api.anthropic.com/v1',
  google: 'https://generativelanguage.googleapis.com/v1beta',
}

export type ModelChoice = Pick<BotConfig, 'provider' | 'base_url'> & { model: string }

type Access = { api_key: string | null; fetch: typeof globalThis.fetch }

export async function openModel(choice: ModelChoice, access: Access): Promise<LanguageModel> {
  const { fetch } = access
  const { provider = 'openai', base_url, model } = choice
  const apiKey = access.api_key ?? ''
  switch (provider) {
    case 'openai': {
      const { createOpenAI } = await import('@ai-sdk/openai')
      // Chat completions, not responses: nothing is kept at OpenAI, and proxies of it speak them too.
      return createOpenAI({ apiKey, fetch, baseURL: base_url ?? BASE_URLS.openai }).chat(model)
    }
    case 'anthropic': {
      const { createAnthropic } = await import('@ai-sdk/anthropic')
      return createAnthropic({ apiKey, fetch, baseURL: base_url ?? BASE_URLS.anthropic })(model)
    }
    case 'google': {
      const { createGoogle } = await import('@ai-sdk/google')
      return createGoogle({ apiKey, fetch, baseURL: base_url ?? BASE_URLS.google })(model)
    }
    default: {
      const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible')
      const name = 'openai-compatible'
      return createOpenAICompatible({ name, apiKey, fetch, baseURL: base_url ?? BASE_URLS.openai })(model)
    }
  }
}

/** Speech to text is spoken in OpenAI's way by OpenAI and what is compatible with it. Undefined: not by this provider. */
export async function openTranscriber(
  choice: ModelChoice,
  access: Access,
): Promise<TranscriptionModel | undefined> {
  if (choice.provider !== 'openai' && choice.provider !== 'openai-compatible') return undefined
  const { createOpenAI } = await import('@ai-sdk/openai')
  const { api_key, fetch } = access
  const baseURL = choice.base_url ?? BASE_URLS.openai
  return createOpenAI({ apiKey: api_key ?? '', fetch, baseURL }).transcription(choice.model)
}

export async function loadSdk(): Promise<typeof import('ai')> {
  Object.assign(globalThis, { AI_SDK_LOG_WARNINGS: false })
  return import('ai')
}

const MAX_MODEL_BYTES = 4 * 1024 * 1024

/** The fetch that the SDK is handed: the guarded one, in the clothes of the standard. */
export function sdkFetch(fetch: GuardedFetch, timeout_ms: number): typeof globalThis.fetch {
  return async (input, init = {}) => {
    const request = new Request(input, init)
    const body = new Uint8Array(await request.arrayBuffer())
    const answer = await fetch(request.url, {
      method: request.method,
      headers: Object.fromEntries(request.headers),
      ...(body.length > 0 ? { body } : {}),
      timeout_ms,
      max_bytes: MAX_MODEL_BYTES,
      ...(init.signal ? { signal: init.signal } : {}),
    })
    const headers = Object.entries(answer.headers).filter(
      ([name]) => !/^content-(length|encoding)$/.test(name),
    )
    const bodiless = answer.status === 204 || answer.status === 304
    return new Response(bodiless ? null : new Uint8Array(answer.body), { status: answer.status, headers })
  }
}
