// The Graph calls that create, edit, un-pause and delete templates.

import * as change from '../templates/change.ts'
import { resume } from '../templates/life.ts'
import type { Json, Template, Waba } from '../world.ts'
import type { Call } from './call.ts'
import { unknownObject } from './errors.ts'

export function createTemplate(call: Call, waba: Waba): Json {
  const { id, status, category } = change.createTemplate(call.world, waba, call.params)
  return { id, status, category }
}

export function deleteTemplates(call: Call, waba: Waba): Json {
  change.deleteTemplates(call.world, waba, call.params)
  return { success: true }
}

export function changeTemplate(call: Call, template: Template, edge: string): Json {
  if (call.method !== 'POST' || !['', 'unpause'].includes(edge)) throw unknownObject(call.method, template.id)
  if (edge === '') change.editTemplate(call.world, template, call.params)
  else if (template.status !== 'PAUSED') return { success: false, reason: 'The template is not paused.' }
  else resume(call.world, template)
  return { success: true }
}
