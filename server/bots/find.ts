// Bots of a tenant, to be shown.

import type { Queryable } from '../db/pool.ts'
import { fail } from '../kit/errors.ts'
import { find, list, type ShownRow } from './queries.ts'
import type { Bots } from './room.ts'
import type { Bot } from './schema.ts'

export function listBots(
  bots: Bots,
  tenant_id: string,
  page: { after: string | undefined; rows: number },
): Promise<ShownRow[]> {
  return list(bots.db, tenant_id, page)
}

export async function requireBot(db: Queryable, tenant_id: string, id: string): Promise<ShownRow> {
  return (await find(db, tenant_id, id)) ?? noSuchBot()
}

export function noSuchBot(): never {
  return fail('not_found', { message: 'There is no such bot in this account; GET /api/v1/bots lists yours.' })
}

export function presentBot(row: ShownRow): Bot {
  const { id, name, type, system_prompt, config, is_active, conversation_count } = row
  return {
    ...{ id, name, type, system_prompt, config, is_active, conversation_count },
    has_api_key: row.api_key_sealed !== null,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  }
}
