// Trying a bot out before it is switched on, and letting it suggest to a person what to say.

import { Type } from 'typebox'
import { type Route, route } from '../../http/route.ts'
import { fail } from '../../kit/errors.ts'
import { BotPath } from '../documented.ts'
import type { Turns } from '../turn/room.ts'
import { examples } from './documented.ts'
import { draft } from './draft.ts'
import { replay } from './replay.ts'
import { Draft, DraftBody, Evaluation, Replay, ReplayBody, SimulateBody } from './schema.ts'
import { simulate } from './simulate.ts'

const ConversationPath = Type.Object({ id: Type.String({ format: 'uuid' }) })

const CALLS =
  'The engine, its tools and your own URLs are called; they are told `"simulated": true`. Nothing is sent or stored, and tokens spent here do not count against the limits of a day.'

export function evaluationRoutes(turns: Turns): Route[] {
  return [simulateRoute(turns), replayRoute(turns), draftRoute(turns)]
}

function simulateRoute(turns: Turns): Route {
  return route({
    method: 'POST',
    path: '/bots/:id/simulate',
    scope: 'bots:write',
    tag: 'Bots',
    summary: 'Ask a bot without sending anything',
    description: `Answers what the bot would say at the end of this thread. Hours, limits and pauses are not looked at. ${CALLS}`,
    params: BotPath,
    body: SimulateBody,
    replies: { 200: Evaluation },
    errors: ['not_found', 'invalid_parameter'],
    idempotency: 'rerun',
    example: { body: { messages: ['When do you open?'] }, reply: examples.evaluation },
    handle: async ({ tenant_id, params, body }) => ({
      status: 200,
      body: await simulate(turns, tenant_id, params.id, body.messages),
    }),
  })
}

function replayRoute(turns: Turns): Route {
  return route({
    method: 'POST',
    path: '/bots/:id/replay',
    scope: 'bots:write',
    tag: 'Bots',
    summary: 'Let a bot answer past conversations again',
    description: `Every question of a contact with what was answered then, and what the bot would answer now, side by side. The key needs \`conversations:read\` as well. ${CALLS}`,
    params: BotPath,
    body: ReplayBody,
    replies: { 200: Replay },
    errors: ['not_found', 'invalid_parameter', 'missing_scope'],
    idempotency: 'rerun',
    example: { body: { conversation_ids: [examples.conversation_id], last: 3 }, reply: examples.replay },
    async handle({ tenant_id, params, body, caller }) {
      const required = 'conversations:read'
      if (!caller.scopes.includes(required) && !caller.scopes.includes('*')) {
        fail('missing_scope', {
          message: `This call needs the scope ${required} as well.`,
          details: { required },
        })
      }
      return { status: 200, body: await replay(turns, tenant_id, params.id, body) }
    },
  })
}

function draftRoute(turns: Turns): Route {
  return route({
    method: 'POST',
    path: '/conversations/:id/ai-draft',
    scope: 'conversations:write',
    tag: 'Conversations',
    summary: 'Suggest an answer',
    description: `What the bot of the number, or another one, would say now; also where it is paused or switched off. ${CALLS}`,
    params: ConversationPath,
    body: DraftBody,
    replies: { 200: Draft },
    errors: ['not_found', 'invalid_parameter', 'invalid_state'],
    idempotency: 'rerun',
    example: { body: {}, reply: examples.draft },
    handle: async ({ tenant_id, params, body }) => ({
      status: 200,
      body: await draft(turns, tenant_id, params.id, body?.bot_id),
    }),
  })
}
