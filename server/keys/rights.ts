// What one key may do to another: hand on no right that it lacks itself, and touch no key that has more than it.

import type { Principal } from '../http/route.ts'
import { fail } from '../kit/errors.ts'

export function checkGrant(caller: Principal, scopes: readonly string[]): void {
  const missing = caller.scopes.includes('*') ? [] : scopes.filter(scope => !caller.scopes.includes(scope))
  if (missing.length === 0) return
  const names = missing.map(scope => `\`${scope}\``).join(', ')
  fail('missing_scope', {
    message: `A key can only grant what it may do itself, and the calling key does not have ${names}.`,
    param: 'scopes',
    details: { required: missing },
  })
}

export function checkOwnerOnly(caller: Principal, what: string): void {
  if (caller.owner) return
  fail('missing_scope', { message: `Only an owner key can ${what}.`, details: { required: ['owner'] } })
}

export function checkLimit(caller: Principal, rate_limit_rpm: number): void {
  if (caller.owner || rate_limit_rpm <= caller.rate_limit_rpm) return
  const message = `\`rate_limit_rpm\` must be at most ${caller.rate_limit_rpm}, the calling key's own limit.`
  const issues = [{ param: 'rate_limit_rpm', message }]
  fail('invalid_parameter', { message, param: 'rate_limit_rpm', details: { issues } })
}

export function checkReach(
  caller: Principal,
  key: { owner: boolean; sandbox: boolean; scopes: string[] },
): void {
  if (caller.sandbox_only && !key.sandbox) {
    fail('sandbox_key', { message: 'A cm_test_ key cannot make or change live keys; use a cm_live_ key.' })
  }
  if (key.owner) checkOwnerOnly(caller, 'make or change an owner key')
  checkGrant(caller, key.scopes)
}

export function readExpiry(text: string | null | undefined, now: Date): Date | null {
  if (text === null || text === undefined) return null
  const at = new Date(text)
  if (at > now) return at
  const message = '`expires_at` must be in the future.'
  fail('invalid_parameter', {
    message,
    param: 'expires_at',
    details: { issues: [{ param: 'expires_at', message }] },
  })
}
