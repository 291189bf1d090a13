// The routes of campaigns: making, reading, changing. Those of recipients and of the preflight are in their chambers, and
// those that launch and stop are in run/.

import { Type } from 'typebox'
import type { Transaction } from '../db/pool.ts'
import { listQuery, listReply } from '../http/paging.ts'
import { type Route, route } from '../http/route.ts'
import { CampaignPatch, CreatedCampaign, NewCampaign } from './bodies.ts'
import { deleteCampaign, patchCampaign } from './change.ts'
import { createCampaign } from './create.ts'
import { CampaignPath, examples } from './documented.ts'
import { listCampaigns, requireCampaign, showCampaign } from './find.ts'
import { preflightRoutes } from './preflight/routes.ts'
import { recipientRoutes } from './recipients/routes.ts'
import type { Campaigns } from './room.ts'
import { runRoutes } from './run/routes.ts'
import { CAMPAIGN_STATUSES, Campaign } from './schema.ts'

const tag = 'Campaigns'

const ListQuery = listQuery({
  status: Type.Optional(Type.String({ enum: [...CAMPAIGN_STATUSES] })),
  template: Type.Optional(Type.String({ minLength: 1, maxLength: 512 })),
  phone_number_id: Type.Optional(
    Type.String({ minLength: 1, maxLength: 64, description: "Our id of the number, or Meta's." }),
  ),
})

/** Ten thousand recipients with their variables. */
const CREATE_LIMIT_BYTES = 16 * 1_048_576

export function campaignRoutes(campaigns: Campaigns): Route<Transaction>[] {
  return [
    ...readingRoutes(campaigns),
    createRoute(campaigns),
    ...changingRoutes(campaigns),
    ...recipientRoutes(campaigns),
    ...preflightRoutes(campaigns),
    ...runRoutes(campaigns),
  ]
}

function readingRoutes(campaigns: Campaigns): Route<Transaction>[] {
  return [
    route({
      method: 'GET',
      path: '/whatsapp/campaigns',
      scope: 'whatsapp:read',
      tag,
      summary: 'List campaigns, newest first',
      query: ListQuery,
      replies: { 200: listReply(Campaign) },
      errors: ['invalid_parameter'],
      handle: async call => ({
        status: 200,
        body: await listCampaigns(campaigns, call.tenant_id, call.query),
      }),
    }),
    route({
      method: 'GET',
      path: '/whatsapp/campaigns/:id',
      scope: 'whatsapp:read',
      tag,
      summary: 'Read a campaign, and how far it is',
      params: CampaignPath,
      replies: { 200: Campaign },
      errors: ['not_found'],
      async handle({ tenant_id, params }) {
        const row = await requireCampaign(campaigns, tenant_id, params.id)
        return { status: 200, body: await showCampaign(campaigns.db, row) }
      },
    }),
  ]
}

function createRoute(campaigns: Campaigns): Route<Transaction> {
  return route({
    method: 'POST',
    path: '/whatsapp/campaigns',
    scope: 'whatsapp:write',
    tag,
    summary: 'Make a campaign',
    description:
      'As a draft: nothing is sent before it is launched. Up to 10,000 recipients can come with the call; `recipients` of the reply tells what became of them.',
    body: NewCampaign,
    body_limit_bytes: CREATE_LIMIT_BYTES,
    replies: { 201: CreatedCampaign },
    errors: ['invalid_parameter', 'not_found', 'sandbox_key', 'template_not_found'],
    example: { body: examples.create },
    idempotency: 'transaction',
    handle: async ({ db, caller, body }) => ({
      status: 201,
      body: await createCampaign(campaigns, db, caller, body),
    }),
  })
}

function changingRoutes(campaigns: Campaigns): Route<Transaction>[] {
  return [
    route({
      method: 'PATCH',
      path: '/whatsapp/campaigns/:id',
      scope: 'whatsapp:write',
      tag,
      summary: 'Change a campaign',
      description:
        'Everything while it is a draft or scheduled; while it is paused, how it goes on (`name`, `rate_per_second`, `quiet_hours`, `skip_opted_out`, `budgets`).',
      params: CampaignPath,
      body: CampaignPatch,
      replies: { 200: Campaign },
      errors: ['not_found', 'invalid_parameter', 'invalid_state', 'sandbox_key', 'template_not_found'],
      example: { body: examples.patch },
      idempotency: 'transaction',
      handle: async ({ db, caller, params, body }) => ({
        status: 200,
        body: await patchCampaign(campaigns, db, caller, params.id, body),
      }),
    }),
    route({
      method: 'DELETE',
      path: '/whatsapp/campaigns/:id',
      scope: 'whatsapp:write',
      tag,
      summary: 'Delete a draft',
      description: 'With its recipients. What was launched once stays as a record.',
      params: CampaignPath,
      replies: { 204: null },
      errors: ['not_found', 'invalid_state', 'sandbox_key'],
      idempotency: 'transaction',
      async handle({ db, caller, params }) {
        await deleteCampaign(campaigns, db, caller, params.id)
        return { status: 204 }
      },
    }),
  ]
}
