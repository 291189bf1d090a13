// What an id in a path of Meta's API stands for, among the things of the caller's tenant. Ids of others, and of things that
// Carom does not know, are nobody's: an account's token may reach further than its tenant should.

import { heldAccounts } from '../accounts/find.ts'
import { findNumber, openToken, requireSandboxAllowed } from '../accounts/room.ts'
import type { Principal } from '../http/route.ts'
import { fail } from '../kit/errors.ts'
import { findByMetaId } from '../templates/findByMeta.ts'
import type { TemplateRow } from '../templates/schema.ts'
import type { Graph } from './room.ts'

export type Found =
  | { kind: 'account' | 'number'; waba_id: string }
  | { kind: 'template'; waba_id: string; row: TemplateRow }

export async function resolve(graph: Graph, caller: Principal, id: string): Promise<Found | undefined> {
  const { tenant_id } = caller
  const number = await findNumber(graph.accounts, tenant_id, id)
  if (number?.held && number.phone_number_id === id) return { kind: 'number', waba_id: number.waba_id }
  const [account] = await heldAccounts(graph.accounts, tenant_id, id)
  if (account) return { kind: 'account', waba_id: id }
  const row = await findByMetaId(graph.templates, tenant_id, id)
  return row && { kind: 'template', waba_id: row.waba_id, row }
}

export type Access = { account_id: string; token: string }

/** The token with which Meta is asked about things of this WABA. */
export async function requireAccess(graph: Graph, caller: Principal, waba_id: string): Promise<Access> {
  const [account] = await heldAccounts(graph.accounts, caller.tenant_id, waba_id)
  if (!account) return unknownObject(waba_id)
  requireSandboxAllowed(caller, account)
  const token = openToken(graph.accounts, account)
  if (token === null || account.status === 'token_invalid') return fail('meta_token_invalid')
  return { account_id: account.id, token }
}

export function unknownObject(id: string): never {
  fail('not_found', {
    message: `Object with ID '${id.slice(0, 64)}' is no WABA, number, template or media of this account.`,
  })
}
