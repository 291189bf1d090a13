// Brings the stored templates of an account in line with Meta's: page by page, writing only what differs.

import type { ConnectedAccount } from '../accounts/room.ts'
import { newId } from '../kit/ids.ts'
import type { Result } from '../meta/request.ts'
import type { TemplateInfo } from '../meta/templates.ts'
import type { Templates } from './room.ts'
import { markVanished, stampSync, upsertTemplates, wasSynced } from './syncQueries.ts'
import { changing } from './tell.ts'

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
  const reading: Reading = { account, began: clock.now(), first: !(await wasSynced(db, account.id)) }
  const counts: Pulled = { created: 0, updated: 0, unchanged: 0, removed: 0, templates: 0 }
  const listed: TemplateInfo[] = []
  let after: string | undefined
  for (let page = 0; page < MAX_PAGES; page++) {
    const asked = clock.now()
    const result = await meta.templatesPage(account.token, account.waba_id, after)
    if (!result.ok) return result
    const there = result.value.templates.filter(template => template.status !== 'DELETED')
    await storePage(templates, reading, { there, asked }, counts)
    listed.push(...there.map(template => ({ ...template, components: [] })))
    after = result.value.after
    if (after === undefined) break
  }
  if (after === undefined) counts.removed = await markRest(templates, reading, listed)
  // Spread over half an hour on either side, so that accounts do not come all at once.
  await stampSync(db, account.id, clock.now(), EVERY_S + (Math.random() - 0.5) * 3600, lease)
  return { ok: true, value: counts }
}

/** Of the templates of an account that is read for the first time, the tenant is told nothing. */
type Reading = { account: ConnectedAccount; began: Date; first: boolean }

async function storePage(
  templates: Templates,
  { account, first }: Reading,
  page: { there: TemplateInfo[]; asked: Date },
  counts: Pulled,
): Promise<void> {
  const once = new Map(page.there.map(template => [`${template.name} ${template.language}`, template]))
  const rows = [...once.values()].map(template => ({ ...template, id: newId() }))
  const written = await changing(
    templates,
    account.id,
    tx => upsertTemplates(tx, account, rows, templates.clock.now(), page.asked),
    row => row.before !== null || !first,
  )
  const created = written.filter(row => row.before === null).length
  counts.created += created
  counts.updated += written.length - created
  counts.unchanged += rows.length - written.length
  counts.templates += rows.length
}

async function markRest(
  templates: Templates,
  { account, began }: Reading,
  listed: TemplateInfo[],
): Promise<number> {
  const names = listed.map(template => template.name)
  const languages = listed.map(template => template.language)
  const gone = await changing(templates, account.id, tx =>
    markVanished(tx, account.id, { names, languages }, began, templates.clock.now()),
  )
  return gone.length
}
