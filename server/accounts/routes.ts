// The routes of onboarding, accounts and numbers.

import { Type } from 'typebox'
import type { Transaction } from '../db/pool.ts'
import { listQuery, listReply } from '../http/paging.ts'
import { type Route, route } from '../http/route.ts'
import type { ErrorCode } from '../kit/errors.ts'
import { linkBot, setAutoreply } from './answerBy.ts'
import type { Connected } from './connect.ts'
import { disconnect } from './disconnect.ts'
import { listAccounts, listPhoneNumbers, requireAccount, requireNumberRow } from './find.ts'
import { connectManually, exchange, onboardingConfig } from './onboard.ts'
import { refresh } from './refresh.ts'
import type { Accounts } from './room.ts'
import { Account, PhoneNumber, presentNumber } from './schema.ts'

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

const AccountPath = Type.Object({ id: Type.String({ format: 'uuid' }) })
const NumberPath = Type.Object({
  phone_id: Type.String({ minLength: 1, maxLength: 64, description: "Carom's id of the number, or Meta's." }),
})
const LinkBotBody = Type.Object(
  { bot_id: Type.Union([Type.String({ format: 'uuid' }), Type.Null()], { description: 'Null unlinks.' }) },
  { additionalProperties: false },
)
const AutoreplyBody = Type.Object({ enabled: Type.Boolean() }, { additionalProperties: false })

const META_ERRORS: ErrorCode[] = [
  'meta_rejected',
  'meta_token_invalid',
  'meta_rate_limited',
  'meta_unavailable',
  'meta_unexpected',
]

export function accountRoutes(accounts: Accounts): Route<Transaction>[] {
  return [...onboardingRoutes(accounts), ...accountOnlyRoutes(accounts), ...numberRoutes(accounts)]
}

function onboardingRoutes(accounts: Accounts): Route<Transaction>[] {
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
      description:
        '201 for a new account, 200 when the account was connected before: then its token is refreshed, and a further number added. A step that fails is named in `details.step`; calling again (with a new code) does the rest.',
      body: ExchangeBody,
      handle: async call => connected(await exchange(accounts, call.tenant_id, call.body)),
    }),
    route({
      ...shared,
      path: '/whatsapp/onboarding/manual',
      summary: "Connect a WABA with a system user's token",
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

function accountOnlyRoutes(accounts: Accounts): Route<Transaction>[] {
  return [
    route({
      method: 'GET',
      path: '/whatsapp/accounts',
      scope: 'whatsapp:read',
      tag: 'Accounts',
      summary: 'List accounts',
      query: listQuery({}),
      replies: { 200: listReply(Account) },
      errors: ['invalid_parameter'],
      handle: async call => ({ status: 200, body: await listAccounts(accounts, call.tenant_id, call.query) }),
    }),
    route({
      method: 'GET',
      path: '/whatsapp/accounts/:id',
      scope: 'whatsapp:read',
      tag: 'Accounts',
      summary: 'Read an account',
      params: AccountPath,
      replies: { 200: Account },
      errors: ['not_found'],
      handle: async call => ({
        status: 200,
        body: await requireAccount(accounts, call.tenant_id, call.params.id),
      }),
    }),
    route({
      method: 'DELETE',
      path: '/whatsapp/accounts/:id',
      scope: 'whatsapp:write',
      tag: 'Accounts',
      summary: 'Disconnect an account',
      description: 'Unsubscribes at Meta and forgets the token. Messages and numbers stay readable.',
      params: AccountPath,
      replies: { 204: null },
      errors: ['not_found', ...META_ERRORS],
      idempotency: 'rerun',
      async handle(call) {
        await disconnect(accounts, call.tenant_id, call.params.id)
        return { status: 204 }
      },
    }),
    route({
      method: 'POST',
      path: '/whatsapp/accounts/:id/refresh',
      scope: 'whatsapp:write',
      tag: 'Accounts',
      summary: 'Read an account from Meta again',
      params: AccountPath,
      replies: { 200: Account },
      errors: ['not_found', 'invalid_state', ...META_ERRORS],
      idempotency: 'rerun',
      handle: async call => ({ status: 200, body: await refresh(accounts, call.tenant_id, call.params.id) }),
    }),
  ]
}

function numberRoutes(accounts: Accounts): Route<Transaction>[] {
  const change = {
    method: 'POST',
    scope: 'whatsapp:write',
    tag: 'Phone numbers',
    params: NumberPath,
    replies: { 200: PhoneNumber },
    idempotency: 'transaction',
  } as const
  return [
    route({
      method: 'GET',
      path: '/whatsapp/phone_numbers',
      scope: 'whatsapp:read',
      tag: 'Phone numbers',
      summary: 'List phone numbers',
      query: listQuery({}),
      replies: { 200: listReply(PhoneNumber) },
      errors: ['invalid_parameter'],
      handle: async call => ({
        status: 200,
        body: await listPhoneNumbers(accounts, call.tenant_id, call.query),
      }),
    }),
    route({
      method: 'GET',
      path: '/whatsapp/phone_numbers/:phone_id',
      scope: 'whatsapp:read',
      tag: 'Phone numbers',
      summary: 'Read a phone number',
      params: NumberPath,
      replies: { 200: PhoneNumber },
      errors: ['not_found'],
      async handle(call) {
        const row = await requireNumberRow(accounts, call.tenant_id, call.params.phone_id)
        return { status: 200, body: presentNumber(row) }
      },
    }),
    route({
      ...change,
      path: '/whatsapp/phone_numbers/:phone_id/link-bot',
      summary: 'Link a bot to a number, or unlink it',
      body: LinkBotBody,
      errors: ['not_found', 'invalid_parameter'],
      handle: async ({ db, tenant_id, params, body }) => ({
        status: 200,
        body: await linkBot(accounts, db, tenant_id, params.phone_id, body.bot_id),
      }),
    }),
    route({
      ...change,
      path: '/whatsapp/phone_numbers/:phone_id/autoreply',
      summary: 'Let the linked bot answer, or stop it',
      body: AutoreplyBody,
      errors: ['not_found', 'invalid_parameter', 'invalid_state'],
      handle: async ({ db, tenant_id, params, body }) => ({
        status: 200,
        body: await setAutoreply(accounts, db, tenant_id, params.phone_id, body.enabled),
      }),
    }),
  ]
}
