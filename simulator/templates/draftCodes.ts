// Submitted templates for login codes: Meta writes their texts, so there is little to say in them.

import type { Json } from '../world.ts'
import { buttonsOf } from './draftButtons.ts'
import { isObject } from './parameters.ts'
import { refuseField, refuseTemplate } from './refuse.ts'

export function checkCodeTemplate(parts: Map<string, Json>) {
  for (const type of parts.keys()) {
    if (!['BODY', 'FOOTER', 'BUTTONS'].includes(type))
      throw refuseField(`An authentication template has no ${type}.`)
  }
  const body = parts.get('BODY') ?? {}
  const advice = body.add_security_recommendation
  if (body.text !== undefined)
    throw refuseTemplate(2388072, 'The body of an authentication template is fixed.')
  if (advice !== undefined && typeof advice !== 'boolean')
    throw refuseTemplate(2388072, 'add_security_recommendation must be true or false.')
  const footer = parts.get('FOOTER')
  if (footer) checkExpiration(footer)
  const buttons = parts.get('BUTTONS')
  const [button, ...more] = buttons ? buttonsOf(buttons) : []
  if (!button || more.length > 0 || String(button.type ?? '').toUpperCase() !== 'OTP')
    throw refuseField('An authentication template needs exactly one OTP button.')
  checkOtp(button)
}

function checkExpiration(footer: Json) {
  const minutes = footer.code_expiration_minutes
  if (footer.text !== undefined)
    throw refuseTemplate(2388073, 'The footer of an authentication template is fixed.')
  const isRight = typeof minutes === 'number' && Number.isInteger(minutes) && minutes >= 1 && minutes <= 90
  if (!isRight) throw refuseTemplate(2388073, 'code_expiration_minutes must be 1 to 90.')
}

function checkOtp(button: Json) {
  const kind = String(button.otp_type ?? '').toUpperCase()
  if (!['COPY_CODE', 'ONE_TAP', 'ZERO_TAP'].includes(kind))
    throw refuseField('otp_type must be one of {COPY_CODE, ONE_TAP, ZERO_TAP}.')
  for (const field of ['text', 'autofill_text']) {
    const text = button[field]
    if (text === undefined) continue
    if (typeof text !== 'string' || text.trim() === '') throw refuseField(`${field} must be a text.`)
    if ([...text].length > 25) throw refuseTemplate(2388040, `${field} may have 25 characters.`)
  }
  if (kind === 'ZERO_TAP' && button.zero_tap_terms_accepted !== true)
    throw refuseField('zero_tap_terms_accepted must be true.')
  const apps = button.supported_apps
  if (kind === 'COPY_CODE' && apps === undefined) return
  if (!Array.isArray(apps) || apps.length < 1 || apps.length > 5 || !apps.every(isObject))
    throw refuseField('supported_apps must be an array of 1 to 5 objects.')
  for (const { package_name, signature_hash } of apps) {
    const isPackage = typeof package_name === 'string' && /^[A-Za-z]\w*(\.[A-Za-z]\w*)+$/.test(package_name)
    if (!isPackage) throw refuseField('package_name must be the name of an Android package.')
    if (package_name.length > 224) throw refuseTemplate(2388040, 'package_name may have 224 characters.')
    if (typeof signature_hash !== 'string' || signature_hash.length !== 11)
      throw refuseField('signature_hash must have 11 characters.')
  }
}
