// The routes of bots themselves. What a bot does in a turn has its own.

import { Type } from 'typebox'
import type { Transaction } from '../db/pool.ts'
import { decodeCursor, IdCursor, listQuery, listReply, page } from '../http/paging.ts'
import { type Route, route } from '../http/route.ts'
import { changeBot, rotateSecret, toggleBot } from './change.ts'
import { createBot } from './create.ts'
import { BotPath, examples } from './documented.ts'
import { listBots, presentBot, requireBot } from './find.ts'
import { removeBot } from './remove.ts'
import type { Bots } from './room.ts'
import { Bot, BotPatch, CreatedBot, NewBot } from './schema.ts'

const tag = 'Bots'

const Toggle = Type.Object(
  { is_active: Type.Optional(Type.Boolean({ description: 'Without it, what it was not.' })) },
  { additionalProperties: false },
)

const RemoveQuery = Type.Object(
  {
    unlink: Type.Optional(
      Type.Boolean({ description: 'Also where numbers are linked to it; they are unlinked.' }),
    ),
  },
  { additionalProperties: false },
)

export function botRoutes(bots: Bots): Route<Transaction>[] {
  return [
    ...readRoutes(bots),
    createRoute(bots),
    changeRoute(bots),
    toggleRoute(bots),
    secretRoute(bots),
    removeRoute(bots),
  ]
}

function readRoutes(bots: Bots): Route<Transaction>[] {
  return [
    route({
      method: 'GET',
      path: '/bots',
      scope: 'bots:read',
      tag,
      summary: 'List bots',
      query: listQuery({}),
      replies: { 200: listReply(Bot) },
      errors: ['invalid_parameter'],
      async handle({ tenant_id, query }) {
        const { limit = 25, cursor } = query
        const after = decodeCursor(IdCursor, cursor)
        const rows = await listBots(bots, tenant_id, { after, rows: limit + 1 })
        return { status: 200, body: page(rows, limit, row => row.id, presentBot) }
      },
    }),
    route({
      method: 'GET',
      path: '/bots/:id',
      scope: 'bots:read',
      tag,
      summary: 'Read a bot',
      params: BotPath,
      replies: { 200: Bot },
      errors: ['not_found'],
      example: { reply: examples.bot },
      handle: async ({ tenant_id, params }) => ({
        status: 200,
        body: presentBot(await requireBot(bots.db, tenant_id, params.id)),
      }),
    }),
  ]
}

function createRoute(bots: Bots): Route<Transaction> {
  return route({
    method: 'POST',
    path: '/bots',
    scope: 'bots:write',
    tag,
    summary: 'Make a bot',
    description:
      'Active at once, but it answers nobody before it is linked to a number (link-bot) whose auto-reply is on. Without a config it answers from its knowledge, and needs no model; `{provider, base_url, model, api_key}` alone means `engine: "llm"`. The reply holds the secret that signs what goes to your own URLs, this once.',
    body: NewBot,
    replies: { 201: CreatedBot },
    errors: ['invalid_parameter'],
    idempotency: 'transaction',
    secret_reply: true,
    example: {
      body: examples.bodies['answers from its knowledge'],
      bodies: examples.bodies,
      reply: examples.created,
    },
    handle: async ({ db, tenant_id, body }) => ({
      status: 201,
      body: await createBot(bots, db, tenant_id, body),
    }),
  })
}

function changeRoute(bots: Bots): Route<Transaction> {
  return route({
    method: 'PUT',
    path: '/bots/:id',
    scope: 'bots:write',
    tag,
    summary: 'Change a bot',
    description:
      'Any part of it. Of `config` each setting that is given replaces the one before, and null takes it back. A kept `api_key` is forgotten where the provider or the host of `base_url` changes without a new one.',
    params: BotPath,
    body: BotPatch,
    replies: { 200: Bot },
    errors: ['not_found', 'invalid_parameter'],
    idempotency: 'transaction',
    example: { body: { config: { temperature: 0.2, language: null } }, reply: examples.bot },
    handle: async ({ db, tenant_id, params, body }) => ({
      status: 200,
      body: await changeBot(bots, db, tenant_id, params.id, body),
    }),
  })
}

function toggleRoute(bots: Bots): Route<Transaction> {
  return route({
    method: 'POST',
    path: '/bots/:id/toggle',
    scope: 'bots:write',
    tag,
    summary: 'Switch a bot on or off',
    params: BotPath,
    body: Toggle,
    replies: { 200: Bot },
    errors: ['not_found', 'invalid_parameter'],
    idempotency: 'transaction',
    example: { body: { is_active: false }, reply: { ...examples.bot, is_active: false } },
    handle: async ({ db, tenant_id, params, body }) => ({
      status: 200,
      body: await toggleBot(bots, db, tenant_id, params.id, body?.is_active),
    }),
  })
}

function secretRoute(bots: Bots): Route<Transaction> {
  return route({
    method: 'POST',
    path: '/bots/:id/rotate-secret',
    scope: 'bots:write',
    tag,
    summary: 'Give a bot a new signing secret',
    description: 'The reply holds it this once. The one before ends at once.',
    params: BotPath,
    replies: { 200: CreatedBot },
    errors: ['not_found', 'invalid_parameter'],
    idempotency: 'transaction',
    secret_reply: true,
    example: { reply: examples.created },
    handle: async ({ db, tenant_id, params }) => ({
      status: 200,
      body: await rotateSecret(bots, db, tenant_id, params.id),
    }),
  })
}

function removeRoute(bots: Bots): Route<Transaction> {
  return route({
    method: 'DELETE',
    path: '/bots/:id',
    scope: 'bots:write',
    tag,
    summary: 'Delete a bot',
    description:
      'With its knowledge. Its messages stay. Refused while a number is linked to it, unless `unlink` says otherwise.',
    params: BotPath,
    query: RemoveQuery,
    replies: { 204: null },
    errors: ['not_found', 'invalid_state', 'invalid_parameter'],
    idempotency: 'transaction',
    async handle({ db, tenant_id, params, query }) {
      await removeBot(bots, db, tenant_id, params.id, query)
      return { status: 204 }
    },
  })
}
