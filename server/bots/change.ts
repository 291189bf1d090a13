// Changes a bot: any part of it, whether it is active, its signing secret.

import type { Queryable } from '../db/pool.ts'
import { configure } from './checkConfig.ts'
import { newSigningSecret } from './create.ts'
import { noSuchBot, presentBot, requireBot } from './find.ts'
import { lock, update } from './queries.ts'
import { apiKeyContext, type Bots, signingContext } from './room.ts'
import type { Bot, BotPatch, BotRow } from './schema.ts'

export async function changeBot(
  bots: Bots,
  tx: Queryable,
  tenant_id: string,
  id: string,
  patch: BotPatch,
): Promise<Bot> {
  const before = (await lock(tx, tenant_id, id)) ?? noSuchBot()
  const after = { ...before, ...partsOf(patch), ...configured(bots, before, patch) }
  return write(bots, tx, after)
}

/** Without `is_active` it becomes what it was not. */
export async function toggleBot(
  bots: Bots,
  tx: Queryable,
  tenant_id: string,
  id: string,
  is_active: boolean | undefined,
): Promise<Bot> {
  const before = (await lock(tx, tenant_id, id)) ?? noSuchBot()
  return write(bots, tx, { ...before, is_active: is_active ?? !before.is_active })
}

/** The secret before it ends at once. */
export async function rotateSecret(
  bots: Bots,
  tx: Queryable,
  tenant_id: string,
  id: string,
): Promise<Bot & { signing_secret: string }> {
  const before = (await lock(tx, tenant_id, id)) ?? noSuchBot()
  const signing_secret = newSigningSecret()
  const signing_secret_sealed = bots.sealer.seal(signing_secret, signingContext(id))
  return { ...(await write(bots, tx, { ...before, signing_secret_sealed })), signing_secret }
}

async function write(bots: Bots, tx: Queryable, row: BotRow): Promise<Bot> {
  await update(tx, { ...row, updated_at: bots.clock.now() })
  return presentBot(await requireBot(tx, row.tenant_id, row.id))
}

function partsOf({ name, system_prompt, is_active }: BotPatch): Partial<BotRow> {
  return {
    ...(name === undefined ? {} : { name }),
    ...(system_prompt === undefined ? {} : { system_prompt }),
    ...(is_active === undefined ? {} : { is_active }),
  }
}

function configured(bots: Bots, before: BotRow, { config: input }: BotPatch): Partial<BotRow> {
  if (input === undefined) return {}
  const { CAROM_ALLOW_PRIVATE_WEBHOOKS } = bots.config
  const known = { config: before.config, has_api_key: before.api_key_sealed !== null }
  const { config, api_key } = configure(input, known, CAROM_ALLOW_PRIVATE_WEBHOOKS)
  if (api_key === undefined) return { config }
  const sealed = api_key === null ? null : bots.sealer.seal(api_key, apiKeyContext(before.id))
  return { config, api_key_sealed: sealed }
}
