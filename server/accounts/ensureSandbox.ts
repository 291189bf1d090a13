// Connects the simulator's account at start, in sandbox mode, through the very same onboarding as any other.

import { connectManually } from './onboard.ts'
import * as queries from './queries.ts'
import { type Accounts, openToken } from './room.ts'
import { must, stepFailure } from './steps.ts'

export type Sandbox = { waba_id: string; phone_number_ids: readonly string[]; access_token: string }

/** Where all is connected already, only what a fresh simulator has forgotten is done again: two calls. */
export async function ensureSandbox(accounts: Accounts, tenant_id: string, sandbox: Sandbox): Promise<void> {
  if (await isConnected(accounts, tenant_id, sandbox)) return
  const { waba_id, access_token } = sandbox
  for (const phone_number_id of sandbox.phone_number_ids) {
    await connectManually(accounts, tenant_id, { waba_id, phone_number_id, access_token })
  }
}

async function isConnected(accounts: Accounts, tenant_id: string, sandbox: Sandbox): Promise<boolean> {
  const account = await queries.accountByWaba(accounts.db, tenant_id, sandbox.waba_id)
  if (!account?.held || account.connected_at === null || account.status !== 'connected') return false
  const token = openToken(accounts, account)
  if (token !== sandbox.access_token) return false
  const numbers = (await queries.numbersOf(accounts.db, [account.id])).filter(number => number.held)
  const known = new Set(numbers.map(number => number.phone_number_id))
  if (!sandbox.phone_number_ids.every(id => known.has(id))) return false
  must('subscribe_app', await accounts.meta.subscribeApp(token, sandbox.waba_id))
  const refusal = await accounts.hooks.pullTemplates({
    id: account.id,
    tenant_id,
    waba_id: sandbox.waba_id,
    token,
  })
  if (refusal) throw stepFailure('pull_templates', refusal)
  return true
}
