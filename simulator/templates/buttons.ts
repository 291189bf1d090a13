// The buttons of a template message: which of them need a parameter, and what it may be.

import { GraphError } from '../graph/errors.ts'
import type { Component, Json, RenderedButton, TemplateButton } from '../world.ts'
import { checkAction } from './actions.ts'
import { isOtpButton } from './add.ts'
import { fillVariables, variablesOf } from './fill.ts'
import { type Check, formatMismatch, textOf, wrongContent } from './parameters.ts'

const OTP_LIMIT = 15

/** Refuses wrong button parameters; answers the buttons as the phone shows them. */
export function checkButtons(components: Component[], sent: Json[], check: Check): RenderedButton[] {
  const buttons = components.find(one => one.type === 'BUTTONS')?.buttons ?? []
  const given = new Map<number, Json>()
  for (const component of sent.filter(one => String(one.type).toLowerCase() === 'button')) {
    const at = indexOf(component, buttons)
    const button = buttons[at]
    if (!button)
      throw wrongContent(check, `buttons: the template has no button at index ${component.index ?? ''}`)
    const subType = String(component.sub_type ?? '').toLowerCase()
    if (subType !== subTypeOf(button))
      throw formatMismatch(`buttons: index ${at}`, subTypeOf(button), subType)
    if (given.has(at)) throw wrongContent(check, `buttons: two components for the button at index ${at}`)
    if (!TAKES_PARAMETERS.has(subType) || (subType === 'url' && variablesOf(button.url ?? '').length === 0))
      throw wrongContent(check, `buttons: Button at index ${at} takes no parameters`)
    const most = subType === 'voice_call' ? 2 : 1
    if (((component.parameters ?? []) as Json[]).length > most)
      throw wrongContent(check, `buttons: Button at index ${at} takes ${most} parameter`)
    given.set(at, component)
  }
  return buttons.map((button, at) => render(button, at, given.get(at), check))
}

const TAKES_PARAMETERS = new Set([
  ...['url', 'quick_reply', 'copy_code', 'flow', 'catalog', 'mpm', 'voice_call'],
])

/** Meta's own example of a call button carries no index. */
function indexOf(component: Json, buttons: TemplateButton[]): number {
  if (component.index === undefined && String(component.sub_type).toLowerCase() === 'voice_call') {
    return buttons.findIndex(button => button.type === 'VOICE_CALL')
  }
  const { index } = component
  if (typeof index === 'number') return index
  return typeof index === 'string' && /^(0|[1-9]\d*)$/.test(index) ? Number(index) : -1
}

/** What a phone shows on buttons whose label is Meta's. */
const FIXED_LABELS: Record<string, string> = {
  COPY_CODE: 'Copy offer code',
  CATALOG: 'View catalog',
  MPM: 'View items',
  SPM: 'View',
  REQUEST_CONTACT_INFO: 'Share contact info',
}

const subTypeOf = (button: TemplateButton) => button.type.toLowerCase()

function render(
  button: TemplateButton,
  at: number,
  component: Json | undefined,
  check: Check,
): RenderedButton {
  const parameter = ((component?.parameters ?? []) as Json[])[0]
  const text = String(button.text ?? FIXED_LABELS[button.type] ?? button.type)
  const type = subTypeOf(button)
  if (type === 'url') return renderUrl(button, at, parameter, check)
  if (type === 'quick_reply') return { type, text, id: parameter ? payloadOf(parameter, at) : text }
  if (type === 'copy_code') return { type, text, id: couponOf(parameter, at, check) }
  if (type === 'phone_number') return { type, text, url: `tel:${button.phone_number ?? ''}` }
  if (parameter || type === 'mpm') checkAction(type, at, (component?.parameters ?? []) as Json[], check)
  return { type, text }
}

function renderUrl(
  button: TemplateButton,
  at: number,
  parameter: Json | undefined,
  check: Check,
): RenderedButton {
  const url = button.url ?? ''
  const text = button.text ?? 'Open'
  const [name] = variablesOf(url)
  if (name === undefined) return { type: 'url', text, url }
  if (!parameter) {
    throw new GraphError(131008, {
      details: `buttons: Button at index ${at} of type Url requires a parameter`,
    })
  }
  const suffix = textOf(`buttons: index ${at}`, parameter, check)
  if (!isOtpButton(button)) return { type: 'url', text, url: fillVariables(url, new Map([[name, suffix]])) }
  if (suffix.length > OTP_LIMIT)
    throw wrongContent(check, `buttons: the code may have ${OTP_LIMIT} characters`)
  return { type: 'copy_code', text, id: suffix }
}

function payloadOf(parameter: Json, at: number): string {
  const { type, payload } = parameter
  if (String(type).toLowerCase() !== 'payload')
    throw formatMismatch(`buttons: index ${at}`, 'PAYLOAD', String(type ?? ''))
  if (typeof payload === 'string' && payload !== '') return payload
  throw new GraphError(131008, { details: `buttons: Button at index ${at} is missing its payload` })
}

function couponOf(parameter: Json | undefined, at: number, check: Check): string {
  const code = parameter?.coupon_code
  if (!parameter) {
    throw new GraphError(131008, {
      details: `buttons: Button at index ${at} of type CopyCode requires a parameter`,
    })
  }
  if (String(parameter.type).toLowerCase() !== 'coupon_code') {
    throw formatMismatch(`buttons: index ${at}`, 'COUPON_CODE', String(parameter.type ?? ''))
  }
  if (typeof code === 'string' && /^[A-Za-z0-9]{1,15}$/.test(code)) return code
  throw wrongContent(check, `buttons: the coupon code at index ${at} must be 1 to 15 letters and digits`)
}
