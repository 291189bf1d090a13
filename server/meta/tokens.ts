// Where tokens come from and what they are good for: the code exchange and debug_token.

import type { MetaProblem } from '../kit/errors.ts'
import type { Graph } from './graph.ts'
import { type Result, request } from './request.ts'
import { explain, type MetaError } from './verdicts.ts'

export type TokenInfo = {
  valid: boolean
  /** Why it is not valid, where Meta says so. */
  problem?: MetaProblem
  app_id: string | undefined
  scopes: string[]
  /** null: never. */
  expires_at: Date | null
  /** The WABAs that the token was granted for, newest first; undefined: all that its holder has. */
  waba_ids: string[] | undefined
}

/** Exchanges Embedded Signup's code. It can be used once, so only a request that was never written is repeated. */
export function exchangeCode(graph: Graph, code: string): Promise<Result<{ access_token: string }>> {
  const { app_id = '', app_secret = '' } = graph
  return request(graph, {
    name: 'oauth.exchange',
    method: 'GET',
    path: '/oauth/access_token',
    token: undefined,
    query: { client_id: app_id, client_secret: app_secret, code },
    idempotent: false,
    parse(body) {
      const { access_token } = body as { access_token?: unknown }
      return typeof access_token === 'string' && access_token !== '' ? { access_token } : undefined
    },
  })
}

/** Inspects a token, as the app where it is known, else by the token itself. */
export function debugToken(graph: Graph, token: string): Promise<Result<TokenInfo>> {
  const { app_id, app_secret } = graph
  return request(graph, {
    name: 'debug_token',
    method: 'GET',
    path: '/debug_token',
    token: app_id && app_secret ? `${app_id}|${app_secret}` : token,
    query: { input_token: token },
    idempotent: true,
    parse: tokenInfo,
  })
}

type DebugAnswer = {
  data?: {
    app_id?: unknown
    is_valid?: unknown
    scopes?: unknown
    expires_at?: unknown
    granular_scopes?: { scope?: unknown; target_ids?: unknown }[]
    error?: { code?: unknown; message?: string; subcode?: number }
  }
} | null

function tokenInfo(body: unknown): TokenInfo | undefined {
  const data = (body as DebugAnswer)?.data
  if (typeof data?.is_valid !== 'boolean') return undefined
  const expires_s = Number(data.expires_at ?? 0)
  const grant = data.granular_scopes?.find(entry => entry.scope === 'whatsapp_business_management')
  const { error } = data
  const told: MetaError | undefined =
    typeof error?.code === 'number'
      ? { code: error.code, message: error.message, error_subcode: error.subcode }
      : undefined
  return {
    valid: data.is_valid,
    ...(told ? { problem: explain(told) } : {}),
    app_id: data.app_id === undefined ? undefined : String(data.app_id),
    scopes: Array.isArray(data.scopes) ? data.scopes.map(String) : [],
    expires_at: expires_s > 0 ? new Date(expires_s * 1000) : null,
    waba_ids: Array.isArray(grant?.target_ids) ? grant.target_ids.map(String) : undefined,
  }
}
