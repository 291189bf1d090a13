// Is this token good for everything Carom does? Asked before anything is stored or changed.

import type { TokenInfo } from '../meta/tokens.ts'
import type { Accounts } from './room.ts'
import { failStep, must } from './steps.ts'

const NEEDED = ['whatsapp_business_management', 'whatsapp_business_messaging']

/** `param` is the field of the body that the token came from. */
export async function inspectToken(accounts: Accounts, token: string, param: string): Promise<TokenInfo> {
  const info = must('inspect_token', await accounts.meta.debugToken(token))
  const { app_id } = accounts.meta
  if (!info.valid) {
    failStep('inspect_token', 'meta_token_invalid', {
      message: 'Meta says that this access token is not valid; make a new one and call again.',
      param,
      ...(info.problem ? { meta: info.problem } : {}),
    })
  }
  if (app_id !== undefined && info.app_id !== undefined && info.app_id !== app_id) {
    failStep('inspect_token', 'invalid_parameter', {
      message: `The access token belongs to the Meta app ${info.app_id}, but Carom is set up for the app ${app_id}; use a token of that app.`,
      param,
    })
  }
  const missing_scopes = NEEDED.filter(scope => !info.scopes.includes(scope))
  if (missing_scopes.length > 0) {
    failStep('inspect_token', 'invalid_parameter', {
      message: `The access token lacks ${missing_scopes.join(' and ')}; grant ${missing_scopes.length > 1 ? 'them' : 'it'} and call again with the new token.`,
      param,
      details: { missing_scopes },
    })
  }
  return info
}
