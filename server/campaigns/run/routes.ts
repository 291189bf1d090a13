// The calls that make campaigns run, stand and end, and the stream of their progress.

import { Type } from 'typebox'
import type { Transaction } from '../../db/pool.ts'
import { type Route, route } from '../../http/route.ts'
import { requireCampaign, showCampaign } from '../find.ts'
import type { Campaigns } from '../room.ts'
import { Campaign } from '../schema.ts'
import { documented } from './documented.ts'
import { launch } from './launch.ts'
import { cancel, pause, resume } from './pause.ts'
import { openProgress } from './progress.ts'
import { retryFailed } from './retryFailed.ts'

const params = Type.Object({ id: Type.String({ format: 'uuid' }) })

const LaunchBody = Type.Object(
  {
    scheduled_at: Type.Optional(
      Type.Union([Type.String({ format: 'date-time' }), Type.Null()], {
        description: "When it starts by itself, in place of the campaign's own time; null: now.",
      }),
    ),
  },
  { additionalProperties: false },
)

const RetryBody = Type.Object(
  {
    causes: Type.Optional(
      Type.Array(Type.Union([Type.Integer(), Type.String({ minLength: 1, maxLength: 64 })]), {
        minItems: 1,
        maxItems: 100,
        description:
          "Only recipients that failed of these: Meta's error numbers, or codes of Carom's own. Left out: every cause that may pass.",
      }),
    ),
  },
  { additionalProperties: false },
)

export function runRoutes(campaigns: Campaigns): Route<Transaction>[] {
  return [
    launchRoute(campaigns),
    ...controlRoutes(campaigns),
    retryRoute(campaigns),
    progressRoute(campaigns),
  ]
}

function launchRoute(campaigns: Campaigns): Route<Transaction> {
  return route({
    ...action('/launch', 'Launch a campaign'),
    description:
      'From now on it sends, or from `scheduled_at` on, also when no process was there at that minute. Look at its preflight first.',
    body: LaunchBody,
    replies: { 202: Campaign },
    errors: [
      'not_found',
      'invalid_state',
      'meta_token_invalid',
      'template_not_found',
      'template_not_approved',
      'sandbox_key',
    ],
    example: { body: {}, reply: documented },
    handle: async ({ db, caller, params, body }) => ({
      status: 202,
      body: await launch(campaigns, db, caller, params.id, body ?? {}),
    }),
  })
}

const VERBS = {
  pause: {
    summary: 'Pause a campaign',
    description: 'Nothing more is sent from now on; what is on its way to Meta arrives.',
    run: pause,
    errors: [],
  },
  resume: {
    summary: 'Resume a campaign',
    description: 'It goes on where it stood. What made it pause by itself is accepted by this.',
    run: resume,
    errors: ['meta_token_invalid', 'template_not_found', 'template_not_approved'],
  },
  cancel: {
    summary: 'Cancel a campaign',
    description: 'It ends for good. Recipients who have no message yet become `skipped`.',
    run: cancel,
    errors: [],
  },
} as const

function controlRoutes(campaigns: Campaigns): Route<Transaction>[] {
  return Object.entries(VERBS).map(([name, { summary, description, run, errors }]) =>
    route({
      ...action(`/${name}`, summary),
      description,
      replies: { 200: Campaign },
      errors: ['not_found', 'invalid_state', 'sandbox_key', ...errors],
      example: { reply: documented },
      handle: async ({ db, caller, params }) => ({
        status: 200,
        body: await run(campaigns, db, caller, params.id),
      }),
    }),
  )
}

function retryRoute(campaigns: Campaigns): Route<Transaction> {
  return route({
    ...action('/retry-failed', 'Retry failed recipients'),
    description:
      'Gives those another attempt that failed of a cause that may pass. A completed campaign runs again. Who was held back by Meta because of too much marketing waits until a day after that.',
    body: RetryBody,
    replies: { 202: Campaign },
    errors: [
      ...(['not_found', 'invalid_state', 'invalid_parameter', 'sandbox_key'] as const),
      ...(['meta_token_invalid', 'template_not_found', 'template_not_approved'] as const),
    ],
    example: { body: { causes: [131000, 131016] }, reply: documented },
    handle: async ({ db, caller, params, body }) => ({
      status: 202,
      body: await retryFailed(campaigns, db, caller, params.id, body?.causes),
    }),
  })
}

function progressRoute(campaigns: Campaigns): Route<Transaction> {
  const progress = openProgress(campaigns)
  return route({
    method: 'GET',
    path: '/whatsapp/campaigns/:id/events',
    scope: 'whatsapp:read',
    tag: 'Campaigns',
    summary: "Watch a campaign's progress",
    description:
      'Server-sent events: `campaign.updated` with the whole campaign, first as it is and then whenever it has changed, at most twice a second.',
    params,
    replies: { 200: Type.String({ contentMediaType: 'text/event-stream' }) },
    errors: ['not_found'],
    async handle({ tenant_id, params }) {
      const row = await requireCampaign(campaigns, tenant_id, params.id)
      return progress.watch(await showCampaign(campaigns.db, row))
    },
  })
}

function action(end: string, summary: string) {
  return {
    method: 'POST',
    path: `/whatsapp/campaigns/:id${end}`,
    scope: 'whatsapp:send',
    tag: 'Campaigns',
    summary,
    params,
    idempotency: 'transaction',
  } as const
}
