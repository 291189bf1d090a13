// `debug_token`: what a token is good for. The newest account comes first.

import type { Json, Token, World } from '../world.ts'
import { tokenMistake } from './authenticate.ts'
import { type Call, requiredParam } from './call.ts'

export function debugToken(call: Call): Json {
  const { world } = call
  const input = requiredParam(call, 'input_token')
  const { app } = world
  if (input === `${app.id}|${app.secret}`) {
    return { data: { app_id: app.id, type: 'APP', application: app.name, is_valid: true, scopes: [] } }
  }
  const token = world.tokens.get(input)
  const mistake = tokenMistake(world, token)
  if (!token) return { data: { is_valid: false, error: errorOf(mistake), scopes: [] } }
  return {
    data: { ...describe(world, token), is_valid: !mistake, ...(mistake && { error: errorOf(mistake) }) },
  }
}

const errorOf = (mistake: ReturnType<typeof tokenMistake>) => ({ code: 190, ...mistake })

function describe(world: World, token: Token): Json {
  const { app } = world
  const seconds = (ms: number | null) => (ms === null ? 0 : Math.floor(ms / 1000))
  const newestFirst = [...world.wabas.keys()].filter(id => token.waba_ids.includes(id)).reverse()
  return {
    app_id: app.id,
    type: 'SYSTEM_USER',
    application: app.name,
    data_access_expires_at: 0,
    expires_at: seconds(token.expires_at),
    issued_at: seconds(token.issued_at),
    scopes: token.scopes,
    granular_scopes: token.scopes.map(scope => ({ scope, target_ids: newestFirst })),
    user_id: world.wabas.get(newestFirst[0] ?? '')?.business_id ?? app.business_id,
  }
}
