// The routes of onboarding.

import { Type } from 'typebox'
import type { Transaction } from '../db/pool.ts'
import { type Route, route } from '../http/route.ts'
import type { Connected } from './connect.ts'
import { connectManually, exchange, onboardingConfig } from './onboard.ts'
import type { Accounts } from './room.ts'
import { Account } from './schema.ts'
import { META_ERRORS } from './steps.ts'

const MetaId = Type.String({ pattern: '^[0-9]{1,32}$', description: 'Digits, as Meta gives them.' })
const Pin = Type.String({
  pattern: '^[0-9]{6}$',
  description:
    "The number's two-step PIN, six digits. Without it a number that is not registered gets a new one.",
})

const ExchangeBody = Type.Object(
  {
    code: Type.String({
      minLength: 1,
      maxLength: 4096,
      description: 'From Embedded Signup; it lives 30 seconds.',
    }),
    phone_number_id: MetaId,
    waba_id: Type.Optional(MetaId),
    pin: Type.Optional(Pin),
  },
  { additionalProperties: false },
)

const ManualBody = Type.Object(
  {
    waba_id: MetaId,
    phone_number_id: MetaId,
    access_token: Type.String({
      minLength: 1,
      maxLength: 4096,
      pattern: '^[\\x21-\\x7e]+$',
      description: 'Of a system user; kept encrypted and never shown.',
    }),
    pin: Type.Optional(Pin),
  },
  { additionalProperties: false },
)

const Config = Type.Object({
  app_id: Type.Union([Type.String(), Type.Null()]),
  config_id: Type.Union([Type.String(), Type.Null()]),
  graph_version: Type.String(),
  sandbox: Type.Boolean(),
})

export function onboardingRoutes(accounts: Accounts): Route<Transaction>[] {
  const shared = {
    method: 'POST',
    scope: 'whatsapp:write',
    tag: 'Onboarding',
    replies: { 200: Account, 201: Account },
    errors: ['invalid_parameter', 'already_connected', 'invalid_state', ...META_ERRORS],
    idempotency: 'rerun',
  } as const
  return [
    route({
      ...shared,
      path: '/whatsapp/onboarding/exchange',
      summary: "Connect a WABA with Embedded Signup's code",
      example: {
        body: { code: 'AQDfakecode', phone_number_id: '500100200300401', waba_id: '700100200300400' },
      },
      description:
        '201 for a new account, 200 when the account was connected before: then its token is refreshed, and a further number added. A step that fails is named in `details.step`; calling again (with a new code) does the rest.',
      body: ExchangeBody,
      handle: async call => connected(await exchange(accounts, call.tenant_id, call.body)),
    }),
    route({
      ...shared,
      path: '/whatsapp/onboarding/manual',
      summary: "Connect a WABA with a system user's token",
      example: {
        body: { waba_id: '700100200300400', phone_number_id: '500100200300401', access_token: 'EAAexample' },
      },
      description:
        'The token is checked first. Otherwise as with a code. `pin` is only needed to register a number.',
      body: ManualBody,
      handle: async call => connected(await connectManually(accounts, call.tenant_id, call.body)),
    }),
    route({
      method: 'GET',
      path: '/whatsapp/onboarding/config',
      scope: 'whatsapp:write',
      tag: 'Onboarding',
      summary: 'What a page needs to open Embedded Signup',
      replies: { 200: Config },
      errors: [],
      handle: async () => ({ status: 200, body: onboardingConfig(accounts) }),
    }),
  ]
}

function connected({ account, created }: Connected) {
  return { status: created ? 201 : 200, body: account }
}
