// The rules for authentication templates: Meta writes their texts, they have one OTP button and nothing else.

import { partsOf } from './buttons.ts'
import { blame, type Findings, type Part, requireText, word } from './findings.ts'

export type Located = { part: Part; at: string }

export function checkAuthentication(found: Findings, parts: ReadonlyMap<string, Located>): void {
  for (const [type, { at }] of parts) {
    if (['BODY', 'FOOTER', 'BUTTONS'].includes(type)) continue
    blame(found, at, `An AUTHENTICATION template has BODY, FOOTER and BUTTONS only, no ${type}.`)
  }
  const body = parts.get('BODY')
  if (body) checkFixedBody(found, body)
  const footer = parts.get('FOOTER')
  if (footer) checkExpiration(found, footer)
  const buttons = parts.get('BUTTONS')
  const list = partsOf(buttons?.part.buttons)
  const [button] = list
  if (!buttons || !button || list.length !== 1 || word(button.type) !== 'OTP') {
    const path = buttons ? `${buttons.at}.buttons` : 'components'
    blame(found, path, 'An AUTHENTICATION template has exactly one button, of the type OTP.')
  } else checkOtp(found, button, `${buttons.at}.buttons[0]`)
}

function checkFixedBody(found: Findings, { part, at }: Located): void {
  const { text, add_security_recommendation } = part
  if (text !== undefined) {
    blame(found, `${at}.text`, 'Meta writes the text of AUTHENTICATION templates; leave it out.')
  }
  if (add_security_recommendation !== undefined && typeof add_security_recommendation !== 'boolean') {
    blame(found, `${at}.add_security_recommendation`, 'This must be true or false.')
  }
}

function checkExpiration(found: Findings, { part, at }: Located): void {
  const minutes = part.code_expiration_minutes
  if (part.text !== undefined) {
    blame(found, `${at}.text`, 'Meta writes this text; give code_expiration_minutes instead.')
  }
  if (!Number.isInteger(minutes) || (minutes as number) < 1 || (minutes as number) > 90) {
    blame(found, `${at}.code_expiration_minutes`, 'This must be a whole number from 1 to 90.')
  }
}

const KINDS = ['COPY_CODE', 'ONE_TAP', 'ZERO_TAP']

function checkOtp(found: Findings, button: Part, param: string): void {
  const kind = word(button.otp_type)
  if (!KINDS.includes(kind)) blame(found, `${param}.otp_type`, `This must be one of ${KINDS.join(', ')}.`)
  for (const field of ['text', 'autofill_text']) {
    if (button[field] !== undefined) requireText(found, button[field], `${param}.${field}`, 25)
  }
  if (kind === 'ZERO_TAP' && button.zero_tap_terms_accepted !== true) {
    const message = 'Zero-tap needs this to be true: it accepts that the app keeps to Meta’s rules for it.'
    blame(found, `${param}.zero_tap_terms_accepted`, message)
  }
  if (kind === 'COPY_CODE' && button.supported_apps === undefined) return
  const apps = partsOf(button.supported_apps)
  if (apps.length < 1 || apps.length > 5) {
    blame(found, `${param}.supported_apps`, 'Name 1 to 5 apps that take the code.')
  }
  for (const [at, app] of apps.entries()) checkApp(found, app, `${param}.supported_apps[${at}]`)
}

function checkApp(found: Findings, app: Part, param: string): void {
  const name = requireText(found, app.package_name, `${param}.package_name`, 224)
  if (name !== undefined && !/^[A-Za-z]\w*(\.[A-Za-z]\w*)+$/.test(name)) {
    blame(
      found,
      `${param}.package_name`,
      'This must be the name of an Android package, such as com.example.shop.',
    )
  }
  if (typeof app.signature_hash !== 'string' || app.signature_hash.length !== 11) {
    blame(found, `${param}.signature_hash`, 'This must be the 11 characters of the app’s signing key hash.')
  }
}
