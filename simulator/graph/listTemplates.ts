// `GET /{waba}/message_templates` with its filters.

import type { Json, Template, Waba } from '../world.ts'
import { type Call, textParam } from './call.ts'
import { pageOf } from './page.ts'
import { readTemplate } from './readAccounts.ts'

export function listTemplates(call: Call, waba: Waba): Json {
  const wanted = filtersOf(call)
  const templates = [...call.world.templates.values()].filter(
    template => template.waba_id === waba.id && wanted.every(isWanted => isWanted(template)),
  )
  return pageOf(call, templates, template => readTemplate(call, template))
}

function filtersOf(call: Call): ((template: Template) => boolean)[] {
  const oneOf = (param: string, read: (template: Template) => string) => {
    const values = listOf(call.params[param])
    return (template: Template) => values.length === 0 || values.includes(read(template).toLowerCase())
  }
  const contains = (param: string, textOf: (template: Template) => string) => {
    const text = textParam(call, param)?.toLowerCase()
    return (template: Template) => text === undefined || textOf(template).toLowerCase().includes(text)
  }
  const content = (template: Template) => template.components.map(one => one.text ?? '').join('\n')
  return [
    oneOf('status', template => template.status),
    oneOf('category', template => template.category),
    oneOf('language', template => template.language),
    oneOf('quality_score', template => template.quality),
    contains('name', template => template.name),
    contains('content', content),
    contains('name_or_content', template => `${template.name}\n${content(template)}`),
  ]
}

/** A value, several with commas, or a JSON list. */
function listOf(given: unknown): string[] {
  if (Array.isArray(given)) return given.map(one => String(one).toLowerCase())
  return String(given ?? '')
    .replace(/["'[\]\s]/g, '')
    .toLowerCase()
    .split(',')
    .filter(Boolean)
}
