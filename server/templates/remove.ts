// Deletes a template at Meta, in this language or in all, and marks its rows: messages tell which template they were.

import type { ConnectedAccount } from '../accounts/room.ts'
import type { Recovered } from '../http/route.ts'
import { fail } from '../kit/errors.ts'
import { failAtMeta, requireAccount } from './accountOf.ts'
import { markRemoved, rowOfKey } from './changeQueries.ts'
import type { Asking } from './create.ts'
import { requireRow } from './find.ts'
import { templatesNamed } from './queries.ts'
import { unsettled } from './readBack.ts'
import type { Templates } from './room.ts'
import type { TemplateRow } from './schema.ts'
import { changing } from './tell.ts'

export async function removeTemplate(
  templates: Templates,
  id: string,
  all_languages: boolean,
  { caller, idempotency_id }: Asking,
): Promise<void> {
  const row = await requireRow(templates, caller.tenant_id, id)
  const account = await requireAccount(templates, caller, row.waba_id)
  const named = all_languages ? await templatesNamed(templates.db, row.account_id, row.name) : []
  const rows = [row, ...named.filter(other => other.removed_at === null && other.id !== row.id)]
  requireDeletable(rows)
  const { name, meta_template_id } = row
  const wish = all_languages ? { name } : { name, meta_template_id }
  const made = await templates.meta.deleteTemplate(account.token, account.waba_id, wish)
  if (!made.ok && !(await isGone(templates, account, rows))) {
    const failing = failAtMeta(templates, account.id, made, 'Deleting the template')
    return made.kind === 'unexpected' ? unsettled(failing) : failing
  }
  const ids = rows.map(one => one.id)
  await changing(templates, account.id, tx => markRemoved(tx, ids, idempotency_id, templates.clock.now()))
}

function requireDeletable(rows: TemplateRow[]): void {
  const disabled = rows.find(row => row.status === 'DISABLED')
  if (!disabled) return
  const message = `Meta does not let disabled templates be deleted, and "${disabled.name}" (${disabled.language}) is.`
  fail('invalid_state', { message, details: { status: 'DISABLED' } })
}

/** Refused or lost, but Meta has it no more: somebody was quicker, or it was done after all. */
async function isGone(
  templates: Templates,
  account: ConnectedAccount,
  rows: TemplateRow[],
): Promise<boolean> {
  const found = await templates.meta.templatesNamed(account.token, account.waba_id, rows[0]?.name ?? '')
  if (!found.ok) return false
  const ids = new Set(found.value.map(template => template.meta_template_id))
  return rows.every(row => !ids.has(row.meta_template_id))
}

export async function recoverRemove(
  templates: Templates,
  tenant_id: string,
  idempotency_id: string,
): Promise<Recovered> {
  const row = await rowOfKey(templates.db, tenant_id, idempotency_id)
  return row?.deleted ? { state: 'done', reply: { status: 204 } } : { state: 'absent' }
}
