// Connects the simulated account the way a real one is connected: the app subscribes to webhooks (Meta's handshake
// included), and the account comes in through the manual onboarding.

import { request } from 'undici'
import { ensureSandbox } from '../accounts/ensureSandbox.ts'
import type { Accounts } from '../accounts/room.ts'
import { COEXISTENCE_FIELDS, WEBHOOK_FIELDS } from '../meta/inspect.ts'
import { SANDBOX_APP } from './app.ts'

export async function connectSandbox(
  accounts: Accounts,
  options: { tenant_id: string; graph_url: string; callback_url: string },
): Promise<void> {
  await subscribe(options.graph_url, accounts.config.META_GRAPH_VERSION, options.callback_url)
  const { waba_id, phone_number_ids, access_token } = SANDBOX_APP
  await ensureSandbox(accounts, options.tenant_id, { waba_id, phone_number_ids, access_token })
}

async function subscribe(graphUrl: string, version: string, callbackUrl: string): Promise<void> {
  const { app_id, app_secret, verify_token } = SANDBOX_APP
  const { statusCode, body } = await request(`${graphUrl}/${version}/${app_id}/subscriptions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${app_id}|${app_secret}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      object: 'whatsapp_business_account',
      callback_url: callbackUrl,
      verify_token,
      fields: [...WEBHOOK_FIELDS, ...COEXISTENCE_FIELDS].join(','),
    }),
  })
  const answer = await body.text()
  if (statusCode !== 200) throw new Error(`The simulator refused the webhook subscription: ${answer}`)
}
