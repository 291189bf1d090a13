// Makes a bot. Its key goes in sealed and comes out for the provider alone; its signing secret is answered this once.

import { randomBytes } from 'node:crypto'
import type { Queryable } from '../db/pool.ts'
import { newId } from '../kit/ids.ts'
import { configure } from './checkConfig.ts'
import { presentBot } from './find.ts'
import { insert } from './queries.ts'
import { apiKeyContext, type Bots, signingContext } from './room.ts'
import type { Bot, BotRow, NewBot } from './schema.ts'

export async function createBot(
  bots: Bots,
  tx: Queryable,
  tenant_id: string,
  input: NewBot,
): Promise<Bot & { signing_secret: string }> {
  const { CAROM_ALLOW_PRIVATE_WEBHOOKS } = bots.config
  const { config, api_key } = configure(input.config ?? {}, undefined, CAROM_ALLOW_PRIVATE_WEBHOOKS)
  const now = bots.clock.now()
  const id = newId(now.getTime())
  const signing_secret = newSigningSecret()
  const row: BotRow = {
    ...{ id, tenant_id, name: input.name, type: 'whatsapp', config },
    system_prompt: input.system_prompt ?? '',
    api_key_sealed: api_key ? bots.sealer.seal(api_key, apiKeyContext(id)) : null,
    signing_secret_sealed: bots.sealer.seal(signing_secret, signingContext(id)),
    is_active: input.is_active ?? true,
    ...{ created_at: now, updated_at: now },
  }
  await insert(tx, row)
  return { ...presentBot({ ...row, conversation_count: 0 }), signing_secret }
}

/** In the form that libraries of Standard Webhooks take. */
export function newSigningSecret(): string {
  return `whsec_${randomBytes(24).toString('base64')}`
}
