// Brings the stored templates of an account in line with Meta's: page by page, writing only what differs.

import type { ConnectedAccount } from '../accounts/room.ts'
import { newId } from '../kit/ids.ts'
import type { Result } from '../meta/request.ts'
import type { TemplateInfo } from '../meta/templates.ts'
import { forgetTemplates } from './forget.ts'
import { announce, markVanished, upsertTemplates } from './queries.ts'
import type { Templates } from './room.ts'
import { stampSync } from './syncQueries.ts'

export type Pulled = {
  created: number
  updated: number
  unchanged: number
  removed: number
  templates: number
}

const STALE_CURSOR = 131059
const EVERY_S = 6 * 3600
const MAX_PAGES = 200

/** Templates that Meta no longer lists are marked only after a complete reading. `lease`: of the scheduled ones. */
export async function pullTemplates(
  templates: Templates,
  account: ConnectedAccount,
  lease?: string,
): Promise<Result<Pulled>> {
  const first = await pullOnce(templates, account, lease)
  // Since Graph v24 a cursor can go stale while one reads; Meta says to begin again.
  const stale = !first.ok && first.problem?.code === STALE_CURSOR
  return stale ? pullOnce(templates, account, lease) : first
}

async function pullOnce(
  templates: Templates,
  account: ConnectedAccount,
  lease: string | undefined,
): Promise<Result<Pulled>> {
  const { meta, db, clock } = templates
  const began = clock.now()
  const counts: Pulled = { created: 0, updated: 0, unchanged: 0, removed: 0, templates: 0 }
  const listed = { names: [] as string[], languages: [] as string[] }
  let after: string | undefined
  for (let page = 0; page < MAX_PAGES; page++) {
    const asked = clock.now()
    const result = await meta.templatesPage(account.token, account.waba_id, after)
    if (!result.ok) return result
    await storePage(templates, account, { listed: result.value.templates, asked }, counts)
    listed.names.push(...result.value.templates.map(template => template.name))
    listed.languages.push(...result.value.templates.map(template => template.language))
    after = result.value.after
    if (after === undefined) break
  }
  const now = clock.now()
  if (after === undefined) counts.removed = await markVanished(db, account.id, listed, began, now)
  // Spread over half an hour on either side, so that accounts do not come all at once.
  await stampSync(db, account.id, now, EVERY_S + (Math.random() - 0.5) * 3600, lease)
  await tell(templates, account.id, counts)
  return { ok: true, value: counts }
}

async function storePage(
  templates: Templates,
  account: ConnectedAccount,
  page: { listed: TemplateInfo[]; asked: Date },
  counts: Pulled,
): Promise<void> {
  const once = new Map(page.listed.map(template => [`${template.name} ${template.language}`, template]))
  const rows = [...once.values()].map(template => ({ ...template, id: newId() }))
  const written = await upsertTemplates(templates.db, account, rows, templates.clock.now(), page.asked)
  const created = written.filter(row => row.created).length
  counts.created += created
  counts.updated += written.length - created
  counts.unchanged += rows.length - written.length
  counts.templates += rows.length
}

async function tell(templates: Templates, account_id: string, counts: Pulled): Promise<void> {
  if (counts.created + counts.updated + counts.removed === 0) return
  forgetTemplates(templates, account_id)
  await announce(templates.db, account_id)
}
