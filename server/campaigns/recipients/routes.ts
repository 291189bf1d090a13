// The routes of a campaign's recipients.

import { Type } from 'typebox'
import type { Transaction } from '../../db/pool.ts'
import { listQuery, listReply } from '../../http/paging.ts'
import { type Route, route } from '../../http/route.ts'
import { Recipient } from '../bodies.ts'
import { CampaignPath, examples } from '../documented.ts'
import type { Campaigns } from '../room.ts'
import { addRecipients, recoverUpload } from './add.ts'
import { exportRecipients } from './export.ts'
import { listFailures, listRecipients } from './list.ts'
import { CampaignRecipient, FailureGroup, Imported, RECIPIENT_STATUSES } from './schema.ts'

const Status = Type.Optional(Type.Union(RECIPIENT_STATUSES.map(status => Type.Literal(status))))

const ListQuery = listQuery({
  status: Status,
  replied: Type.Optional(Type.Boolean({ description: 'Whether they answered.' })),
  to: Type.Optional(Type.String({ minLength: 1, maxLength: 150, description: 'This one recipient.' })),
})

const ExportQuery = Type.Object({ status: Status }, { additionalProperties: false })

const Csv = Type.String({ contentMediaType: 'text/csv' })

const UploadBody = Type.Union([
  Type.Object(
    { recipients: Type.Array(Recipient, { description: 'Any number of them.' }) },
    { additionalProperties: false },
  ),
  Type.String({
    contentMediaType: 'text/csv',
    description:
      'A header row; a column `to` or `phone` (or what else people call it); the other columns are variables. Delimiter and encoding are told by the file.',
  }),
  Type.Object(
    { file: Type.String({ format: 'binary', description: 'The CSV file.' }) },
    { contentMediaType: 'multipart/form-data', additionalProperties: false },
  ),
])

export function recipientRoutes(campaigns: Campaigns): Route<Transaction>[] {
  return [addRoute(campaigns), ...readingRoutes(campaigns)]
}

function addRoute(campaigns: Campaigns): Route<Transaction> {
  return route({
    method: 'POST',
    path: '/whatsapp/campaigns/:id/recipients',
    scope: 'whatsapp:write',
    tag: 'Campaigns',
    summary: 'Add recipients',
    description:
      'Any number, as JSON, CSV or a form with a CSV file. All of a call are added or none; who cannot be a recipient is counted and listed, and stops nothing. Taken while the campaign is a draft, scheduled, or paused.',
    params: CampaignPath,
    body: UploadBody,
    stream: true,
    replies: { 200: Imported },
    errors: [
      ...(['not_found', 'invalid_state', 'invalid_parameter', 'malformed_json', 'invalid_header'] as const),
      ...(['payload_too_large', 'unsupported_media_type', 'sandbox_key'] as const),
    ],
    example: { body: examples.recipients, reply: examples.imported },
    idempotency: 'recover',
    recover: (call, idempotency_id) => recoverUpload(campaigns, call.tenant_id, idempotency_id),
    async handle({ caller, params: { id }, stream, headers, idempotency_id }) {
      const added = await addRecipients(campaigns, { caller, id, stream, headers, idempotency_id })
      return { status: 200, body: added }
    },
  })
}

function readingRoutes(campaigns: Campaigns): Route<Transaction>[] {
  const common = { method: 'GET', scope: 'whatsapp:read', tag: 'Campaigns', params: CampaignPath } as const
  return [
    route({
      ...common,
      path: '/whatsapp/campaigns/:id/recipients',
      summary: 'List recipients, in the order in which they were added',
      query: ListQuery,
      replies: { 200: listReply(CampaignRecipient) },
      errors: ['not_found', 'invalid_parameter', 'invalid_phone_number'],
      handle: async ({ tenant_id, params, query }) => ({
        status: 200,
        body: await listRecipients(campaigns, tenant_id, params.id, query),
      }),
    }),
    route({
      ...common,
      path: '/whatsapp/campaigns/:id/recipients.csv',
      summary: 'Export recipients as CSV, with what became of each',
      description:
        'Streamed, in UTF-8 with the mark that spreadsheets look for. It can be uploaded again: what looks like a formula has an apostrophe, which an upload takes off.',
      query: ExportQuery,
      replies: { 200: Csv },
      errors: ['not_found', 'invalid_parameter'],
      handle: ({ tenant_id, params, query }) => exportRecipients(campaigns, tenant_id, params.id, query),
    }),
    route({
      ...common,
      path: '/whatsapp/campaigns/:id/failures',
      summary: 'What went wrong, by cause',
      description: 'The most frequent cause first, each with what it means and what to do.',
      replies: { 200: listReply(FailureGroup) },
      errors: ['not_found'],
      handle: async ({ tenant_id, params }) => ({
        status: 200,
        body: await listFailures(campaigns, tenant_id, params.id),
      }),
    }),
  ]
}
