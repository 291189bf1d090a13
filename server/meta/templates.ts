// The templates of a WABA: reading them a page at a time, creating, editing, deleting.

import { nextCursor, succeeded, textOf } from './answers.ts'
import type { Graph } from './graph.ts'
import { type Result, request } from './request.ts'

export type TemplateInfo = {
  meta_template_id: string
  name: string
  language: string
  category: string
  status: string
  parameter_format: string
  components: unknown[]
  quality_score: string | null
  rejected_reason: string | null
  previous_category: string | null
  correct_category: string | null
  message_send_ttl_seconds: number | null
}

export type TemplatesPage = { templates: TemplateInfo[]; after: string | undefined }

const FIELDS =
  'id,name,language,status,category,previous_category,correct_category,components,parameter_format,quality_score,rejected_reason,message_send_ttl_seconds'

const MAX_PAGES = 20

export function templatesPage(
  graph: Graph,
  token: string,
  waba_id: string,
  after: string | undefined,
  filter: Record<string, string> = {},
): Promise<Result<TemplatesPage>> {
  return request(graph, {
    name: 'templates.page',
    method: 'GET',
    path: `/${encodeURIComponent(waba_id)}/message_templates`,
    token,
    query: { fields: FIELDS, limit: '100', ...filter, ...(after === undefined ? {} : { after }) },
    idempotent: true,
    deadline_ms: 30_000,
    parse(body) {
      const { data } = body as { data?: unknown }
      if (!Array.isArray(data)) return undefined
      const templates = data.map(parseTemplate).filter(template => template !== undefined)
      return { templates, after: nextCursor(body) }
    },
  })
}

/** Those of a name; Meta's filter may find longer names too. */
export async function templatesNamed(
  graph: Graph,
  token: string,
  waba_id: string,
  name: string,
): Promise<Result<TemplateInfo[]>> {
  const found: TemplateInfo[] = []
  let after: string | undefined
  for (let page = 0; page < MAX_PAGES; page++) {
    const result = await templatesPage(graph, token, waba_id, after, { name })
    if (!result.ok) return result
    found.push(...result.value.templates.filter(template => template.name === name))
    after = result.value.after
    if (after === undefined) break
  }
  return { ok: true, value: found }
}

/** Meta's create body. */
export type NewTemplate = {
  name: string
  language: string
  category: string
  parameter_format: string
  components: unknown[]
  message_send_ttl_seconds?: number
}

export type Created = { meta_template_id: string; status: string; category: string | null }

/** `unexpected`: Meta may have created it all the same. */
export function createTemplate(
  graph: Graph,
  token: string,
  waba_id: string,
  template: NewTemplate,
): Promise<Result<Created>> {
  return request(graph, {
    name: 'templates.create',
    method: 'POST',
    path: `/${encodeURIComponent(waba_id)}/message_templates`,
    token,
    body: template,
    idempotent: false,
    deadline_ms: 30_000,
    parse(body) {
      const { id, status, category } = body as Record<string, unknown>
      const meta_template_id = textOf(id)
      if (meta_template_id === null) return undefined
      return { meta_template_id, status: upper(status) ?? 'PENDING', category: upper(category) }
    },
  })
}

export type TemplateEdit = { category?: string; components?: unknown[]; message_send_ttl_seconds?: number }

export function editTemplate(
  graph: Graph,
  token: string,
  meta_template_id: string,
  edit: TemplateEdit,
): Promise<Result<true>> {
  return request(graph, {
    name: 'templates.edit',
    method: 'POST',
    path: `/${encodeURIComponent(meta_template_id)}`,
    token,
    body: edit,
    idempotent: false,
    deadline_ms: 30_000,
    parse: succeeded,
  })
}

/** With an id this language alone, without one every language of the name. */
export function deleteTemplate(
  graph: Graph,
  token: string,
  waba_id: string,
  template: { name: string; meta_template_id?: string },
): Promise<Result<true>> {
  const { name, meta_template_id } = template
  return request(graph, {
    name: 'templates.delete',
    method: 'DELETE',
    path: `/${encodeURIComponent(waba_id)}/message_templates`,
    token,
    query: { name, ...(meta_template_id === undefined ? {} : { hsm_id: meta_template_id }) },
    idempotent: false,
    parse: succeeded,
  })
}

function parseTemplate(item: unknown): TemplateInfo | undefined {
  const template = item as Record<string, unknown> | null
  if (typeof template?.name !== 'string' || typeof template.language !== 'string') return undefined
  const quality = template.quality_score as { score?: unknown } | undefined
  const ttl = template.message_send_ttl_seconds
  return {
    meta_template_id: String(template.id),
    name: template.name,
    language: template.language,
    category: upper(template.category) ?? 'UNKNOWN',
    status: upper(template.status) ?? 'UNKNOWN',
    parameter_format: upper(template.parameter_format) ?? 'POSITIONAL',
    components: Array.isArray(template.components) ? template.components : [],
    quality_score: upper(quality?.score),
    rejected_reason: reasonOf(template.rejected_reason),
    previous_category: upper(template.previous_category),
    correct_category: upper(template.correct_category),
    message_send_ttl_seconds: typeof ttl === 'number' ? ttl : null,
  }
}

function upper(value: unknown): string | null {
  return textOf(value)?.toUpperCase() ?? null
}

function reasonOf(value: unknown): string | null {
  const reason = upper(value)
  return reason === 'NONE' ? null : reason
}
