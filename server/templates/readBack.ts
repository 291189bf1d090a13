// Reading a template back from Meta after a change: to store it as Meta has it (with fixed texts and its own links), and to
// find out what became of a change whose answer was lost.

import type { ConnectedAccount } from '../accounts/room.ts'
import { Failure } from '../kit/errors.ts'
import type { TemplateInfo } from '../meta/templates.ts'
import type { Templates } from './room.ts'
import { asStored } from './stored.ts'
import { asPart, upper } from './variables.ts'

/** Undefined where Meta has it not, or did not answer. */
export async function readBack(
  templates: Templates,
  account: ConnectedAccount,
  { name, language }: { name: string; language: string },
): Promise<TemplateInfo | undefined> {
  const found = await templates.meta.templatesNamed(account.token, account.waba_id, name)
  return found.ok ? found.value.find(template => template.language === language) : undefined
}

type Wish = { components?: readonly unknown[]; message_send_ttl_seconds?: number }

/**
 * Whether Meta has what was wished for. Examples are left out, because Meta has links of its own in their place; and so is
 * the category, which Meta may have changed.
 */
export function isAsWished(there: TemplateInfo | undefined, wish: Wish): there is TemplateInfo {
  if (!there) return false
  const { components, message_send_ttl_seconds } = wish
  if (message_send_ttl_seconds !== undefined && there.message_send_ttl_seconds !== message_send_ttl_seconds) {
    return false
  }
  if (components === undefined) return true
  const given = asStored(components)
  return (
    given.length === there.components.length &&
    given.every((part, at) => holds(asPart(there.components[at]), part))
  )
}

/** Everything of `wished`, except examples. Meta may add texts, and gives an OTP button back as a URL. */
function holds(there: Record<string, unknown>, wished: Record<string, unknown>): boolean {
  return Object.entries(wished).every(([key, value]) => {
    if (key === 'example' || wished.type === 'OTP') return true
    const other = there[key]
    if (Array.isArray(value)) {
      const list = Array.isArray(other) ? other : []
      return list.length === value.length && value.every((item, at) => holds(asPart(list[at]), asPart(item)))
    }
    if (typeof value === 'object' && value !== null) return holds(asPart(other), asPart(value))
    return typeof value === 'string' ? upper(other) === upper(value) : other === value
  })
}

/** The caller is told the failure; a replay of the Idempotency-Key must find out what became of it. */
export async function unsettled(failing: Promise<never>): Promise<never> {
  try {
    return await failing
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    throw new Failure(error.code, { ...error.options, message: error.message, unsettled: true })
  }
}
