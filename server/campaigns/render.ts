// What one recipient of a campaign is sent. Pure: it knows neither the database nor Meta. The recipient's own components
// stand in place of the campaign's; placeholders in either are filled from the recipient's variables. Where neither has
// components, the variables are the template's own, by name.

import type { Issue } from '../kit/errors.ts'
import { type BoundTemplate, type Filled, fillIn } from '../templates/bindFor.ts'
import type { TemplateRow } from '../templates/schema.ts'
import { type Variable, variablesOf } from '../templates/variables.ts'
import { fillPlaceholders, findValue, type Variables, type Wanted, wantedBy } from './fill.ts'

/** `missing` names the variable that has no value; other issues are about values that do not fit. */
export type RenderIssue = Issue & { missing?: string }

export type Rendered = ({ ok: true } & BoundTemplate) | { ok: false; issues: RenderIssue[] }

export type RenderCampaign = { components: object[] | null }
export type RenderRecipient = { variables: Variables | null; components: object[] | null }

const NONE: Variables = {}

/** `content` and `template` are what a message row holds of a template send. */
export function renderRecipient(
  template: TemplateRow,
  campaign: RenderCampaign,
  recipient: RenderRecipient,
): Rendered {
  const components = recipient.components ?? campaign.components
  const variables = recipient.variables ?? NONE
  if (components === null) return renderShort(template, variables)
  const { value, missing } = fillPlaceholders(components, variables)
  if (missing.length > 0) return { ok: false, issues: missing.map(noValue) }
  return shown(fillIn(template, { components: value }))
}

/** What every recipient must bring (and may), as long as it has no components of its own. */
export function variablesWanted(template: TemplateRow, campaign: RenderCampaign): Wanted[] {
  if (campaign.components !== null) return wantedBy(campaign.components)
  return namedVariables(template).map(({ name, required }) => ({ name, required }))
}

function renderShort(template: TemplateRow, variables: Variables): Rendered {
  const picked: Record<string, unknown> = {}
  const missing: string[] = []
  for (const { name, type, required, otp } of namedVariables(template)) {
    const value = findValue(variables, name) ?? (otp ? findValue(variables, 'code') : undefined)
    if (value !== undefined) picked[name] = type === 'text' ? textOf(value) : value
    else if (required) missing.push(name)
  }
  if (missing.length > 0) return { ok: false, issues: missing.map(noValue) }
  return shown(fillIn(template, { variables: picked }))
}

function shown(filled: Filled): Rendered {
  return filled.ok ? { ok: true, ...filled.bound } : filled
}

const named = new WeakMap<object, Variable[]>()

/** A button with a login code repeats the code of the body by itself. `otp`: the code, which may be called `code` too. */
function namedVariables(template: TemplateRow): Variable[] {
  const known = named.get(template.components)
  if (known) return known
  const found = variablesOf(template)
  const codes = found.some(one => one.otp)
  const variables = found
    .filter(one => !one.otp)
    .map(one => (codes && one.name === '1' ? { ...one, otp: true as const } : one))
  named.set(template.components, variables)
  return variables
}

function textOf(value: unknown): unknown {
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value
}

function noValue(name: string): RenderIssue {
  return {
    param: `variables.${name}`,
    message: `The variable "${name}" has no value; give each recipient one, or write a default: {{${name}|…}}.`,
    missing: name,
  }
}
