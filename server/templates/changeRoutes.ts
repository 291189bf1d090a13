// The routes that create, edit, delete and preview templates.

import { type Static, Type } from 'typebox'
import type { Transaction } from '../db/pool.ts'
import { type Call, type Route, route } from '../http/route.ts'
import type { ErrorCode } from '../kit/errors.ts'
import { type Asking, createTemplate, recoverCreate } from './create.ts'
import { examples } from './documented.ts'
import { editTemplate, recoverEdit } from './edit.ts'
import { previewTemplate } from './preview.ts'
import { recoverRemove, removeTemplate } from './remove.ts'
import type { Templates } from './room.ts'
import { draftIssues } from './rules/check.ts'
import { Preview, Template } from './schema.ts'

const Components = Type.Array(Type.Object({}, { additionalProperties: true }), {
  description:
    "Meta's components. A media header's example may be {media_id} or {link}; Carom makes the upload handle of it.",
})
const Category = Type.String({ description: 'MARKETING, UTILITY or AUTHENTICATION.' })
const Ttl = Type.Integer({ description: 'How long Meta tries to deliver, in seconds; -1 for 30 days.' })

const CreateBody = Type.Object(
  {
    waba_id: Type.Optional(
      Type.String({ pattern: '^[0-9]{1,32}$', description: 'Not needed where there is one account.' }),
    ),
    name: Type.String({ description: 'Lower-case letters, digits and underscores.' }),
    category: Category,
    language: Type.String({ description: 'As Meta writes it: `en_US`, `de`.' }),
    components: Components,
    parameter_format: Type.Optional(
      Type.String({ description: 'POSITIONAL (`{{1}}`, the default) or NAMED (`{{first_name}}`).' }),
    ),
    message_send_ttl_seconds: Type.Optional(Ttl),
  },
  { additionalProperties: false },
)

const EditBody = Type.Object(
  {
    category: Type.Optional(Category),
    components: Type.Optional(Components),
    message_send_ttl_seconds: Type.Optional(Ttl),
  },
  { additionalProperties: false },
)

const PreviewBody = Type.Object(
  {
    components: Type.Optional(Components),
    variables: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), { description: 'The short form: a value for each name.' }),
    ),
  },
  { additionalProperties: false },
)

const Path = Type.Object({ uuid: Type.String({ format: 'uuid' }) })

const META: ErrorCode[] = [
  ...(['meta_rejected', 'meta_token_invalid', 'meta_rate_limited'] as const),
  ...(['meta_unavailable', 'meta_unexpected'] as const),
]
const errors: ErrorCode[] = ['sandbox_key', 'not_found', 'invalid_state', 'invalid_parameter', ...META]

const asking = ({ caller, idempotency_id }: Call): Asking => ({ caller, idempotency_id })

export function changeRoutes(templates: Templates): Route<Transaction>[] {
  return [createRoute(templates), editRoute(templates), removeRoute(templates), previewRoute(templates)]
}

function createRoute(templates: Templates): Route<Transaction> {
  return route({
    method: 'POST',
    path: '/whatsapp/templates',
    scope: 'whatsapp:write',
    tag: 'Templates',
    summary: 'Create a template',
    description:
      "Checked against all of Meta's documented rules first; `details.issues` lists every problem. `warnings` of the reply is advice.",
    example: { body: examples.create, reply: examples.template },
    body: CreateBody,
    rules: draftIssues,
    replies: { 201: Template },
    errors: [...errors, 'media_not_found'],
    idempotency: 'recover',
    recover: (call, idempotency_id) =>
      recoverCreate(templates, call.body as Static<typeof CreateBody>, { ...asking(call), idempotency_id }),
    handle: async call => ({ status: 201, body: await createTemplate(templates, call.body, asking(call)) }),
  })
}

function editRoute(templates: Templates): Route<Transaction> {
  return route({
    method: 'PATCH',
    path: '/whatsapp/templates/:uuid',
    scope: 'whatsapp:write',
    tag: 'Templates',
    summary: 'Edit a template',
    description:
      'Replaces all components at once, and has them reviewed again. Meta lets an approved template be edited once in 24 hours and ten times in 30 days; `details.next_edit_at` tells when the next edit is possible.',
    example: { body: examples.edit, reply: examples.template },
    params: Path,
    body: EditBody,
    replies: { 200: Template },
    errors: [...errors, 'media_not_found'],
    idempotency: 'recover',
    recover: (call, idempotency_id) =>
      recoverEdit(
        templates,
        (call.params as Static<typeof Path>).uuid,
        call.body as Static<typeof EditBody>,
        {
          ...asking(call),
          idempotency_id,
        },
      ),
    handle: async call => ({
      status: 200,
      body: await editTemplate(templates, call.params.uuid, call.body, asking(call)),
    }),
  })
}

function removeRoute(templates: Templates): Route<Transaction> {
  return route({
    method: 'DELETE',
    path: '/whatsapp/templates/:uuid',
    scope: 'whatsapp:write',
    tag: 'Templates',
    summary: 'Delete a template',
    description:
      'This language alone, or every language of the name with `all_languages=true`. Meta keeps the name of an approved template back for 30 days.',
    params: Path,
    query: Type.Object({
      all_languages: Type.Optional(Type.Boolean({ description: 'Every language of the name.' })),
    }),
    replies: { 204: null },
    errors,
    idempotency: 'recover',
    recover: (call, idempotency_id) => recoverRemove(templates, call.tenant_id, idempotency_id),
    async handle(call) {
      await removeTemplate(templates, call.params.uuid, call.query.all_languages === true, asking(call))
      return { status: 204 }
    },
  })
}

function previewRoute(templates: Templates): Route<Transaction> {
  return route({
    method: 'POST',
    path: '/whatsapp/templates/:uuid/preview',
    scope: 'whatsapp:read',
    tag: 'Templates',
    summary: 'See a template filled in',
    description: 'The text as the recipient would see it. Nothing is sent, and Meta is not asked.',
    example: { body: { variables: examples.variables }, reply: examples.preview },
    params: Path,
    body: PreviewBody,
    audited: false,
    replies: { 200: Preview },
    errors: ['not_found', 'invalid_parameter', 'template_parameters_mismatch'],
    idempotency: 'rerun',
    handle: async call => ({
      status: 200,
      body: await previewTemplate(templates, call.tenant_id, call.params.uuid, call.body),
    }),
  })
}
