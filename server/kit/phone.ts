// Who a message goes to: a phone number in any usual spelling, or a business-scoped user id (BSUID).

import { parsePhoneNumberFromString } from 'libphonenumber-js/min'
import { fail } from './errors.ts'

/** `phone` is digits with the country code and no plus (WhatsApp's wa_id form). */
export type Address = { kind: 'phone'; value: string } | { kind: 'user_id'; value: string }

const BSUID = /^[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}$/
const PHONE = /^\+?[0-9][0-9 ().\-/]*$/
const TYPICAL = /^\+?[1-9][0-9]{6,14}$/

/** Reads `to`. Fails with `invalid_phone_number`; a number is checked for being possible, not for being assigned. */
export function parseAddress(to: string, param = 'to'): Address {
  const text = to.trim()
  if (BSUID.test(text)) return { kind: 'user_id', value: text }
  const digits = text.replace(/[^0-9]/g, '')
  if (!PHONE.test(text) || !TYPICAL.test(digits)) fail('invalid_phone_number', { param })
  const cached = possible.get(digits)
  const ok = cached ?? remember(digits, parsePhoneNumberFromString(`+${digits}`)?.isPossible() ?? false)
  if (!ok) fail('invalid_phone_number', { param })
  return { kind: 'phone', value: digits }
}

const possible = new Map<string, boolean>()

function remember(digits: string, ok: boolean): boolean {
  if (possible.size >= 10_000) possible.clear()
  possible.set(digits, ok)
  return ok
}
