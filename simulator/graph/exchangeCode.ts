// `oauth/access_token`: gives a business token for the code of Embedded Signup, once and within 30 seconds.

import { makeToken } from '../ids.ts'
import { allScopes } from '../seed.ts'
import type { Json } from '../world.ts'
import { type Call, textParam } from './call.ts'
import { GraphError } from './errors.ts'

export function exchangeCode(call: Call): Json {
  const { app, clock, codes, tokens } = call.world
  checkClient(call)
  if (textParam(call, 'grant_type') === 'client_credentials') {
    return { access_token: `${app.id}|${app.secret}`, token_type: 'bearer' }
  }
  const given = textParam(call, 'code')
  if (given === undefined) throw new GraphError(1, { message: 'Missing authorization code' })
  if (textParam(call, 'redirect_uri') !== undefined) {
    const advice =
      'Please make sure your redirect_uri is identical to the one you used in the OAuth dialog request'
    throw wrongCode(`Error validating verification code. ${advice}`, 36008)
  }
  const code = codes.get(given)
  if (!code) throw wrongCode('Invalid verification code format.', 36009)
  if (code.used) throw wrongCode('This authorization code has been used.', 36009)
  if (clock.now() >= code.expires_at) throw wrongCode('This authorization code has expired.', 36007)
  code.used = true
  const token = makeToken()
  tokens.set(token, {
    token,
    waba_ids: [code.waba_id],
    scopes: allScopes,
    issued_at: clock.now(),
    expires_at: null,
    revoked: false,
  })
  call.world.emit('token', () => null)
  return { access_token: token, token_type: 'bearer' }
}

function checkClient(call: Call) {
  const { app } = call.world
  const client_id = textParam(call, 'client_id')
  if (client_id === undefined) throw new GraphError(101, { message: 'Missing client_id parameter.' })
  if (client_id !== app.id) {
    const message = 'Error validating application. Cannot get application info due to a system error.'
    throw new GraphError(101, { message })
  }
  if (textParam(call, 'client_secret') !== app.secret) {
    throw new GraphError(1, { message: 'Error validating client secret.' })
  }
}

const wrongCode = (message: string, subcode: number) => new GraphError(100, { message, subcode })
