// Reading the templates of a WABA, a page at a time.

import { nextCursor, textOf } from './answers.ts'
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

export function templatesPage(
  graph: Graph,
  token: string,
  waba_id: string,
  after: string | undefined,
): Promise<Result<TemplatesPage>> {
  return request(graph, {
    name: 'templates.page',
    method: 'GET',
    path: `/${encodeURIComponent(waba_id)}/message_templates`,
    token,
    query: { fields: FIELDS, limit: '100', ...(after === undefined ? {} : { after }) },
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
