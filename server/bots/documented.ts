// What the route tables of bots share in the API's documentation.

import { Type } from 'typebox'

export const BotPath = Type.Object({ id: Type.String({ format: 'uuid' }) })

const bot = {
  id: '019ab0f2-7d3e-7c41-9a55-3f0c2b8e6d21',
  name: 'Front desk',
  type: 'whatsapp',
  system_prompt: 'You answer for a small bakery. Be short and friendly.',
  config: {
    engine: 'llm',
    provider: 'openai-compatible',
    base_url: 'https://models.example.com/v1',
    model: 'qwen3:8b',
    language: 'en',
    fallback_text: 'I will ask a colleague.',
  },
  has_api_key: true,
  is_active: true,
  conversation_count: 12,
  created_at: '2026-11-23T06:38:00.000Z',
  updated_at: '2026-11-23T06:38:00.000Z',
}

export const examples = {
  bot,
  created: { ...bot, conversation_count: 0, signing_secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' },
  bodies: {
    'answers from its knowledge': {
      name: 'Front desk',
      config: { engine: 'knowledge', language: 'en', fallback_text: 'I will ask a colleague.' },
    },
    'asks a model': {
      name: 'Front desk',
      system_prompt: bot.system_prompt,
      config: {
        provider: 'openai-compatible',
        base_url: 'https://models.example.com/v1',
        model: 'qwen3:8b',
        api_key: 'sk-…',
      },
    },
    'asks your server': {
      name: 'Front desk',
      config: { engine: 'webhook', url: 'https://bot.example.com/answer' },
    },
  },
}
