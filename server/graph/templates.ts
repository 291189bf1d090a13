// Templates as Meta's API makes, edits and deletes them, through the checks and the storage of Carom's own calls.

import type { Call, Recovered, Reply } from '../http/route.ts'
import { fail } from '../kit/errors.ts'
import { type CreateWish, createTemplate, recoverCreate } from '../templates/create.ts'
import { type EditWish, editTemplate } from '../templates/edit.ts'
import { requireNamed } from '../templates/findByMeta.ts'
import { removeTemplate } from '../templates/remove.ts'
import type { Template, TemplateRow } from '../templates/schema.ts'
import type { Graph } from './room.ts'

type Asked = Call<unknown, { id: string }, Record<string, string>, Record<string, unknown>>

const WISHES = ['name', 'category', 'language', 'components', 'parameter_format', 'message_send_ttl_seconds']
/** They change nothing of what is made here: Carom never lets Meta choose silently, and tells of each change. */
const IGNORED = ['allow_category_change', 'messaging_product']

export async function create(graph: Graph, call: Asked): Promise<object> {
  const { caller, idempotency_id } = call
  return createdOf(await createTemplate(graph.templates, wishOf(call), { caller, idempotency_id }))
}

export async function recoverCreation(graph: Graph, call: Asked, idempotency_id: string): Promise<Recovered> {
  const found = await recoverCreate(graph.templates, wishOf(call), { caller: call.caller, idempotency_id })
  if (found.state !== 'done') return found
  const reply: Reply = { status: 200, body: createdOf(found.reply.body as Template) }
  return { state: 'done', reply }
}

function createdOf({ meta_template_id, status, category }: Template): object {
  return { id: meta_template_id, status, category }
}

function wishOf({ params, body }: Asked): CreateWish {
  const unknown = Object.keys(body).filter(name => !WISHES.includes(name) && !IGNORED.includes(name))
  const issues = [
    ...unknown.map(param => ({ param, message: `\`${param}\` is not carried out by Carom; leave it out.` })),
    ...['name', 'category', 'language']
      .filter(name => typeof body[name] !== 'string')
      .map(param => ({ param, message: `\`${param}\` is required, as a text.` })),
    ...(Array.isArray(body.components)
      ? []
      : [{ param: 'components', message: '`components` is required, as a list.' }]),
  ]
  if (issues[0]) fail('invalid_parameter', { message: issues[0].message, details: { issues } })
  return { ...(only(body, WISHES) as CreateWish), waba_id: params.id }
}

export async function edit(graph: Graph, call: Asked, row: TemplateRow): Promise<object> {
  const { caller, idempotency_id, body } = call
  const wish: EditWish = only(body, ['category', 'components', 'message_send_ttl_seconds'])
  await editTemplate(graph.templates, row.id, wish, { caller, idempotency_id })
  return { success: true }
}

/** `?name=` deletes every language of it, `?name=&hsm_id=` the one of that id. */
export async function remove(graph: Graph, call: Asked): Promise<object> {
  const { caller, idempotency_id, query, params, tenant_id } = call
  const { name, hsm_id } = query
  if (!name) {
    const message = '`name` is required in the query: the name of the template to delete.'
    return fail('invalid_parameter', { message, details: { issues: [{ param: 'name', message }] } })
  }
  const wish = { waba_id: params.id, name, meta_template_id: hsm_id }
  const row = await requireNamed(graph.templates, tenant_id, wish)
  await removeTemplate(graph.templates, row.id, hsm_id === undefined, { caller, idempotency_id })
  return { success: true }
}

function only(body: Record<string, unknown>, names: string[]): object {
  return Object.fromEntries(Object.entries(body).filter(([name]) => names.includes(name)))
}
