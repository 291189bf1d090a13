// The two ways in: with the code of Embedded Signup, or with a system user's token.

import { type Connected, connect } from './connect.ts'
import type { Accounts } from './room.ts'
import { failStep, must } from './steps.ts'

export type Exchange = { code: string; phone_number_id: string; waba_id?: string; pin?: string }

export async function exchange(accounts: Accounts, tenant_id: string, wish: Exchange): Promise<Connected> {
  if (accounts.meta.app_id === undefined) {
    failStep('exchange_code', 'invalid_state', {
      message:
        'No Meta app is set up, so codes cannot be exchanged; set META_APP_ID and META_APP_SECRET, or use /whatsapp/onboarding/manual.',
    })
  }
  const { code, ...rest } = wish
  const { access_token } = must('exchange_code', await accounts.meta.exchangeCode(code))
  return connect(accounts, tenant_id, { ...rest, token: access_token, token_param: 'code' })
}

export type Manual = { waba_id: string; phone_number_id: string; access_token: string; pin?: string }

export function connectManually(accounts: Accounts, tenant_id: string, wish: Manual): Promise<Connected> {
  const { access_token, ...rest } = wish
  return connect(accounts, tenant_id, { ...rest, token: access_token, token_param: 'access_token' })
}

export type OnboardingConfig = {
  app_id: string | null
  config_id: string | null
  graph_version: string
  sandbox: boolean
}

/** What a page needs to open Embedded Signup. */
export function onboardingConfig(accounts: Accounts): OnboardingConfig {
  const { config, meta } = accounts
  return {
    app_id: meta.app_id ?? null,
    config_id: config.META_CONFIG_ID ?? null,
    graph_version: meta.version,
    sandbox: config.sandbox,
  }
}
