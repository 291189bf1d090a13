// The room of bots: what its verbs share, and the names of what it seals.

import type { Accounts } from '../accounts/room.ts'
import type { Conversations } from '../conversations/room.ts'
import type { House } from '../house.ts'
import type { Knowledge } from '../knowledge/room.ts'
import type { Messages } from '../messages/room.ts'
import { hold, languageOf, pauseMinutes } from './queries.ts'
import type { BotRow } from './schema.ts'

export type Bots = House & {
  accounts: Accounts
  messages: Messages
  conversations: Conversations
  knowledge: Knowledge
}

/** It tells the rooms below which bots there are, and for how long a person's message pauses them. */
export function openBots(house: House, below: { conversations: Conversations; knowledge: Knowledge }): Bots {
  const { conversations, knowledge } = below
  const { accounts, messages } = conversations
  accounts.hooks.findBot = hold
  knowledge.hooks.findBot = languageOf
  conversations.hooks.pauseMinutes = async (db, tenant_id, ids) => {
    const rows = await pauseMinutes(db, tenant_id, ids)
    return new Map(rows.map(row => [row.id, row.minutes]))
  }
  return { ...house, accounts, messages, conversations, knowledge }
}

export function apiKeyContext(bot_id: string): string {
  return `bot_api_key:${bot_id}`
}

export function signingContext(bot_id: string): string {
  return `bot_signing_secret:${bot_id}`
}

/** The provider's key, for the call to the provider alone. */
export function openApiKey(bots: Bots, bot: Pick<BotRow, 'id' | 'api_key_sealed'>): string | undefined {
  return bot.api_key_sealed === null ? undefined : bots.sealer.open(bot.api_key_sealed, apiKeyContext(bot.id))
}

/** `whsec_…`, as the library of Standard Webhooks takes it. */
export function openSigningSecret(bots: Bots, bot: Pick<BotRow, 'id' | 'signing_secret_sealed'>): string {
  return bots.sealer.open(bot.signing_secret_sealed, signingContext(bot.id))
}
