// Whose token it is and what it may reach, with Meta's answers for those that may not.

import { createHmac } from 'node:crypto'
import type { Token, World } from '../world.ts'
import { type Call, textParam } from './call.ts'
import { GraphError, unknownObject } from './errors.ts'

/** An app token has no `token`. */
export type Caller = { token: Token | null }

const MANAGEMENT = 'whatsapp_business_management'
const MESSAGING = 'whatsapp_business_messaging'

export function authenticate(call: Call): Caller {
  const header = /^(?:Bearer|OAuth)\s+(.+)$/i.exec(call.authorization.trim())?.[1]
  const given = header ?? textParam(call, 'access_token')
  if (given === undefined) {
    throw new GraphError(190, { message: 'An access token is required to request this resource.' })
  }
  const caller = resolve(call.world, given)
  const proof = textParam(call, 'appsecret_proof')
  if (proof !== undefined && proof !== proofOf(call.world, given)) {
    throw new GraphError(100, { message: 'Invalid appsecret_proof provided in the API argument' })
  }
  return caller
}

/** The same where only the header counts: media are fetched from a host without parameters of the Graph API. */
export function authenticateHeader(world: World, authorization: string): Caller {
  const given = /^(?:Bearer|OAuth)\s+(.+)$/i.exec(authorization.trim())?.[1]
  if (given !== undefined) return resolve(world, given)
  throw new GraphError(190, { message: 'An access token is required to request this resource.' })
}

const proofOf = (world: World, token: string) =>
  createHmac('sha256', world.app.secret).update(token).digest('hex')

function resolve(world: World, given: string): Caller {
  const { id, secret } = world.app
  if (given === `${id}|${secret}`) return { token: null }
  const token = world.tokens.get(given)
  const mistake = tokenMistake(world, token)
  if (token && !mistake) return { token }
  throw new GraphError(190, mistake)
}

/** What is wrong with a token, in Meta's words; undefined when it is good. */
export function tokenMistake(
  world: World,
  token: Token | undefined,
): { message: string; subcode?: number } | undefined {
  if (!token) return { message: 'Invalid OAuth access token - Cannot parse access token' }
  if (token.revoked) {
    const message =
      'Error validating access token: The session has been invalidated because the user has revoked it.'
    return { message, subcode: 467 }
  }
  if (token.expires_at === null || world.clock.now() < token.expires_at) return undefined
  const ended = new Date(token.expires_at).toUTCString()
  return { message: `Error validating access token: Session has expired on ${ended}.`, subcode: 463 }
}

/** Refuses a token that does not reach the account (100/33) or lacks the permission (10 or 200). */
export function requireAccount(
  call: Call,
  caller: Caller,
  waba_id: string,
  need: 'management' | 'messaging',
) {
  const { token } = caller
  if (!token?.waba_ids.includes(waba_id)) throw unknownObject(call.method, call.path[0] ?? '')
  if (need === 'messaging' && !token.scopes.includes(MESSAGING)) throw new GraphError(10)
  if (need === 'management' && !token.scopes.includes(MANAGEMENT)) throw new GraphError(200)
}

export function requireApp(caller: Caller) {
  if (caller.token) throw new GraphError(15)
}
