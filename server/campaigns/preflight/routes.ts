// The routes that try a campaign out before it is launched.

import { Type } from 'typebox'
import type { Transaction } from '../../db/pool.ts'
import { type Route, route } from '../../http/route.ts'
import { errors as sendErrors } from '../../messages/documented.ts'
import { recoverSend } from '../../messages/recover.ts'
import { Message } from '../../messages/schema.ts'
import { CampaignPath, examples } from '../documented.ts'
import type { Campaigns } from '../room.ts'
import { sendTest } from '../sendTest.ts'
import { preflightCampaign } from './preflight.ts'
import { Preflight } from './schema.ts'

const TestBody = Type.Object(
  {
    to: Type.String({ minLength: 1, maxLength: 150, description: 'A number of yours.' }),
    recipient: Type.Optional(
      Type.String({ minLength: 1, maxLength: 150, description: 'Whose version; the first one by default.' }),
    ),
    variables: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), { description: "Values to try, instead of a recipient's." }),
    ),
  },
  { additionalProperties: false },
)

export function preflightRoutes(campaigns: Campaigns): Route<Transaction>[] {
  return [
    route({
      method: 'POST',
      path: '/whatsapp/campaigns/:id/preflight',
      scope: 'whatsapp:read',
      tag: 'Campaigns',
      summary: 'See what a launch would do',
      description:
        'Counts everybody who waits, and finds who would fail and why, how long it takes, and what it costs. Nothing is sent, and Meta is not asked.',
      params: CampaignPath,
      replies: { 200: Preflight },
      errors: ['not_found'],
      idempotency: 'rerun',
      handle: async ({ tenant_id, params }) => ({
        status: 200,
        body: await preflightCampaign(campaigns, tenant_id, params.id),
      }),
    }),
    route({
      method: 'POST',
      path: '/whatsapp/campaigns/:id/test',
      scope: 'whatsapp:send',
      tag: 'Campaigns',
      summary: 'Send one version to yourself',
      description:
        "What one recipient would get, sent to a number of yours. It is a message like any other, and not one of the campaign's.",
      params: CampaignPath,
      body: TestBody,
      replies: { 201: Message },
      errors: [...sendErrors.send],
      example: { body: examples.test },
      idempotency: 'recover',
      recover: (call, idempotency_id) => recoverSend(campaigns.messages, call.tenant_id, idempotency_id),
      async handle({ caller, began_ms, idempotency_id, params, body }) {
        const message = await sendTest(campaigns, params.id, body, { caller, began_ms, idempotency_id })
        return { status: 201, body: message }
      },
    }),
  ]
}
