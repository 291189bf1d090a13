// The routes of phone numbers.

import { Type } from 'typebox'
import type { Transaction } from '../db/pool.ts'
import { listQuery, listReply } from '../http/paging.ts'
import { type Route, route } from '../http/route.ts'
import { linkBot, setAutoreply } from './answerBy.ts'
import { listPhoneNumbers, requireNumberRow } from './find.ts'
import type { Accounts } from './room.ts'
import { PhoneNumber, presentNumber } from './schema.ts'

const NumberPath = Type.Object({
  phone_id: Type.String({ minLength: 1, maxLength: 64, description: "Carom's id of the number, or Meta's." }),
})
const LinkBotBody = Type.Object(
  { bot_id: Type.Union([Type.String({ format: 'uuid' }), Type.Null()], { description: 'Null unlinks.' }) },
  { additionalProperties: false },
)
const AutoreplyBody = Type.Object({ enabled: Type.Boolean() }, { additionalProperties: false })

export function numberRoutes(accounts: Accounts): Route<Transaction>[] {
  return [...readingRoutes(accounts), ...changingRoutes(accounts)]
}

function readingRoutes(accounts: Accounts): Route<Transaction>[] {
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
  ]
}

function changingRoutes(accounts: Accounts): Route<Transaction>[] {
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
      ...change,
      path: '/whatsapp/phone_numbers/:phone_id/link-bot',
      summary: 'Link a bot to a number, or unlink it',
      example: { body: { bot_id: null } },
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
      example: { body: { enabled: false } },
      body: AutoreplyBody,
      errors: ['not_found', 'invalid_parameter', 'invalid_state'],
      handle: async ({ db, tenant_id, params, body }) => ({
        status: 200,
        body: await setAutoreply(accounts, db, tenant_id, params.phone_id, body.enabled),
      }),
    }),
  ]
}
