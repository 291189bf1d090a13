// Templates by Meta's own names for them, as its API speaks of them.

import { fail } from '../kit/errors.ts'
import { rowByMetaId, rowsByName } from './metaQueries.ts'
import type { Templates } from './room.ts'
import type { TemplateRow } from './schema.ts'

export function findByMetaId(
  templates: Templates,
  tenant_id: string,
  meta_template_id: string,
): Promise<TemplateRow | undefined> {
  return rowByMetaId(templates.db, tenant_id, meta_template_id)
}

/** The rows that a deletion by name is about: one language where its id is given, else all of them. */
export async function requireNamed(
  templates: Templates,
  tenant_id: string,
  wish: { waba_id: string; name: string; meta_template_id: string | undefined },
): Promise<TemplateRow> {
  const rows = await rowsByName(templates.db, tenant_id, wish.waba_id, wish.name)
  const { meta_template_id: wanted } = wish
  const row = wanted === undefined ? rows[0] : rows.find(one => one.meta_template_id === wanted)
  return row ?? fail('not_found', { message: `This WABA has no template ${JSON.stringify(wish.name)}.` })
}
