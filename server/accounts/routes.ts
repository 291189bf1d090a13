// The routes of accounts, and with them those of onboarding and phone numbers.

import { Type } from 'typebox'
import type { Transaction } from '../db/pool.ts'
import { listQuery, listReply } from '../http/paging.ts'
import { type Route, route } from '../http/route.ts'
import { changeAccount } from './change.ts'
import { disconnect } from './disconnect.ts'
import { listAccounts, requireAccount } from './find.ts'
import { numberRoutes } from './numberRoutes.ts'
import { onboardingRoutes } from './onboardingRoutes.ts'
import { refresh } from './refresh.ts'
import type { Accounts } from './room.ts'
import { Account } from './schema.ts'
import { META_ERRORS } from './steps.ts'

const AccountPath = Type.Object({ id: Type.String({ format: 'uuid' }) })
const AccountChange = Type.Object(
  { media_mirror: Type.Optional(Type.Enum(['off', 'on'], { description: 'Copies of inbound media.' })) },
  { additionalProperties: false },
)

export function accountRoutes(accounts: Accounts): Route<Transaction>[] {
  return [
    ...onboardingRoutes(accounts),
    ...readingRoutes(accounts),
    ...changingRoutes(accounts),
    ...numberRoutes(accounts),
  ]
}

function readingRoutes(accounts: Accounts): Route<Transaction>[] {
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
  ]
}

function changingRoutes(accounts: Accounts): Route<Transaction>[] {
  return [
    route({
      method: 'PATCH',
      path: '/whatsapp/accounts/:id',
      scope: 'whatsapp:write',
      tag: 'Accounts',
      summary: 'Change how an account is treated',
      description: 'With `media_mirror` on, media of messages that come in from then on are copied.',
      params: AccountPath,
      body: AccountChange,
      example: { body: { media_mirror: 'on' } },
      replies: { 200: Account },
      errors: ['not_found', 'invalid_parameter'],
      idempotency: 'transaction',
      handle: async ({ db, tenant_id, params, body }) => ({
        status: 200,
        body: await changeAccount(accounts, db, tenant_id, params.id, body),
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
