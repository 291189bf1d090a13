// The routes of the doctor.

import { Type } from 'typebox'
import { type Call, type Route, route } from '../http/route.ts'
import { type Caller, examine } from './examine.ts'
import { Finding } from './finding.ts'
import { fix } from './fix.ts'
import type { Doctor } from './room.ts'

const tag = 'Operations'

const Findings = Type.Array(Finding, { description: 'The worst first.' })

const Fixed = Type.Object({
  code: Type.String(),
  subject: Type.Union([Type.String(), Type.Null()]),
  done: Type.Boolean(),
  message: Type.String({ description: 'What was done, or why it could not be.' }),
})

const example = {
  code: 'token',
  severity: 'warning',
  subject: '700100200300400',
  message: 'The token ends on 2026-12-01, in 6 days.',
  remedy: 'Connect the account again with a new token: carom onboard, or Embedded Signup.',
  fixable: false,
}

const callerOf = ({ caller }: Call): Caller => ({
  tenant_id: caller.tenant_id,
  operator: caller.owner && caller.first_tenant,
  sandbox_only: caller.sandbox_only,
})

export function doctorRoutes(doctor: Doctor): Route[] {
  return [
    route({
      method: 'GET',
      path: '/doctor',
      scope: 'whatsapp:read',
      tag,
      summary: 'Find what is wrong, and what mends it',
      description:
        "Looks at your accounts, numbers and templates, here and at Meta. With the first tenant's owner key also at the installation.",
      replies: { 200: Type.Object({ findings: Findings }) },
      errors: [],
      example: { reply: { findings: [example] } },
      handle: async call => ({ status: 200, body: { findings: await examine(doctor, callerOf(call)) } }),
    }),
    route({
      method: 'POST',
      path: '/doctor/fix',
      scope: 'whatsapp:write',
      tag,
      summary: "Mend what can be mended through Meta's API",
      replies: { 200: Type.Object({ fixed: Type.Array(Fixed), findings: Findings }) },
      errors: [],
      example: {
        body: {},
        reply: {
          fixed: [
            {
              ...{ code: 'app_subscribed', subject: '700100200300400', done: true },
              message: 'The app was subscribed to the account.',
            },
          ],
          findings: [],
        },
      },
      idempotency: 'rerun',
      handle: async call => ({ status: 200, body: await fix(doctor, callerOf(call)) }),
    }),
  ]
}
