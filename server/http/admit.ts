// Who may come in: the key in the headers, its limit, its scopes. In this order, so that a 403 counts against the
// limit like any other call.

import type { FastifyReply, FastifyRequest } from 'fastify'
import { fail } from '../kit/errors.ts'
import type { Door, Grant } from './door.ts'
import type { Principal, Route } from './route.ts'

const MAX_TOKEN = 256

export async function admit(
  door: Pick<Door<never>, 'authenticate' | 'limiter'>,
  route: Pick<Route<never>, 'scope' | 'key_in_query'>,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Principal> {
  const known = door.authenticate(tokenOf(request, route.key_in_query))
  const caller = known instanceof Promise ? await known : known
  if (typeof caller === 'string') fail(caller)
  const taken = door.limiter.take(caller.key_id, caller.rate_limit_rpm)
  const grant = taken instanceof Promise ? await taken : taken
  reply.header('x-ratelimit-limit', caller.rate_limit_rpm)
  reply.header('x-ratelimit-remaining', grant.remaining)
  if (!grant.allowed) refuseLimit(caller, grant)
  checkScope(route.scope, caller)
  return caller
}

/** A bearer token wins where several are sent. */
function tokenOf({ headers, query }: FastifyRequest, in_query = false): string {
  const { authorization, 'x-api-key': key } = headers
  if (authorization !== undefined && BEARER.test(authorization)) return bounded(authorization.slice(7).trim())
  if (typeof key === 'string' && key !== '') return bounded(key)
  const { access_token } = in_query ? (query as Record<string, unknown>) : {}
  if (typeof access_token === 'string' && access_token !== '') return bounded(access_token)
  if (authorization === undefined || /^(bearer *)?$/i.test(authorization)) fail('missing_api_key')
  const message = 'The Authorization header must be "Bearer " followed by your API key (cm_live_…).'
  fail('invalid_api_key', { message })
}

const BEARER = /^bearer +[^ ]/i

function bounded(token: string): string {
  if (token.length > MAX_TOKEN) fail('invalid_api_key')
  return token
}

function refuseLimit(caller: Principal, grant: Grant): never {
  fail('rate_limited', {
    message: `This key's ${caller.rate_limit_rpm} requests a minute are used up; wait ${grant.retry_after_s} seconds.`,
    retry_after_s: grant.retry_after_s,
  })
}

export function checkScope(scope: Route['scope'], caller: Principal): void {
  if (scope === null || scope === 'public') return
  if (scope === 'owner' || scope === 'first_owner') {
    checkOwner(scope, caller)
    return
  }
  const wanted = typeof scope === 'string' ? [scope] : scope
  const { scopes } = caller
  if (scopes.includes('*') || wanted.some(one => scopes.includes(one))) return
  const needs = wanted.map(one => `\`${one}\``).join(' or ')
  fail('missing_scope', {
    message: `This call needs the scope ${needs}, which this API key does not have.`,
    details: { required: wanted },
  })
}

function checkOwner(scope: 'owner' | 'first_owner', caller: Principal): void {
  if (caller.owner && (scope === 'owner' || caller.first_tenant)) return
  const whose = scope === 'owner' ? 'an owner key' : "the first tenant's owner key"
  fail('missing_scope', { message: `This call needs ${whose}.`, details: { required: [scope] } })
}
